package certificate

import (
	"context"
	"net/url"
	"strconv"

	rules "shebao/server/certificate"
	"shebao/server/pdf"
	"shebao/server/web"
	model "shebao/shared/certificate"
	"shebao/shared/page"
)

// one is one certificate.
func (d Deps) one() web.Route {
	return web.Page[page.CertificateView]{
		Pattern: page.PatternCertificate,
		Frame:   page.Frame{Title: "社会保险费缴费证明", Back: page.PatternCertificateDownloads, Tab: tab},
		Load:    d.loadOne,
		Act: func(ctx context.Context, r *web.Request) (web.Answer[page.CertificateView], error) {
			c, err := d.Rules.Retry(ctx, r.Person, r.Query.Get("id"))
			if err != nil {
				return web.Answer[page.CertificateView]{}, err
			}
			return web.Go[page.CertificateView]("/certificates/" + url.PathEscape(c.ID)), nil
		},
	}.Route()
}

func (d Deps) loadOne(ctx context.Context, r *web.Request) (page.CertificateView, error) {
	c, err := d.Rules.Own(ctx, r.Person, r.Query.Get("id"))
	if err != nil {
		return page.CertificateView{}, err
	}
	s := page.CertificateView{}
	if s.Card, err = d.card(ctx, c); err != nil {
		return s, err
	}
	status, err := d.Rules.Status(ctx, c)
	if err != nil {
		return s, err
	}
	if c.State == model.Making {
		s.Live = web.LiveCertificate(c.ID, c.State)
	}
	if c.State != model.Ready || status == rules.Withdrawn {
		return s, nil
	}
	base := "/certificates/" + url.PathEscape(c.ID)
	s.Code, s.PDF, s.Name = c.Facts.CheckCode.Grouped(), base+"/pdf", web.CertificateFileName(c.Number)
	for i := range (c.Count + pdf.RowsPerPage - 1) / pdf.RowsPerPage {
		picture := base + "/pages/" + strconv.Itoa(i+1)
		s.Pages = append(s.Pages, page.CertificatePage{Image: picture + ".png", Large: picture + "-large.png"})
	}
	return s, nil
}
