package console

import (
	"errors"
	"net/http"
	"strings"

	"triptych/cli/internal/target"
)

// page answers a request, or returns an error.
type page func(w http.ResponseWriter, r *http.Request) error

func (c *Console) routes() http.Handler {
	mux := http.NewServeMux()

	for pattern, answer := range map[string]page{
		"GET /{$}":                 c.gallery,
		"GET /gallery/more":        c.galleryMore,
		"GET /gallery/events":      c.galleryEvents,
		"GET /image":               c.image,
		"GET /picture/{path...}":   c.picture,
		"PUT /upload":              c.upload,
		"POST /erase":              c.erase,
		"GET /executions":          c.executions,
		"GET /execution":           c.execution,
		"GET /failures":            c.failures,
		"GET /failures/list":       c.failuresList,
		"GET /failures/events":     c.failureEvents,
		"POST /failures/replay":    c.startReplay,
		"GET /metrics":             c.metrics,
		"GET /execution/events":    c.executionEvents,
		"POST /execution/{action}": c.changeExecution,
		"GET /":                    func(http.ResponseWriter, *http.Request) error { return errNoPage },
	} {
		mux.HandleFunc(pattern, c.answering(answer))
	}

	mux.Handle("GET /static/", staticFiles())

	return mux
}

// The errors for missing parts of a page, in addition to those of AWS.
var (
	errNoPage = &statusError{http.StatusNotFound, "The page does not exist", "The URL may be mistyped, or may be of an older console."}
	errNoKey  = &statusError{http.StatusBadRequest, "The URL names no image", "Choose an image in the gallery."}
)

// statusError is an answer with an error status.
type statusError struct {
	code        int
	title, text string
}

func (e *statusError) Error() string { return e.title + ": " + e.text }

// answering converts an error to a page that says what to do.
func (c *Console) answering(answer page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := answer(w, r)
		if err == nil || r.Context().Err() != nil {
			return
		}

		failure, ok := errors.AsType[*statusError](err)
		if !ok {
			failure = &statusError{http.StatusBadGateway, "AWS returned an error", c.stack.Explain(err).Error()}
			if problem, ok := errors.AsType[*target.Problem](c.stack.Explain(err)); ok {
				failure.text = problem.Error()
			}
		}

		if !strings.Contains(r.Header.Get("Accept"), "text/html") { // The request comes from a script or from an image element.
			http.Error(w, failure.Error(), failure.code)

			return
		}

		w.WriteHeader(failure.code)

		_ = c.render(w, r, "error", failure.title, map[string]any{"Title": failure.title, "Text": failure.text}) // An error cannot be reported any more.
	}
}
