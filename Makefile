# shebao: mobile social-insurance payment. `make help` lists what can be made.
SHELL := /bin/bash
GO ?= go
TOOLS := $(CURDIR)/build/tools
LINT := $(TOOLS)/golangci-lint
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo dev)
export CGO_ENABLED := 0

.DEFAULT_GOAL := help
.PHONY: help run test build check lint bench shots audit assets fmt clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: build ## build what is needed and serve on http://127.0.0.1:8080 (demo data in ./data)
	./bin/shebao serve

build: assets ## build bin/shebao, one file with the app, fonts and assets inside
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/shebao ./server

assets: web/node_modules/.ready ## build the browser app, styles, icons and fonts into the embedded folders
	$(GO) run ./server/pdf/fontbuild
	$(GO) run ./web/build

web/node_modules/.ready: web/package-lock.json web/package.json
	.ci/setup npm
	cd web && npm ci --no-audit --no-fund
	touch $@

test: build ## run every test, the browser ones too; installs what they need
	.ci/setup test
	$(GO) test -timeout 10m $$($(GO) list ./... | grep -v -e '/server/e2e$$' -e '/app/host$$')
	SHEBAO_BIN=$(CURDIR)/bin/shebao $(GO) test -p 1 -timeout 40m ./app/host ./server/e2e # one browser at a time

$(LINT):
	GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

check: assets $(LINT) ## format, lint (native and browser) and vet
	$(GO) run ./web/build -sizes # fails when the browser app is over its budget
	$(GO) vet ./...
	GOOS=js GOARCH=wasm $(GO) vet ./app/...
	$(LINT) run --allow-parallel-runners ./...
	GOOS=js GOARCH=wasm $(LINT) run --allow-parallel-runners ./app/... ./shared/...

fmt: $(LINT) ## format the sources
	$(LINT) fmt

bench: build ## print the figures of the store and of whole payments, side by side
	./bin/shebao bench

shots: build ## screenshots of every screen into build/shots
	.ci/setup test
	$(GO) run ./server/shots -bin bin/shebao -out build/shots

web/audit/node_modules/.ready: web/audit/package-lock.json
	.ci/setup npm
	cd web/audit && npm ci --no-audit --no-fund
	touch $@

audit: build web/audit/node_modules/.ready ## measure how fast the app arrives, beside a Vue and Vant app; with Lighthouse
	.ci/setup test
	$(GO) run ./web/audit -bin bin/shebao -json build/audit.json

clean: ## remove everything that was built
	rm -rf bin build web/dist/* web/node_modules server/pdf/fonts/dist/*
