package url_test

import (
	std "net/url"
	"testing"

	"shebao/app/small/url"
)

func TestParse(t *testing.T) {
	for _, s := range []string{
		"https://a.example/", "http://127.0.0.1:8080/pension/pay?step=dues&enr=1#main", "/", "/login?next=%2Fme",
		"https://a.example/%E5%B9%B4", "https://a.example/?q=a?b", "http://[::1]:8080/a", "http://[::1]/a",
	} {
		t.Run(s+" has the parts that net/url finds", func(t *testing.T) {
			want, err := std.Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			got, err := url.Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			if got.Scheme != want.Scheme || got.Host != want.Host || got.Path != want.EscapedPath() || got.RawQuery != want.RawQuery || got.Fragment != want.Fragment {
				t.Errorf("got %+v, not %+v", got, want)
			}
			if got.Hostname() != want.Hostname() {
				t.Errorf("got host %s, not %s", got.Hostname(), want.Hostname())
			}
			if got.String() != want.String() {
				t.Errorf("got %s, not %s", got, want)
			}
		})
	}
}
