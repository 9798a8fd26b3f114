package web

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"shebao/server/caller"
	"shebao/server/captcha"
	"shebao/shared/api"
)

// Questions draw and speak captchas. *captcha.Service is one.
type Questions interface {
	Image(ctx context.Context, id string) ([]byte, error)
	Audio(ctx context.Context, id string) ([]byte, error)
}

// Limiter refuses with api.TooMany what happens too often.
type Limiter interface {
	Allow(ctx context.Context, key string, limit int, window time.Duration) error
}

// captchasByAddress bounds pictures and recordings of one network in ten minutes.
const captchasByAddress = 200

// Captchas serves captchas to everybody: /verify/captcha/{id}.png and .wav.
func Captchas(questions Questions, limit Limiter) func(fiber.Router) {
	return func(app fiber.Router) {
		app.Get("/verify/captcha/:file", func(c *fiber.Ctx) error {
			ctx := c.UserContext()
			if err := limit.Allow(ctx, "captcha-address:"+caller.Network(addressOf(c)), captchasByAddress, 10*time.Minute); err != nil {
				return err
			}
			file, kind, draw := c.Params("file"), "image/png", questions.Image
			id, ok := strings.CutSuffix(file, ".png")
			if !ok {
				id, ok = strings.CutSuffix(file, ".wav")
				kind, draw = "audio/wav", questions.Audio
			}
			if !ok {
				return api.NotFound("")
			}
			body, err := draw(ctx, id)
			if errors.Is(err, captcha.ErrID) {
				return api.NotFound("")
			}
			if err != nil {
				return err
			}
			c.Set(fiber.HeaderContentType, kind)
			c.Set(fiber.HeaderCacheControl, "no-store")
			return c.Send(body)
		})
	}
}
