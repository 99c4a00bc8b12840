package console

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"triptych/cli/internal/uploads"
	"triptych/shared/ledger"
)

// cardsOnPage is enough to fill a large screen.
const cardsOnPage = 48

// galleryView is the data of the gallery.
type galleryView struct {
	galleryList
	filter

	Filters []filterLink
	Since   string // later changes are not on the page
	Limit   int64  // maximum size of an upload in bytes
}

// galleryList is a part of the list.
type galleryList struct {
	Cards []card
	Next  string // URL of the next part, or "" at the end
	// Searched means that the next part requires a search: many keys were read, and few
	// of them have the prefix.
	Searched bool
}

// filter selects uploads.
type filter struct {
	Status string // "" means all
	Prefix string
}

// filterLink is one of the gallery's tabs.
type filterLink struct {
	Name, URL string
	Chosen    bool
}

func readFilter(r *http.Request) (filter, error) {
	wanted := filter{Status: strings.ToUpper(r.FormValue("status")), Prefix: r.FormValue("prefix")}

	if wanted.Status != "" && !slices.Contains(ledger.Statuses(), ledger.Status(wanted.Status)) {
		return wanted, &statusError{http.StatusBadRequest, "The status does not exist", "Choose one above the gallery."}
	}

	return wanted, nil
}

func (f filter) statuses() []ledger.Status {
	if f.Status == "" {
		return ledger.Statuses()
	}

	return []ledger.Status{ledger.Status(f.Status)}
}

// matches reports whether a filter shows an item.
func (f filter) matches(item *ledger.Item) bool {
	return (f.Status == "" || f.Status == string(item.Status)) && strings.HasPrefix(item.Key, f.Prefix)
}

func (f filter) address(path string, more ...string) string {
	values := url.Values{}
	add := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}

	add("status", strings.ToLower(f.Status))
	add("prefix", f.Prefix)

	for i := 0; i+1 < len(more); i += 2 {
		add(more[i], more[i+1])
	}

	if len(values) == 0 {
		return path
	}

	return path + "?" + values.Encode()
}

func (f filter) links() []filterLink {
	links := []filterLink{{"All", filter{Prefix: f.Prefix}.address("/"), f.Status == ""}}

	for _, status := range []ledger.Status{ledger.Ready, ledger.Processing, ledger.Failed, ledger.Rejected, ledger.Superseded, ledger.Erased} {
		name := string(status)
		links = append(links, filterLink{statusWord(name), filter{name, f.Prefix}.address("/"), f.Status == name})
	}

	return links
}

func (c *Console) gallery(w http.ResponseWriter, r *http.Request) error {
	wanted, err := readFilter(r)
	if err != nil {
		return err
	}

	since := c.now().UTC().Format(timeLayout)

	list, err := c.list(r, wanted)
	if err != nil {
		return err
	}

	return c.render(w, r, "gallery", "Gallery", galleryView{
		galleryList: list, filter: wanted, Filters: wanted.links(), Since: since, Limit: c.limits.bytes(r.Context()),
	})
}

// timeLayout is the ledger's time format, which sorts as text.
const timeLayout = "2006-01-02T15:04:05.000Z"

func (c *Console) galleryMore(w http.ResponseWriter, r *http.Request) error {
	wanted, err := readFilter(r)
	if err != nil {
		return err
	}

	list, err := c.list(r, wanted)
	if err != nil {
		return err
	}

	return c.execute(w, "gallery", "cards", list)
}

// list reads the part of the list that is requested.
func (c *Console) list(r *http.Request, wanted filter) (galleryList, error) {
	after, err := uploads.ParseCursor(r.FormValue("after"))
	if err != nil {
		return galleryList{}, &statusError{http.StatusBadRequest, "The page of the gallery does not exist", "Start with the first page."}
	}

	found, err := uploads.ReadPage(r.Context(), c.stack.Ledger, uploads.Query{
		Statuses: wanted.statuses(), Prefix: wanted.Prefix, After: after, Limit: cardsOnPage,
	})
	if err != nil {
		return galleryList{}, fmt.Errorf("list the uploads: %w", err)
	}

	failed, err := c.failed.Failed(r.Context())
	if err != nil {
		return galleryList{}, err
	}

	list := galleryList{Searched: wanted.Prefix != "" && len(found.Items) < cardsOnPage}

	for i := range found.Items {
		item := &found.Items[i]
		_, lost := failed[item.Owner]
		list.Cards = append(list.Cards, newCard(item, lost && item.Status == ledger.Processing))
	}

	if found.Next != nil {
		list.Next = wanted.address("/gallery/more", "after", found.Next.String())
	}

	return list, nil
}
