// Package metrics is the page of the last hour: the outcomes of uploads by minute, the
// durations of executions, and the depths of the queues.
package metrics

import (
	"embed"
	"io/fs"
	"net/http"

	"triptych/cli/internal/console/page"
)

//go:embed *.js
var scripts embed.FS

// Page is the page of a stack's metrics. Create it with [New].
type Page struct {
	site     *page.Site
	activity *reader
}

// New returns the page of a stack.
func New(site *page.Site) *Page {
	return &Page{site: site, activity: &reader{stack: site.Stack, now: site.Now}}
}

// Scripts returns the scripts of the page.
func Scripts() fs.FS { return scripts }

// Routes returns the route of the page.
func (p *Page) Routes() page.Routes { return page.Routes{"GET /metrics": p.show} }

// show answers with the page.
func (p *Page) show(w http.ResponseWriter, r *http.Request) error {
	sum, err := p.activity.sum(r.Context())
	if err != nil {
		return err
	}

	shown := newView(&sum)

	if shown.Queues, err = p.queues(r.Context()); err != nil {
		return err
	}

	if page.Part(r) {
		return template.RenderPart(w, r, "metrics", shown)
	}

	return p.site.Render(w, r, template, "Metrics", shown)
}
