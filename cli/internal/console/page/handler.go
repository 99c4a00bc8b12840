package page

import (
	_ "embed"
	"errors"
	"net/http"
	"strings"

	"triptych/cli/internal/target"
)

// Handler answers a request, or returns an error.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Routes are the handlers of a page, by the pattern of [http.ServeMux].
type Routes map[string]Handler

// Error is an answer with an error status.
type Error struct {
	Code        int // of HTTP
	Title, Text string
}

// NewError returns an answer with an HTTP status, the title of its page, and advice for the
// user.
func NewError(code int, title, text string) *Error {
	return &Error{Code: code, Title: title, Text: text}
}

func (e *Error) Error() string { return e.Title + ": " + e.Text }

// ErrNoPage is the answer to a URL without a page.
var ErrNoPage = NewError(http.StatusNotFound, "The page does not exist", "The URL may be mistyped, or it may belong to an older console.")

//go:embed error.html
var errorHTML string

var errorTemplate = Parse("error", errorHTML)

// Answer converts an error of a handler to a page with advice for the user.
func (s *Site) Answer(handler Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := handler(w, r)
		if err == nil || r.Context().Err() != nil {
			return
		}

		failure, ok := errors.AsType[*Error](err)
		if !ok {
			failure = NewError(http.StatusBadGateway, "AWS returned an error", s.Stack.Explain(err).Error())
			if problem, ok := errors.AsType[*target.Problem](s.Stack.Explain(err)); ok {
				failure.Text = problem.Error()
			}
		}

		if !strings.Contains(r.Header.Get("Accept"), "text/html") { // The request comes from a script or from an image element.
			http.Error(w, failure.Error(), failure.Code)

			return
		}

		w.WriteHeader(failure.Code)

		_ = s.Render(w, r, errorTemplate, failure.Title, failure) // The response has begun, so an error cannot be reported.
	}
}
