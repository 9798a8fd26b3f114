package web

import (
	"bufio"
	"context"
	"errors"
	"mime"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shebao/shared/api"
	"shebao/shared/certificate"
)

// CertificateSource gives certificates to their holders. *certificate.Service is one.
type CertificateSource interface {
	Own(ctx context.Context, person, id string) (certificate.Record, error)
	Document(ctx context.Context, person, id string) (certificate.Record, []byte, error)
}

// Pictures turn pages into pictures. *preview.PDFium is one.
type Pictures interface {
	Page(ctx context.Context, document []byte, page, dpi int) ([]byte, error)
}

// Resolutions of the pictures, dots an inch.
const (
	dpiScreen = 110
	dpiLarge  = 200
)

// LiveCertificate is the address of a certificate's live events for a page that shows the state.
func LiveCertificate(id string, shown certificate.State) string {
	return "/live/certificates/" + url.PathEscape(id) + "?shown=" + string(shown)
}

// CertificateFileName is how a downloaded certificate is called.
func CertificateFileName(number string) string {
	return "社会保险费缴费证明-" + number + ".pdf"
}

// Certificates serves documents, their pictures and live events to their holders until
// ctx ends. Nobody else learns that a certificate exists.
func Certificates(ctx context.Context, source CertificateSource, watch Watch, pictures Pictures) func(fiber.Router) {
	kept := newPictureCache()
	return func(app fiber.Router) {
		app.Get("/certificates/:id/pdf", func(c *fiber.Ctx) error { //nolint:contextcheck // the request ends before the program does
			record, document, err := source.Document(c.UserContext(), holder(c), c.Params("id"))
			if err != nil {
				return err
			}
			c.Set(fiber.HeaderContentType, "application/pdf")
			c.Set(fiber.HeaderCacheControl, "private, no-store")
			c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": CertificateFileName(record.Number)}))
			return c.Send(document)
		})
		app.Get("/certificates/:id/pages/:page", func(c *fiber.Ctx) error { //nolint:contextcheck // as above
			number, dpi, ok := pictureName(c.Params("page"))
			if !ok {
				return api.NotFound("")
			}
			return sendPicture(c, source, pictures, kept, number, dpi)
		})
		app.Get("/live/certificates/:id", func(c *fiber.Ctx) error {
			id, shown, who := c.Params("id"), c.Query("shown"), holder(c)
			if _, err := source.Own(c.UserContext(), who, id); err != nil { //nolint:contextcheck // as above
				return err
			}
			c.Set(fiber.HeaderContentType, "text/event-stream")
			c.Set(fiber.HeaderCacheControl, "no-store")
			c.Set("X-Accel-Buffering", "no") // proxies must not hold events back
			c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
				within, cancel := context.WithTimeout(ctx, liveLasts)
				defer cancel()
				stream(within, w, watch, id, func(ctx context.Context) (string, bool, error) {
					record, err := source.Own(ctx, who, id)
					return string(record.State), err == nil && string(record.State) != shown, err
				})
			})
			return nil
		})
	}
}

// holder is the resident who asks, "" when nobody is logged in.
func holder(c *fiber.Ctx) string {
	who := sessionOf(c)
	if who.Officer {
		return ""
	}
	return who.Person
}

// pictureName reads "3.png" and "3-large.png".
func pictureName(s string) (number, dpi int, ok bool) {
	s, png := strings.CutSuffix(s, ".png")
	s, large := strings.CutSuffix(s, "-large")
	n, err := strconv.Atoi(s)
	if !png || err != nil || n < 1 || n > certificate.MaxRows {
		return 0, 0, false
	}
	if large {
		return n, dpiLarge, true
	}
	return n, dpiScreen, true
}

func sendPicture(c *fiber.Ctx, source CertificateSource, pictures Pictures, kept *pictureCache, number, dpi int) error {
	record, document, err := source.Document(c.UserContext(), holder(c), c.Params("id"))
	if err != nil {
		return err
	}
	key := record.ID + ":" + strconv.Itoa(record.Rev) + ":" + strconv.Itoa(number) + ":" + strconv.Itoa(dpi)
	picture, ok := kept.get(key)
	if !ok {
		ctx, cancel := context.WithTimeout(c.UserContext(), handlerTimeout)
		defer cancel()
		if picture, err = pictures.Page(ctx, document, number, dpi); err != nil {
			if errors.Is(err, context.DeadlineExceeded) {
				return api.Unavailable("")
			}
			return err
		}
		kept.put(key, picture)
	}
	c.Set(fiber.HeaderContentType, "image/png")
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("inline", map[string]string{
		"filename": strings.TrimSuffix(CertificateFileName(record.Number), ".pdf") + "-" + strconv.Itoa(number) + ".png",
	}))
	return c.Send(picture)
}
