package gallery

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"triptych/cli/internal/console/page"
	"triptych/shared/ledger"
)

// filter selects uploads.
type filter struct {
	Status page.Status // "" means all
	Prefix string
}

func readFilter(r *http.Request) (filter, error) {
	wanted := filter{Status: page.Status(strings.ToUpper(r.FormValue("status"))), Prefix: r.FormValue("prefix")}

	if wanted.Status != "" && !slices.Contains(ledger.Statuses(), ledger.Status(wanted.Status)) {
		return wanted, page.NewError(http.StatusBadRequest, "The status does not exist", "Choose one above the gallery.")
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
	return (f.Status == "" || f.Status == page.Status(item.Status)) && strings.HasPrefix(item.Key, f.Prefix)
}

// address returns the URL of a path with the parameters of the filter and more parameters.
func (f filter) address(path string, more ...string) string {
	values := url.Values{}
	add := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}

	add("status", strings.ToLower(string(f.Status)))
	add("prefix", f.Prefix)

	for i := 0; i+1 < len(more); i += 2 {
		add(more[i], more[i+1])
	}

	if len(values) == 0 {
		return path
	}

	return path + "?" + values.Encode()
}

// links returns the tabs of the gallery.
func (f filter) links() []page.Link {
	links := []page.Link{{Name: "All", URL: filter{Prefix: f.Prefix}.address("/"), Chosen: f.Status == ""}}

	for _, status := range []ledger.Status{ledger.Ready, ledger.Processing, ledger.Failed, ledger.Rejected, ledger.Superseded, ledger.Erased} {
		one := page.Status(status)
		links = append(links, page.Link{Name: one.Word(), URL: filter{one, f.Prefix}.address("/"), Chosen: f.Status == one})
	}

	return links
}
