package config

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// LoadError lists everything that is wrong with the settings. It names options
// and never shows a secret's value.
type LoadError struct {
	Problems []string
}

// Error is one line a problem.
func (e *LoadError) Error() string {
	return "the settings can't be used:\n  " + strings.Join(e.Problems, "\n  ") + "\nsee: shebao help config"
}

// Load reads every option: from getenv (os.Getenv), for a secret also from the
// file that its _FILE twin names (readFile is os.ReadFile), or the default. The
// error is a *LoadError with all problems at once.
func Load(getenv func(string) string, readFile func(string) ([]byte, error)) (Config, error) {
	var c Config
	e := &LoadError{}
	for _, o := range Options() {
		text, err := o.text(getenv, readFile)
		if err != nil {
			e.Problems = append(e.Problems, err.Error())
			continue
		}
		if text == "" {
			continue
		}
		if err := o.set(&c, text); err != nil {
			shown := ""
			if o.Kind == Open {
				shown = fmt.Sprintf(" (now %q)", text)
			}
			e.Problems = append(e.Problems, o.Name+" "+err.Error()+shown)
		}
	}
	if len(e.Problems) == 0 {
		e.Problems = c.check()
	}
	if len(e.Problems) > 0 {
		return Config{}, e
	}
	return c, nil
}

// text is the option's value before it is understood.
func (o Option) text(getenv func(string) string, readFile func(string) ([]byte, error)) (string, error) {
	text := strings.TrimSpace(getenv(o.Name))
	if o.Kind == Hidden {
		file := getenv(o.Name + "_FILE")
		switch {
		case file != "" && text != "":
			return "", fmt.Errorf("%s and %s_FILE are both set: keep one", o.Name, o.Name)
		case file != "":
			b, err := readFile(file)
			if err != nil {
				return "", fmt.Errorf("%s_FILE can't be read: %w", o.Name, err)
			}
			text = strings.TrimSpace(string(b))
			if text == "" {
				return "", fmt.Errorf("%s_FILE is empty", o.Name)
			}
		}
	}
	if text == "" {
		text = o.Default
	}
	return text, nil
}

// check finds settings that do not go together.
func (c Config) check() []string {
	var problems []string
	refuse := func(wrong bool, text string) {
		if wrong {
			problems = append(problems, text)
		}
	}
	refuse(c.SessionIdle > c.SessionMax, "SHEBAO_SESSION_IDLE must not be longer than SHEBAO_SESSION_MAX")
	refuse(c.MongoURI != "" && c.LocalAddr != "", "SHEBAO_LOCAL_ADDR belongs to the embedded store: it can't be set together with SHEBAO_MONGODB_URI")
	refuse(c.BankURL != "" && c.BankKey == "", "SHEBAO_BANK_KEY must be set when SHEBAO_BANK_URL is")
	refuse((c.SignCert == "") != (c.SignKey == ""), "SHEBAO_SIGN_CERT_FILE and SHEBAO_SIGN_KEY_FILE must be set together")
	if c.Env == Production {
		refuse(c.PublicURL.Scheme != "https", "SHEBAO_PUBLIC_URL must begin with https:// in production")
		refuse(c.ClockAhead != 0, "SHEBAO_CLOCK_AHEAD is for demos only")
		refuse(c.BankURL == "", "SHEBAO_BANK_URL must be set in production: the bank simulator is for demos only")
		refuse(c.PushHosts.Loopback(), "SHEBAO_PUSH_HOSTS must not have a loopback address in production")
		refuse(c.SMSURL == "", "SHEBAO_SMS_URL must be set in production: the SMS inbox is for demos only")
	}
	return problems
}

// Help is the table of settings for people.
func Help() string {
	var b strings.Builder
	b.WriteString("Settings are environment variables. A secret can also be put into a file\nwhose path is given in the variable's name with _FILE.\n\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	put := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) }
	put("NAME", "DEFAULT", "KIND", "MEANING")
	for _, o := range Options() {
		def := o.Default
		if def == "" {
			def = "-"
		}
		put(o.Name, def, string(o.Kind), o.Meaning)
	}
	_ = w.Flush() // a strings.Builder takes everything
	return b.String()
}
