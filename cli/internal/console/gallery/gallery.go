// Package gallery is the page of all uploads, newest first. Users can upload files on it. While
// the page is open, it shows changes.
package gallery

import (
	"embed"
	"fmt"
	"io/fs"
	"net/http"

	"triptych/cli/internal/console/card"
	"triptych/cli/internal/console/feed"
	"triptych/cli/internal/console/page"
	"triptych/cli/internal/transfer"
	"triptych/cli/internal/uploads"
	"triptych/shared/ledger"
)

//go:embed *.js
var scripts embed.FS

// cardsOnPage is the number of cards on a page. They fill a large screen.
const cardsOnPage = 48

// Page is the gallery of one stack. Create it with [New].
type Page struct {
	site     *page.Site
	failed   feed.Failures
	feed     *feed.Feed
	follower *transfer.Follower
	outcomes *outcomes
	limit    *uploadLimit
}

// New returns the gallery of a stack. The parameter failed has the failed executions, and
// changes sends the changes of uploads.
func New(site *page.Site, failed feed.Failures, changes *feed.Feed) *Page {
	return &Page{
		site: site, failed: failed, feed: changes,
		follower: transfer.NewFollower(site.Stack, page.OutcomeTimeout),
		outcomes: newOutcomes(),
		limit:    &uploadLimit{stack: site.Stack},
	}
}

// Scripts returns the scripts of the page.
func Scripts() fs.FS { return scripts }

// Routes returns the routes of the page.
func (p *Page) Routes() page.Routes {
	return page.Routes{
		"GET /{$}":            p.show,
		"GET /gallery/more":   p.more,
		"GET /gallery/events": p.events,
		"PUT /upload":         p.upload,
	}
}

// show answers with the page.
func (p *Page) show(w http.ResponseWriter, r *http.Request) error {
	wanted, err := readFilter(r)
	if err != nil {
		return err
	}

	since := p.site.Now().UTC().Format(ledger.TimeLayout)

	found, err := p.list(r, wanted)
	if err != nil {
		return err
	}

	return p.site.Render(w, r, template, "Gallery", view{
		list: found, filter: wanted, Filters: wanted.links(), Since: since, Limit: p.limit.bytes(r.Context()),
	})
}

// more answers with the next part of the list.
func (p *Page) more(w http.ResponseWriter, r *http.Request) error {
	wanted, err := readFilter(r)
	if err != nil {
		return err
	}

	found, err := p.list(r, wanted)
	if err != nil {
		return err
	}

	return template.Execute(w, "cards", found)
}

// list reads the part of the list that is requested.
func (p *Page) list(r *http.Request, wanted filter) (list, error) {
	after, err := uploads.ParseCursor(r.FormValue("after"))
	if err != nil {
		return list{}, page.NewError(http.StatusBadRequest, "The page of the gallery does not exist", "Start with the first page.")
	}

	found, err := uploads.ReadPage(r.Context(), p.site.Stack.Ledger, uploads.Query{
		Statuses: wanted.statuses(), Prefix: wanted.Prefix, After: after, Limit: cardsOnPage,
	})
	if err != nil {
		return list{}, fmt.Errorf("list the uploads: %w", err)
	}

	failed, err := p.failed.Failed(r.Context())
	if err != nil {
		return list{}, err
	}

	some := list{Searched: wanted.Prefix != "" && len(found.Items) < cardsOnPage}

	for i := range found.Items {
		item := &found.Items[i]
		some.Cards = append(some.Cards, card.New(item, feed.HasFailed(item, failed)))
	}

	if found.Next != nil {
		some.Next = wanted.address("/gallery/more", "after", found.Next.String())
	}

	return some, nil
}
