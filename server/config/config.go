// Package config reads the program's settings from environment variables. One
// table holds every option with its default and meaning; reading collects all
// problems before it refuses.
package config

import (
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"shebao/server/webpush/hosts"
)

// Env says what the copy is for.
type Env string

// The environments.
const (
	Demo       Env = "demo"       // synthetic people, bank simulator, SMS inbox; every screen says 演示
	Production Env = "production" // none of that
)

// Secret is a setting that must not be seen. It prints as stars; Reveal gives it.
type Secret string

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue hides the secret from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal is the secret itself.
func (s Secret) Reveal() string { return string(s) }

// Config holds the settings; Load makes it. The table in options.go explains them.
type Config struct {
	Env            Env
	Addr           string   // host:port to listen on
	PublicURL      *url.URL // how people reach the service, no path
	DataDir        string
	MongoURI       Secret // empty: the embedded store in DataDir
	MongoDB        string
	LocalAddr      string // loopback host:port of the embedded store for mongosh, empty: none
	LogLevel       slog.Level
	TrustedProxies []netip.Prefix
	VaultKey       Secret // empty: the key ring in DataDir
	SessionKey     Secret // empty: a key file in DataDir
	SessionIdle    time.Duration
	SessionMax     time.Duration
	BankURL        string // empty in demo mode: the embedded simulator
	BankKey        Secret
	SMSURL         string // empty in demo mode: the inbox
	SMSKey         Secret
	ChannelKeys    map[string]Secret // by channel: hall, bank, agency
	CityFile       string            // empty: the city that is built in
	English        string            // offer or auto: what English browsers see before anybody chose
	ClockAhead     time.Duration     // demo: how far the program's clock runs ahead
	Late           time.Duration     // demo: how long the simulator's 98 stays unknown
	AuditDays      int
	SignCert       string            // PEM: the certificate that signs certificates and its issuers; empty: own ones in DataDir
	SignKey        string            // PEM: its private key
	SealFile       string            // PNG with a transparent ground; empty: a drawn sample
	PushKey        Secret            // empty: a key file in DataDir
	PushContact    string            // empty: PublicURL
	PushHosts      hosts.List        // push services that may be called
	VerifyKeys     map[string]Secret // API keys of institutions that verify certificates, by name
}

// IsDemo tells whether demo mode is on.
func (c Config) IsDemo() bool { return c.Env == Demo }
