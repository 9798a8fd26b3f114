package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"shebao/server/webpush/hosts"
)

// Kind says whether an option's value may be shown.
type Kind string

// The kinds. A secret can also be given as a file: its name with _FILE.
const (
	Open   Kind = "open"
	Hidden Kind = "secret"
)

// Option is one line of the table of settings.
type Option struct {
	Name    string // with its prefix, SHEBAO_ADDR
	Default string
	Meaning string
	Kind    Kind
	set     func(*Config, string) error // never called with an empty text
}

// Options is the table of settings in the order in which people read it.
func Options() []Option {
	return []Option{
		{"SHEBAO_ENV", "demo", "demo: synthetic people, bank simulator, SMS inbox, 演示 on every screen; production: none of that", Open, setEnv},
		{"SHEBAO_ADDR", "127.0.0.1:8080", "host and port to listen on", Open, func(c *Config, s string) error { return setAddr(&c.Addr, s) }},
		{"SHEBAO_PUBLIC_URL", "http://127.0.0.1:8080", "how people reach the service: scheme and host, no path; https in production", Open, setPublicURL},
		{"SHEBAO_TRUSTED_PROXIES", "", "addresses or networks of reverse proxies whose X-Forwarded-For is believed, separated by commas", Open, setProxies},
		{"SHEBAO_DATA_DIR", "./data", "folder of the embedded store, keys and certificates", Open, func(c *Config, s string) error { c.DataDir = s; return nil }},
		{"SHEBAO_MONGODB_URI", "", "mongodb:// address of a MongoDB server; empty: the embedded store", Hidden, setMongo},
		{"SHEBAO_MONGODB_DB", "shebao", "name of the database", Open, setMongoDB},
		{"SHEBAO_LOCAL_ADDR", "", "loopback host and port at which the embedded store answers mongosh; empty: not at all", Open, setLocalAddr},
		{"SHEBAO_LOG_LEVEL", "info", "debug, info, warn or error", Open, func(c *Config, s string) error { return setLevel(&c.LogLevel, s) }},
		{"SHEBAO_CITY_FILE", "", "JSON file of the city: name, tax authorities, rates; empty: Beijing, as built in", Open, func(c *Config, s string) error { c.CityFile = s; return nil }},
		{"SHEBAO_ENGLISH", "offer", "who has an English browser and has not chosen a language: offer shows Chinese and offers English; auto shows English", Open, setEnglish},
		{"SHEBAO_VAULT_KEY", "", "key ring that encrypts personal data, in the form of data/vault.keys; empty: that file, made at the first start", Hidden, func(c *Config, s string) error { c.VaultKey = Secret(s); return nil }},
		{"SHEBAO_SESSION_KEY", "", "at least 32 characters that sign form tokens; empty: data/session.key, made at the first start", Hidden, setSessionKey},
		{"SHEBAO_SESSION_IDLE", "20m", "a session ends after this time without a request", Open, func(c *Config, s string) error { return setDuration(&c.SessionIdle, s, 5*time.Second, 24*time.Hour) }},
		{"SHEBAO_SESSION_MAX", "12h", "a session ends after this time in any case", Open, func(c *Config, s string) error { return setDuration(&c.SessionMax, s, time.Minute, 24*time.Hour) }},
		{"SHEBAO_BANK_URL", "", "address of the bank gateway; empty: the simulator (demo only)", Open, func(c *Config, s string) error { return setURL(&c.BankURL, s) }},
		{"SHEBAO_BANK_KEY", "", "at least 16 characters that sign messages to and from the bank gateway", Hidden, func(c *Config, s string) error { return setKey(&c.BankKey, s, 16) }},
		{"SHEBAO_SMS_URL", "", "address that sends a text message when {phone, text} is posted to it; empty: the inbox (demo only)", Open, func(c *Config, s string) error { return setURL(&c.SMSURL, s) }},
		{"SHEBAO_SMS_KEY", "", "bearer token for SHEBAO_SMS_URL", Hidden, func(c *Config, s string) error { c.SMSKey = Secret(s); return nil }},
		{"SHEBAO_CHANNEL_KEYS", "", "API keys of other channels, at least 24 characters each: hall=KEY,bank=KEY,agency=KEY; empty: closed", Hidden, setChannelKeys},
		{"SHEBAO_LATE_SECONDS", "6", "demo: seconds until an unknown debit of the simulator becomes known", Open, setLate},
		{"SHEBAO_CLOCK_AHEAD", "0", "demo: how far the clock of the service and the simulator runs ahead, 24h shows tomorrow: cut-offs, 次日生效, closing of days", Open, setClockAhead},
		{"SHEBAO_SIGN_CERT_FILE", "", "PEM file of the certificate that signs 缴费证明, with its issuers; empty: own ones in data/signing, made at the first start", Open, func(c *Config, s string) error { c.SignCert = s; return nil }},
		{"SHEBAO_SIGN_KEY_FILE", "", "PEM file of that certificate's private key", Open, func(c *Config, s string) error { c.SignKey = s; return nil }},
		{"SHEBAO_SEAL_FILE", "", "PNG file of the seal, on a transparent ground; empty: a drawn one that says 样章", Open, func(c *Config, s string) error { c.SealFile = s; return nil }},
		{"SHEBAO_VERIFY_KEYS", "", "API keys of institutions that verify 缴费证明, at least 24 characters each: name=KEY,name=KEY; empty: closed", Hidden, setVerifyKeys},
		{"SHEBAO_PUSH_KEY", "", "VAPID private key by which push services know this service, 32 bytes in base64url; empty: data/push.key, made at the first start. Servers share it", Hidden, func(c *Config, s string) error { c.PushKey = Secret(s); return nil }},
		{"SHEBAO_PUSH_CONTACT", "", "mailto: or https: address that push services write to; empty: SHEBAO_PUBLIC_URL", Open, setPushContact},
		{"SHEBAO_PUSH_HOSTS", "fcm.googleapis.com,*.push.apple.com,updates.push.services.mozilla.com,*.notify.windows.com", "hosts of browser vendors' push services that may be called, separated by commas", Open, setPushHosts},
		{"SHEBAO_AUDIT_DAYS", "365", "days that the audit log is kept, at least 180", Open, setAuditDays},
	}
}

