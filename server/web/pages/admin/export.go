package admin

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"shebao/server/sheet"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

// exportRows is how many rows are read from the store at a time.
const exportRows = 1000

// export is a table that officers may take away, as CSV and as XLSX. Taking it is
// recorded in the audit trail with the number of rows.
type export struct {
	path string      // without the extension
	see  model.Right // who may have it
	what string      // the action in the audit trail
	open func(ctx context.Context, v visit) (exported, error)
}

// exported is the table of one request.
type exported struct {
	title   string // also the file's name
	subject string // in the audit trail
	columns []sheet.Column
	rows    func(row func(cells ...any) error) error // cells as sheet.Writer takes them
}

// file is the route of an export.
func (d Deps) file(e export) web.Route {
	return web.Download(e.path+".{format}", web.Officer, func(ctx context.Context, r *web.Request) (web.Attachment, error) {
		return d.attach(ctx, r, e)
	})
}

// attach makes the file. It is made as a whole before any of it is sent: half a table would
// look like a whole one.
func (d Deps) attach(ctx context.Context, r *web.Request, e export) (web.Attachment, error) {
	none := web.Attachment{}
	v, err := d.visit(ctx, r, e.see)
	if err != nil {
		return none, err
	}
	format := sheet.Format(v.Query.Get("format"))
	if format != sheet.CSV && format != sheet.XLSX {
		return none, api.NotFound("")
	}
	t, err := e.open(ctx, v)
	if err != nil {
		return none, err
	}
	var out bytes.Buffer
	w, err := sheet.New(&out, format, t.title, t.columns)
	if err != nil {
		return none, err
	}
	rows := 0
	err = t.rows(func(cells ...any) error {
		rows++
		return w.Row(cells...)
	})
	if err != nil {
		return none, err
	}
	if err := w.Close(); err != nil {
		return none, err
	}
	if err := d.note(ctx, v, e.what, t.subject, "ok", "format", string(format), "rows", count(rows)); err != nil {
		return none, err
	}
	return web.Attachment{Name: t.title + "." + string(format), Type: format.Type(), Data: out.Bytes()}, nil
}

// sheetColumns are columns with these heads and, after a colon, their widths.
func sheetColumns(heads ...string) []sheet.Column {
	out := make([]sheet.Column, len(heads))
	for i, h := range heads {
		name, width, _ := strings.Cut(h, ":")
		out[i].Head = name
		out[i].Width, _ = strconv.Atoi(width) // none: the sheet's own
	}
	return out
}

// files puts the paths of an export on the table. query is "" or begins with "?".
func files(t page.Table, path, query string) page.Table {
	t.Export, t.Workbook = path+".csv"+query, path+".xlsx"+query
	return t
}
