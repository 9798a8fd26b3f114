package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"shebao/server/account"
	"shebao/server/sms"
	"shebao/server/vault"
	"shebao/shared/person"
)

// accounts is who people are: the rules with their store, and what is kept of each.
type accounts struct {
	*account.Service
	sender sms.Sender
}

// openAccounts makes the account rules.
func (b *backend) openAccounts() error {
	key := []byte(b.cfg.SessionKey.Reveal())
	if len(key) == 0 {
		var err error
		if key, err = vault.LoadKey(filepath.Join(b.cfg.DataDir, "session.key"), rand.Reader); err != nil {
			return fmt.Errorf("session key: %w", err)
		}
	}
	b.accounts.sender = b.smsSender()
	var err error
	b.accounts.Service, err = account.New(account.Config{
		Population: b.store, Accounts: b.store, Sessions: sessionsAndPhones{b.store}, Codes: b.store, Tries: b.store, Limiter: b.store,
		SMS: b.accounts.sender, Trail: accountTrail{b.audit}, Now: b.clock.Now, Key: key, Log: b.log, Service: b.city.Service,
		Say: b.speaks.Text, Idle: b.cfg.SessionIdle, Max: b.cfg.SessionMax,
	})
	return err
}

// smsSender is the configured gateway, or the inbox in demo mode.
func (b *backend) smsSender() sms.Sender {
	if b.cfg.SMSURL == "" {
		return sms.Inbox{Box: b.store, Now: b.clock.Now}
	}
	return sms.Gateway{URL: b.cfg.SMSURL, Key: b.cfg.SMSKey.Reveal(), Client: &http.Client{Timeout: 10 * time.Second}}
}

// deliverBankSMS puts what the simulated bank sends into the demo inbox.
func (b *backend) deliverBankSMS(phone, text string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := b.accounts.sender.Send(ctx, phone, text); err != nil {
		b.log.ErrorContext(ctx, "bank SMS not delivered", "error", err)
	}
}

// provide opens an account for a person that the operator of the service brought in.
func (a accounts) provide(ctx context.Context, p person.Person, password string) error {
	_, err := a.Provide(ctx, p, password)
	return err
}
