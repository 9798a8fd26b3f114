package main

import "testing"

func TestMinify(t *testing.T) {
	const css = "/* a */ .a > b ,  .c { width : calc(1px + 2px) ; color: red; }\n@media (min-width: 2px) and (x) { .d { a: b } }"
	const want = ".a>b,.c{width :calc(1px + 2px);color:red}@media (min-width:2px) and (x){.d{a:b}}"
	if got := minify(css); got != want {
		t.Errorf("got %s", got)
	}
}

func TestKeep(t *testing.T) {
	const css = `@charset "utf-8";body{--a:1;--b:var(--c);--c:2}.weui-x,.weui-y:after{color:var(--b)}.weui-z{animation:spin 1s}` +
		`@media (x){.weui-z{a:b}}@media (y){.weui-x .weui-y{a:url("data:;{}")}}.wx-root .weui-x{a:b}@keyframes spin{to{a:b}}page{a:b}p{a:b}`
	rules := keep(parse(css), map[string]bool{"weui-x": true, "weui-y": true})
	const want = `body{--b:var(--c);--c:2}.weui-x,.weui-y:after{color:var(--b)}@media (y){.weui-x .weui-y{a:url("data:;{}")}}p{a:b}`
	if got := text(rules, ""); got != want {
		t.Errorf("got %s", got)
	}
}

func TestNotice(t *testing.T) {
	if got := notice("/*! WeUI, MIT */a{}"); got != "/*! WeUI, MIT */\n" {
		t.Errorf("got %q", got)
	}
}
