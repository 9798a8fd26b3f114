package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"time"

	"shebao/server/config"
)

func load(env map[string]string, files map[string]string) (config.Config, error) {
	return config.Load(
		func(name string) string { return env[name] },
		func(name string) ([]byte, error) {
			text, ok := files[name]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return []byte(text), nil
		})
}

func TestDefaults(t *testing.T) {
	c, err := load(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !c.IsDemo() || c.Addr != "127.0.0.1:8080" || c.DataDir != "./data" || c.MongoDB != "shebao" || c.MongoURI != "" ||
		c.PublicURL.String() != "http://127.0.0.1:8080" || c.SessionIdle != 20*time.Minute || c.SessionMax != 12*time.Hour ||
		c.AuditDays < 180 || c.LogLevel != slog.LevelInfo {
		t.Errorf("got %+v", c)
	}
}

func production() map[string]string {
	return map[string]string{
		"SHEBAO_ENV":           "production",
		"SHEBAO_PUBLIC_URL":    "https://shebao.example.cn/",
		"SHEBAO_BANK_URL":      "https://bank.example.cn/gateway",
		"SHEBAO_BANK_KEY_FILE": "/run/secrets/bank",
		"SHEBAO_SMS_URL":       "https://sms.example.cn",
	}
}

var secrets = map[string]string{"/run/secrets/bank": "0123456789abcdef0123456789abcdef\n", "/run/secrets/empty": "\n"}

func TestProduction(t *testing.T) {
	c, err := load(production(), secrets)
	if err != nil {
		t.Fatal(err)
	}
	if c.IsDemo() || c.BankKey.Reveal() != "0123456789abcdef0123456789abcdef" || c.PublicURL.String() != "https://shebao.example.cn" {
		t.Errorf("got %+v", c)
	}
	env := production()
	env["SHEBAO_PUSH_HOSTS"] = "http://127.0.0.1:8161"
	if _, err := load(env, secrets); err == nil || !strings.Contains(err.Error(), "SHEBAO_PUSH_HOSTS") {
		t.Errorf("a loopback push service in production: %v", err)
	}
	for _, missing := range []string{"SHEBAO_PUBLIC_URL", "SHEBAO_BANK_URL", "SHEBAO_SMS_URL"} {
		env := production()
		delete(env, missing)
		if _, err := load(env, secrets); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, value, says string }{
		{"SHEBAO_ENV", "staging", "demo or production"},
		{"SHEBAO_ADDR", "8080", "host:port"},
		{"SHEBAO_ADDR", "localhost:http", "port"},
		{"SHEBAO_PUBLIC_URL", "shebao.example.cn", "URL"},
		{"SHEBAO_PUBLIC_URL", "https://example.cn/app", "no path"},
		{"SHEBAO_TRUSTED_PROXIES", "10.0.0.1,proxy", "proxy"},
		{"SHEBAO_MONGODB_URI", "localhost:27017", "mongodb://"},
		{"SHEBAO_MONGODB_DB", "a.b", "database"},
		{"SHEBAO_LOCAL_ADDR", "0.0.0.0:27017", "loopback"},
		{"SHEBAO_LOG_LEVEL", "loud", "debug"},
		{"SHEBAO_SESSION_IDLE", "20", "length of time"},
		{"SHEBAO_SESSION_IDLE", "13h", "longer than"},
		{"SHEBAO_SESSION_MAX", "48h", "between"},
		{"SHEBAO_SESSION_KEY", "short", "32"},
		{"SHEBAO_AUDIT_DAYS", "179", "180"},
		{"SHEBAO_AUDIT_DAYS", "many", "180"},
		{"SHEBAO_LATE_SECONDS", "-1", "seconds"},
		{"SHEBAO_PUSH_CONTACT", "ops@example.cn", "mailto:"},
		{"SHEBAO_PUSH_HOSTS", "fcm.googleapis.com,10.0.0.1", "10.0.0.1"},
		{"SHEBAO_PUSH_HOSTS", "http://push.example.cn", "loopback"},
		{"SHEBAO_BANK_URL", "https://bank.example.cn", "SHEBAO_BANK_KEY"},
		{"SHEBAO_BANK_KEY_FILE", "/nowhere", "can't be read"},
		{"SHEBAO_BANK_KEY_FILE", "/run/secrets/empty", "empty"},
	} {
		t.Run(c.name+" "+c.value, func(t *testing.T) {
			_, err := load(map[string]string{c.name: c.value}, secrets)
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), strings.TrimSuffix(c.name, "_FILE")) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("all problems at once", func(t *testing.T) {
		_, err := load(map[string]string{"SHEBAO_ADDR": "x", "SHEBAO_AUDIT_DAYS": "1", "SHEBAO_ENV": "x"}, nil)
		var e *config.LoadError
		if !errors.As(err, &e) || len(e.Problems) != 3 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a secret given twice", func(t *testing.T) {
		_, err := load(map[string]string{"SHEBAO_BANK_KEY": "0123456789abcdef", "SHEBAO_BANK_KEY_FILE": "/run/secrets/bank"}, secrets)
		if err == nil || !strings.Contains(err.Error(), "both") {
			t.Errorf("got %v", err)
		}
	})
}

func TestProxies(t *testing.T) {
	c, err := load(map[string]string{"SHEBAO_TRUSTED_PROXIES": "10.1.2.3/8, 192.0.2.1, ::1, ::ffff:192.0.2.2"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(c.TrustedProxies); got != "[10.0.0.0/8 192.0.2.1/32 ::1/128 192.0.2.2/32]" {
		t.Error(got)
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	const secret = "mongodb://user:hunter2hunter2@db/"
	c, err := load(map[string]string{"SHEBAO_MONGODB_URI": secret}, nil)
	if err != nil {
		t.Fatal(err)
	}
	j, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "uri", c.MongoURI, "all", c)
	_, wrong := load(map[string]string{"SHEBAO_SESSION_KEY": "hunter2"}, nil)
	for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s %q", c, c, c, c.MongoURI, c.MongoURI), string(j), log.String(), wrong.Error()} {
		if strings.Contains(shown, "hunter2") {
			t.Errorf("the secret is in %s", shown)
		}
	}
	if c.MongoURI.Reveal() != secret {
		t.Error("the secret is lost")
	}
}

func TestHelp(t *testing.T) {
	help := config.Help()
	seen := map[string]bool{}
	for _, o := range config.Options() {
		if seen[o.Name] || o.Meaning == "" || !strings.HasPrefix(o.Name, "SHEBAO_") || !strings.Contains(help, o.Name) || !strings.Contains(help, o.Meaning) {
			t.Errorf("%+v", o)
		}
		seen[o.Name] = true
	}
}

func TestChannelKeys(t *testing.T) {
	hall, bank := strings.Repeat("h", 24), strings.Repeat("b", 24)
	c, err := load(map[string]string{"SHEBAO_CHANNEL_KEYS": "hall=" + hall + ", bank=" + bank}, nil)
	if err != nil || c.ChannelKeys["hall"].Reveal() != hall || c.ChannelKeys["bank"].Reveal() != bank || len(c.ChannelKeys) != 2 {
		t.Errorf("%d keys, %v", len(c.ChannelKeys), err)
	}
	if s := fmt.Sprintf("%v %+v %#v", c, c, c); strings.Contains(s, hall) {
		t.Error("a key is shown")
	}
	for _, bad := range []string{"hall", "hall=short", "mobile=" + hall, "hall=" + hall + ",hall=" + bank, "hall=" + hall + ","} {
		if _, err := load(map[string]string{"SHEBAO_CHANNEL_KEYS": bad}, nil); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
