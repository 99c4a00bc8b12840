// Package execution is the page of one execution: its state machine as a graph, its times
// and its events. It can stop, redrive and restart the execution.
package execution

import (
	"embed"
	"io/fs"
	"net/http"

	"triptych/cli/internal/console/page"
)

//go:embed *.js
var scripts embed.FS

var errNoARN = page.NewError(http.StatusBadRequest, "The URL does not name an execution", "Choose an execution in the list.")

// Page is the page of every execution of one stack. Create it with [New].
type Page struct{ site *page.Site }

// New returns the page for a stack.
func New(site *page.Site) *Page { return &Page{site: site} }

// Scripts returns the scripts of the page.
func Scripts() fs.FS { return scripts }

// Routes returns the routes of the page.
func (p *Page) Routes() page.Routes {
	return page.Routes{
		"GET /execution":           p.show,
		"GET /execution/events":    p.events,
		"POST /execution/{action}": p.change,
	}
}

// show answers with the page.
func (p *Page) show(w http.ResponseWriter, r *http.Request) error {
	picked := readChoice(r)
	if picked.arn == "" {
		return errNoARN
	}

	found, err := p.read(r.Context(), picked.arn)
	if err != nil {
		return err
	}

	shown := newView(found, picked, p.site.Now())

	if page.Part(r) {
		return template.RenderPart(w, r, "execution", shown)
	}

	return p.site.Render(w, r, template, shown.Name, shown)
}
