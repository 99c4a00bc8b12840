// Package failures is the page of the failed executions and the undelivered events, grouped
// by cause. The page shows the same entries as `triptych replay`, and can replay them.
package failures

import (
	"embed"
	"io/fs"
	"net/http"
	"sync"

	"triptych/cli/internal/console/page"
)

//go:embed *.js
var scripts embed.FS

// Page is the page of a stack's failures. Create it with [New].
type Page struct {
	site    *page.Site
	job     *job
	listing sync.Mutex // held while the failures are listed
}

// New returns the page of a stack.
func New(site *page.Site) *Page {
	return &Page{site: site, job: &job{explain: site.Stack.Explain}}
}

// Scripts returns the scripts of the page.
func Scripts() fs.FS { return scripts }

// Routes returns the routes of the page.
func (p *Page) Routes() page.Routes {
	return page.Routes{
		"GET /failures":         p.show,
		"GET /failures/list":    p.list,
		"GET /failures/events":  p.events,
		"POST /failures/replay": p.replay,
	}
}

// show answers with the page, without the list of failures. The browser fetches the list in
// a second request, because many failures take a long time to list.
func (p *Page) show(w http.ResponseWriter, r *http.Request) error {
	return p.site.Render(w, r, template, "Failures", p.job.state())
}
