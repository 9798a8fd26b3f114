package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"shebao/server/account"
	"shebao/server/forewarn"
	"shebao/server/push"
	"shebao/server/store"
	"shebao/server/webpush"
)

// phones is who is told on which phone: the rules and the key that browsers are given.
type phones struct {
	*push.Service
	key string
}

func (b *backend) openPhones() error {
	key, err := b.pushKey()
	if err != nil {
		return err
	}
	contact := b.cfg.PushContact
	if contact == "" {
		if contact = b.cfg.PublicURL.String(); b.cfg.PublicURL.Scheme != "https" { // a demonstration
			contact = "mailto:postmaster@" + b.cfg.PublicURL.Hostname()
		}
	}
	b.phones = phones{key: key.Public(), Service: push.New(push.Config{
		Store: b.store, Sender: webpush.New(webpush.Options{Key: key, Contact: contact, Hosts: b.cfg.PushHosts}),
		Service: b.city.Service, Now: b.clock.Now, Log: b.log,
		Languages: b.store, Say: b.speaks.Text,
	})}
	return nil
}

func (b *backend) pushKey() (webpush.Key, error) {
	if text := b.cfg.PushKey.Reveal(); text != "" {
		key, err := webpush.ParseKey(text)
		if err != nil {
			return key, fmt.Errorf("SHEBAO_PUSH_KEY %w", err)
		}
		return key, nil
	}
	return webpush.LoadKey(filepath.Join(b.cfg.DataDir, "push.key"), rand.Reader)
}

// forewarned tells people of batch debits before their day.
func (b *backend) forewarned() *forewarn.Service {
	return forewarn.New(forewarn.Config{Runs: b.debits, Notices: b.notices, Now: b.clock.Now, Log: b.log})
}

// sessionsAndPhones are the store's sessions; with all sessions of a resident, as after a
// new password, their phones go too: whoever held one is not told any more.
type sessionsAndPhones struct{ *store.Store }

// EndSessions removes every session of the account but one, and all its phones.
func (s sessionsAndPhones) EndSessions(ctx context.Context, id, except string) error {
	err := s.Store.EndSessions(ctx, id, except)
	if person, ok := strings.CutPrefix(id, string(account.Resident)+":"); ok {
		err = errors.Join(err, s.RemoveDevicesOf(ctx, person))
	}
	return err
}
