// Package image is the page of one image: its variants, its metadata and its versions.
package image

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"

	"triptych/cli/internal/console/feed"
	"triptych/cli/internal/console/page"
	"triptych/cli/internal/erasure"
	"triptych/cli/internal/uploads"
)

//go:embed *.js
var scripts embed.FS

var errNoKey = page.NewError(http.StatusBadRequest, "The URL does not name an image", "Choose an image in the gallery.")

// Page is the page of every image of one stack. Create it with [New].
type Page struct {
	site   *page.Site
	failed feed.Failures
}

// New returns the page for a stack. The parameter failed has the failed executions.
func New(site *page.Site, failed feed.Failures) *Page {
	return &Page{site: site, failed: failed}
}

// Scripts returns the scripts of the page.
func Scripts() fs.FS { return scripts }

// Routes returns the routes of the page.
func (p *Page) Routes() page.Routes {
	return page.Routes{
		"GET /image":  p.show,
		"POST /erase": p.erase,
	}
}

// show answers with the page.
func (p *Page) show(w http.ResponseWriter, r *http.Request) error {
	key := r.FormValue("key")
	if key == "" {
		return errNoKey
	}

	found, err := uploads.Get(r.Context(), p.site.Stack, key)
	if errors.Is(err, uploads.ErrUnknown) {
		return page.NewError(http.StatusNotFound, "The image is unknown", "It was never uploaded, or it has been erased.")
	}

	if err != nil {
		return err
	}

	failed, err := p.failed.Failed(r.Context())
	if err != nil {
		return err
	}

	shown := newView(p.site.Stack.Stack.CDN, &found, failed)

	if page.Part(r) {
		return template.RenderPart(w, r, "image", shown)
	}

	return p.site.Render(w, r, template, key, shown)
}

// eraseWithin is the maximum time that the page waits until the variants are removed.
const eraseWithin = 15 * time.Second

// erase removes an image, and answers with the next page.
func (p *Page) erase(w http.ResponseWriter, r *http.Request) error {
	key := r.PostFormValue("key")
	if key == "" {
		return errNoKey
	}

	_, err := erasure.Erase(r.Context(), p.site.Stack, key, eraseWithin)
	if err != nil && !errors.Is(err, erasure.ErrUnfinished) && !errors.Is(err, erasure.ErrUnknown) {
		return fmt.Errorf("erase %s: %w", key, err)
	}

	to := "/"
	if errors.Is(err, erasure.ErrUnfinished) {
		to = page.ImageURL(key) // The image is not erased completely: show its page.
	}

	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // The URL is a path of the console.

	return nil
}
