package hosts_test

import (
	"testing"

	"shebao/server/webpush/hosts"
)

func TestAllowed(t *testing.T) {
	list, err := hosts.Parse("fcm.googleapis.com, *.push.apple.com,http://127.0.0.1:8161")
	if err != nil {
		t.Fatal(err)
	}
	for endpoint, want := range map[string]bool{
		"https://fcm.googleapis.com/fcm/send/x":   true,
		"https://FCM.googleapis.com:443/x":        true,
		"https://web.push.apple.com/x":            true,
		"http://127.0.0.1:8161/push/x":            true,
		"http://fcm.googleapis.com/x":             false,
		"https://fcm.googleapis.com:8443/x":       false,
		"https://push.apple.com/x":                false,
		"https://evilpush.apple.com/x":            false,
		"https://fcm.googleapis.com.evil.cn/x":    false,
		"https://evil.cn/?fcm.googleapis.com":     false,
		"https://fcm.googleapis.com@evil.cn/x":    false,
		"https://user@fcm.googleapis.com/x":       false,
		"https://127.0.0.1:8161/x":                false,
		"http://127.0.0.1:27017/":                 false,
		"http://169.254.169.254/latest/meta-data": false,
		"https://[::1]/x":                         false,
		"javascript:alert(1)":                     false,
		"file:///etc/passwd":                      false,
		"":                                        false,
		"https:fcm.googleapis.com/x":              false,
		"https://fcm.googleapis.com/x#@127.0.0.1": false,
		"https://fcm.googleapis.com\\@evil.cn/x":  false,
	} {
		if err := list.Allowed(endpoint); (err == nil) != want {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
}

func TestControl(t *testing.T) {
	list, err := hosts.Parse("fcm.googleapis.com,http://127.0.0.1:8161")
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"142.250.1.95:443": true, "[2607:f8b0::5f]:443": true, "127.0.0.1:8161": true,
		"127.0.0.1:8162": false, "127.0.0.1:443": false, "10.0.0.1:443": false, "192.168.1.1:443": false, "172.16.3.4:443": false,
		"169.254.169.254:443": false, "100.64.1.1:443": false, "0.0.0.0:443": false, "[::1]:443": false, "[fd00::1]:443": false,
		"[fe80::1]:443": false, "[::ffff:10.0.0.1]:443": false, "[64:ff9b::a00:1]:443": false, "224.0.0.1:443": false, "name:443": false,
	} {
		if err := list.Control("tcp", address, nil); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestParse(t *testing.T) {
	for _, bad := range []string{"", "a", "10.0.0.1", "http://10.0.0.1", "http://example.cn", "https://fcm.googleapis.com", "*", "*.", "a.cn/x", "a.cn:443", "a.cn,,b.cn", "http://127.0.0.1:1/x"} {
		if list, err := hosts.Parse(bad); err == nil {
			t.Errorf("%q is taken: %q", bad, list)
		}
	}
}
