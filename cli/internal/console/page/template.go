package page

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"net/http"

	"triptych/cli/internal/console/guard"
)

var (
	//go:embed layout.html
	layoutHTML string
	//go:embed parts.html
	partsHTML string
)

// Template is the template of a page. It consists of the layout and the blocks of the page.
type Template struct {
	name   string
	parsed *template.Template
}

// Parse parses the template of a page. The text is embedded in the program, so Parse panics
// if it is not a template.
func Parse(name, html string) *Template {
	parsed := template.New(name).Funcs(functions)
	for _, text := range []string{layoutHTML, partsHTML, html} {
		parsed = template.Must(parsed.Parse(text))
	}

	return &Template{name: name, parsed: parsed}
}

// Render writes a whole page.
func (s *Site) Render(w http.ResponseWriter, r *http.Request, of *Template, title string, data any) error {
	return of.Execute(w, "layout", view{
		Page: of.name, Title: title, Stack: s.Stack.Stack.Stack, Where: s.Stack.Where(), Token: guard.Token(r.Context()), Data: data,
	})
}

// RenderPart writes a block of a page. The block gets the same data as the page.
func (t *Template) RenderPart(w http.ResponseWriter, r *http.Request, block string, data any) error {
	return t.Execute(w, block, view{Page: t.name, Token: guard.Token(r.Context()), Data: data})
}

// Part reports whether a request is for the changing part of a page, and not for the page.
func Part(r *http.Request) bool { return r.Header.Get("X-Part") != "" }

// Execute writes a block to the response. It renders the block in memory first, so that an
// error cannot occur in the middle of a response.
func (t *Template) Execute(w http.ResponseWriter, block string, data any) error {
	text, err := t.Expand(block, data)
	if err != nil {
		return err
	}

	w.Header().Set("Content-Type", "text/html; charset=utf-8")

	_, _ = io.WriteString(w, text) // The client may have disconnected.

	return nil
}

// Expand returns the text of a block.
func (t *Template) Expand(block string, data any) (string, error) {
	var text bytes.Buffer
	if err := t.parsed.ExecuteTemplate(&text, block, data); err != nil {
		return "", fmt.Errorf("write the page %s: %w", t.name, err)
	}

	return text.String(), nil
}