func setEnv(c *Config, s string) error {
	c.Env = Env(s)
	if c.Env != Demo && c.Env != Production {
		return errors.New("must be demo or production")
	}
	return nil
}

func setEnglish(c *Config, s string) error {
	if s != "offer" && s != "auto" {
		return errors.New("must be offer or auto")
	}
	c.English = s
	return nil
}

func setAddr(to *string, s string) error {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return errors.New("must be host:port")
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return errors.New("has no valid port")
	}
	*to = s
	return nil
}

func setLocalAddr(c *Config, s string) error {
	if err := setAddr(&c.LocalAddr, s); err != nil {
		return err
	}
	host, _, _ := net.SplitHostPort(s) // checked by setAddr
	if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() {
		return errors.New("must be a loopback address: the embedded store asks for no password")
	}
	return nil
}

func parseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, errors.New("must be an http or https URL")
	}
	return u, nil
}

func setURL(to *string, s string) error {
	if _, err := parseURL(s); err != nil {
		return err
	}
	*to = s
	return nil
}

func setPublicURL(c *Config, s string) error {
	u, err := parseURL(s)
	if err != nil {
		return err
	}
	if strings.TrimSuffix(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return errors.New("must have no path, query or user")
	}
	u.Path = ""
	c.PublicURL = u
	return nil
}

func setProxies(c *Config, s string) error {
	for _, part := range strings.Split(s, ",") {
		part = strings.TrimSpace(part)
		if addr, err := netip.ParseAddr(part); err == nil {
			addr = addr.Unmap()
			c.TrustedProxies = append(c.TrustedProxies, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return fmt.Errorf("has %q, which is neither an address nor a network", part)
		}
		c.TrustedProxies = append(c.TrustedProxies, p.Masked())
	}
	return nil
}

func setMongo(c *Config, s string) error {
	if !strings.HasPrefix(s, "mongodb://") && !strings.HasPrefix(s, "mongodb+srv://") {
		return errors.New("must begin with mongodb:// or mongodb+srv://")
	}
	c.MongoURI = Secret(s)
	return nil
}

func setMongoDB(c *Config, s string) error {
	if len(s) > 63 || strings.ContainsAny(s, "/\\. \"$*<>:|?\x00") {
		return errors.New("is no name for a database")
	}
	c.MongoDB = s
	return nil
}

func setLevel(to *slog.Level, s string) error {
	if to.UnmarshalText([]byte(s)) != nil {
		return errors.New("must be debug, info, warn or error")
	}
	return nil
}

func setKey(to *Secret, s string, least int) error {
	if len(s) < least {
		return fmt.Errorf("must have at least %d characters", least)
	}
	*to = Secret(s)
	return nil
}

// setChannelKeys reads channel=key pairs.
func setChannelKeys(c *Config, s string) error {
	keys := map[string]Secret{}
	for pair := range strings.SplitSeq(s, ",") {
		channel, key, _ := strings.Cut(strings.TrimSpace(pair), "=")
		switch {
		case channel != "hall" && channel != "bank" && channel != "agency":
			return errors.New("knows the channels hall, bank and agency")
		case keys[channel] != "":
			return fmt.Errorf("gives %s twice", channel)
		case len(key) < 24:
			return fmt.Errorf("key of %s must have at least 24 characters", channel)
		}
		keys[channel] = Secret(key)
	}
	c.ChannelKeys = keys
	return nil
}

// setVerifyKeys reads name=key pairs.
func setVerifyKeys(c *Config, s string) error {
	keys := map[string]Secret{}
	for pair := range strings.SplitSeq(s, ",") {
		name, key, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if name == "" || keys[name] != "" || len(key) < 24 {
			return errors.New("must be name=KEY pairs, each name once, each key of at least 24 characters")
		}
		keys[name] = Secret(key)
	}
	c.VerifyKeys = keys
	return nil
}

func setPushContact(c *Config, s string) error {
	if !strings.HasPrefix(s, "mailto:") && !strings.HasPrefix(s, "https://") {
		return errors.New("must begin with mailto: or https://")
	}
	c.PushContact = s
	return nil
}

func setPushHosts(c *Config, s string) error {
	var err error
	c.PushHosts, err = hosts.Parse(s)
	return err
}

func setSessionKey(c *Config, s string) error { return setKey(&c.SessionKey, s, 32) }

func setDuration(to *time.Duration, s string, least, most time.Duration) error {
	d, err := time.ParseDuration(s)
	if err != nil {
		return errors.New("must be a length of time such as 20m or 12h")
	}
	if d < least || d > most {
		return fmt.Errorf("must be between %s and %s", least, most)
	}
	*to = d
	return nil
}

func setLate(c *Config, s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 3600 {
		return errors.New("must be a number of seconds from 0 to 3600")
	}
	c.Late = time.Duration(n) * time.Second
	return nil
}

func setClockAhead(c *Config, s string) error {
	return setDuration(&c.ClockAhead, s, 0, 366*24*time.Hour)
}

func setAuditDays(c *Config, s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 180 || n > 36500 {
		return errors.New("must be a number of days, at least 180")
	}
	c.AuditDays = n
	return nil
}
