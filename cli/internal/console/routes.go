package console

import (
	"net/http"

	"triptych/cli/internal/console/execution"
	"triptych/cli/internal/console/executions"
	"triptych/cli/internal/console/failures"
	"triptych/cli/internal/console/feed"
	"triptych/cli/internal/console/gallery"
	"triptych/cli/internal/console/image"
	"triptych/cli/internal/console/metrics"
	"triptych/cli/internal/console/page"
	"triptych/cli/internal/console/variant"
)

// routes returns the handler of all pages and of the files that they load.
func routes(site *page.Site, failed feed.Failures, changes *feed.Feed) (*http.ServeMux, error) {
	static, err := page.Static(gallery.Scripts(), image.Scripts(), execution.Scripts(), failures.Scripts(), metrics.Scripts())
	if err != nil {
		return nil, err
	}

	mux := http.NewServeMux()
	mux.Handle("GET /static/", static)

	for _, routes := range []page.Routes{
		gallery.New(site, failed, changes).Routes(),
		image.New(site, failed).Routes(),
		variant.Routes(site),
		executions.New(site).Routes(),
		execution.New(site).Routes(),
		failures.New(site).Routes(),
		metrics.New(site).Routes(),
		{"GET /": func(http.ResponseWriter, *http.Request) error { return page.ErrNoPage }},
	} {
		for pattern, handler := range routes {
			mux.HandleFunc(pattern, site.Answer(handler))
		}
	}

	return mux, nil
}
