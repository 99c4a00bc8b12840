package page

// view is the data of the layout and of the page.
type view struct {
	Page, Title string
	Stack       string
	Where       string
	Token       string
	Data        any
}

// Link is one of several links. The chosen link is marked.
type Link struct {
	Name, URL string
	Chosen    bool
}

// newTab returns the link to a page. It is marked as current on that page and on pages
// below it.
func newTab(shown view, page, address, name, below string) Link {
	return Link{Name: name, URL: address, Chosen: shown.Page == page || shown.Page == below}
}
