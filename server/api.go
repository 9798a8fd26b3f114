package main

import (
	"github.com/gofiber/fiber/v2"

	"shebao/server/clock"
	"shebao/server/contribution"
	"shebao/server/web/api"
	shared "shebao/shared/contribution"
	"shebao/shared/period"
)

// mountAPI puts the interface for programs on the server.
func (b *backend) mountAPI(app *fiber.App) {
	keys := api.Keys{}
	for channel, key := range b.cfg.ChannelKeys {
		keys[shared.Channel(channel)] = key.Reveal()
	}
	imports := &contribution.Imports{
		Rules: b.payments, Register: b.store, Today: func() period.Date { return clock.Today(b.clock) },
	}
	mounted := api.Mount(app, b.city.Service, version)
	api.Declarations(mounted, imports, keys, b.log)
	institutions := api.Institutions{}
	for name, key := range b.cfg.VerifyKeys {
		institutions[name] = key.Reveal()
	}
	api.Certificates(mounted, b.certificates, institutions, b.accounts.Service, b.log)
}
