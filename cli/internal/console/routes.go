package console

import (
	"errors"
	"net/http"
	"strings"

	"triptych/cli/internal/target"
)

// page answers a request, or says why it cannot.
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
		"GET /pulse":               c.pulse,
		"GET /execution/events":    c.executionEvents,
		"POST /execution/{action}": c.changeExecution,
		"GET /":                    func(http.ResponseWriter, *http.Request) error { return errNoPage },
	} {
		mux.HandleFunc(pattern, c.answering(answer))
	}

	mux.Handle("GET /static/", staticFiles())

	return mux
}

// What a page can be missing, beside what AWS says.
var (
	errNoPage = &statusError{http.StatusNotFound, "There is no such page", "The address may be mistyped, or of an older console."}
	errNoKey  = &statusError{http.StatusBadRequest, "No image is named", "Choose one in the gallery."}
)

// statusError is an answer that is no success.
type statusError struct {
	code        int
	title, text string
}

func (e *statusError) Error() string { return e.title + ": " + e.text }

// answering turns an error into a page that says what to do.
func (c *Console) answering(answer page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := answer(w, r)
		if err == nil || r.Context().Err() != nil {
			return
		}

		failure, ok := errors.AsType[*statusError](err)
		if !ok {
			failure = &statusError{http.StatusBadGateway, "AWS did not answer as it should", c.stack.Explain(err).Error()}
			if problem, ok := errors.AsType[*target.Problem](c.stack.Explain(err)); ok {
				failure.text = problem.Error()
			}
		}

		if !strings.Contains(r.Header.Get("Accept"), "text/html") { // It is for a script of ours, or for an image's place.
			http.Error(w, failure.Error(), failure.code)

			return
		}

		w.WriteHeader(failure.code)

		_ = c.render(w, r, "error", failure.title, map[string]any{"Title": failure.title, "Text": failure.text}) // There is nothing left to say.
	}
}
