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
	Since   string // time of the page: it does not show later changes
	Limit   int64  // maximum size of an upload in bytes
}

// list is one part of the list of uploads.
type list struct {
	Cards []card.Card
	Next  string // URL of the next part, or "" at the end
	// Searched means that many keys were read to find this part, because few keys have the
	// prefix. The next part requires such a search again.
	Searched bool
}
