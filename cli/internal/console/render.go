package console

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"triptych/cli/internal/console/guard"
	"triptych/cli/internal/display"
	"triptych/cli/internal/replay"
)

//go:embed web/pages/*.html
var pageFiles embed.FS

//go:embed web/static
var staticFolder embed.FS

// pages are the templates. Each page is the layout with its own blocks.
type pages struct{ byName map[string]*template.Template }

func parsePages() (*pages, error) {
	names, err := fs.Glob(pageFiles, "web/pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("list the pages: %w", err)
	}

	found := &pages{byName: map[string]*template.Template{}}

	for _, name := range names {
		base := strings.TrimSuffix(path.Base(name), ".html")
		if base == "layout" || base == "parts" {
			continue
		}

		parsed, err := template.New(base).Funcs(functions).ParseFS(pageFiles, "web/pages/layout.html", "web/pages/parts.html", name)
		if err != nil {
			return nil, fmt.Errorf("read the page %s: %w", base, err)
		}

		found.byName[base] = parsed
	}

	return found, nil
}

// functions are the functions that templates can call.
var functions = template.FuncMap{
	"bytes":     display.Bytes,
	"text":      display.Text,
	"size":      display.Size,
	"took":      display.Duration,
	"iso":       func(moment time.Time) string { return moment.UTC().Format(time.RFC3339Nano) },
	"clock":     display.Time,
	"age":       func(moment time.Time) string { return age(time.Since(moment)) },
	"image":     imageURL,
	"execution": executionURL,
	"file":      func(key string) string { return display.Text(path.Base(key)) },
	"folder":    folderOf,
	"name":      replay.Name,
	"lower":     strings.ToLower,
	"kind":      func(contentType string) string { return strings.TrimPrefix(contentType, "image/") },
	"plural":    plural,
	"tab":       newTab,
	"add":       func(a, b float64) float64 { return a + b },
	"doc":       func(of document, place int) documentView { return documentView{of, fmt.Sprintf("document-%d", place)} },
}

// view is the data of the layout and of the page.
type view struct {
	Page, Title string
	Stack       string
	Where       string
	Token       string
	Data        any
}

// tab is a link to one of the pages.
type tab struct {
	Name, URL string
	Chosen    bool
}

// newTab returns the link to a page. It is marked as current on that page and on pages
// below it.
func newTab(shown view, page, address, name, below string) tab {
	return tab{Name: name, URL: address, Chosen: shown.Page == page || shown.Page == below}
}

// render writes a whole page.
func (c *Console) render(w http.ResponseWriter, r *http.Request, name, title string, data any) error {
	return c.execute(w, name, "layout", view{
		Page: name, Title: title, Stack: c.stack.Stack.Stack, Where: c.stack.Where(), Token: guard.Token(r.Context()), Data: data,
	})
}

// executePart writes a part of a page.
func (c *Console) executePart(w http.ResponseWriter, r *http.Request, name, part string, data any) error {
	return c.execute(w, name, part, view{Page: name, Token: guard.Token(r.Context()), Data: data})
}

// execute runs a template into memory first, so that an error does not occur in the
// middle of an answer.
func (c *Console) execute(w http.ResponseWriter, name, part string, data any) error {
	text, err := c.expand(name, part, data)
	if err != nil {
		return err
	}

	w.Header().Set("Content-Type", "text/html; charset=utf-8")

	_, _ = io.WriteString(w, text) // The client may have disconnected.

	return nil
}

func (c *Console) expand(name, part string, data any) (string, error) {
	var text bytes.Buffer
	if err := c.pages.byName[name].ExecuteTemplate(&text, part, data); err != nil {
		return "", fmt.Errorf("write the page %s: %w", name, err)
	}

	return text.String(), nil
}

func imageURL(key string) string { return "/image?" + url.Values{"key": {key}}.Encode() }

func executionURL(arn string) string { return "/execution?" + url.Values{"arn": {arn}}.Encode() }

// folderOf returns a key without its last component, or "".
func folderOf(key string) string {
	folder, _ := path.Split(key)

	return display.Text(folder)
}

// age formats how long ago something was, in one unit.
func age(span time.Duration) string {
	const day = 24 * time.Hour

	switch {
	case span < 5*time.Second:
		return "now"
	case span < time.Minute:
		return fmt.Sprintf("%d s ago", span/time.Second)
	case span < time.Hour:
		return fmt.Sprintf("%d min ago", span/time.Minute)
	case span < day:
		return fmt.Sprintf("%d h ago", span/time.Hour)
	default:
		return fmt.Sprintf("%d d ago", span/day)
	}
}

// plural returns a count with its noun.
func plural(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}

	return fmt.Sprintf("%d %ss", count, noun)
}

// staticFiles serves the style sheet, the scripts and the icon. Browsers cache and
// revalidate them, because the binary may have been replaced.
func staticFiles() http.Handler {
	root, err := fs.Sub(staticFolder, "web")
	if err != nil {
		panic("the embedded folder: " + err.Error())
	}

	tags := map[string]string{}
	_ = fs.WalkDir(root, "static", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			text, _ := fs.ReadFile(root, name)
			tags["/"+name] = etag(text)
		}

		return err
	})

	files := http.FileServerFS(root)

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tag, there := tags[r.URL.Path]
		if !there {
			http.NotFound(w, r)

			return
		}

		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", tag)
		files.ServeHTTP(w, r)
	})
}
