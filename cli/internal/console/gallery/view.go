package gallery

import (
	_ "embed"

	"triptych/cli/internal/console/card"
	"triptych/cli/internal/console/page"
)

//go:embed gallery.html
var pageHTML string

var template = page.Parse("gallery", pageHTML)

// view is the data of the gallery.
type view struct {
	list
	filter

	Filters []page.Link
	Since   string // later changes are not on the page
	Limit   int64  // maximum size of an upload in bytes
}

// list is a part of the list.
type list struct {
	Cards []card.Card
	Next  string // URL of the next part, or "" at the end
	// Searched means that the next part requires a search: many keys were read, and few
	// of them have the prefix.
	Searched bool
}
