package console

import (
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"triptych/cli/internal/console/feed"
	"triptych/cli/internal/console/page"
	"triptych/cli/internal/target"
)

// newRoutes returns the pages of a stack that cannot be reached.
func newRoutes(t *testing.T) *http.ServeMux {
	t.Helper()

	site := page.NewSite(t.Context(), &target.Target{}, time.Now)
	failed := feed.NewFailedExecutions(nil, "", time.Now)

	mux, err := routes(site, failed, feed.New(nil, failed, pollEvery, time.Now))
	if err != nil {
		t.Fatal(err)
	}

	return mux
}

func get(handler http.Handler, path string, header http.Header) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	request.Header = header

	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)

	return answer
}

// TestRoutes_everyPageExists checks the links of the layout, and the pages below them.
func TestRoutes_everyPageExists(t *testing.T) {
	mux := newRoutes(t)
	links := regexp.MustCompile(`<a href="(/[^"]*)"`)

	layout := get(mux, "/none", http.Header{"Accept": {"text/html"}})
	if layout.Code != http.StatusNotFound {
		t.Fatalf("the answer to an unknown URL is %d", layout.Code)
	}

	below, _, _ := strings.Cut(layout.Body.String(), "</nav>")

	paths := []string{"/image", "/execution", "/picture/key/-/version/large.jpg"}
	for _, found := range links.FindAllStringSubmatch(below, -1) {
		paths = append(paths, found[1])
	}

	if len(paths) != 7 {
		t.Errorf("the pages are %v", paths)
	}

	for _, path := range paths {
		_, pattern := mux.Handler(httptest.NewRequest(http.MethodGet, path, http.NoBody))
		if pattern == "" || pattern == "GET /" {
			t.Errorf("%s has no page", path)
		}
	}
}

// TestRoutes_everyScriptIsServed follows the imports of the scripts. The URLs of all scripts
// are in one folder, although each page embeds its own scripts.
func TestRoutes_everyScriptIsServed(t *testing.T) {
	mux := newRoutes(t)
	imported := regexp.MustCompile(`'\./([a-z]+\.js)'`)

	names, known := []string{"console.js"}, map[string]bool{"console.js": true}
	for i := 0; i < len(names); i++ {
		answer := get(mux, path.Join("/static", names[i]), http.Header{})
		if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/javascript") {
			t.Errorf("%s: %d, %v", names[i], answer.Code, answer.Header())
		}

		again := get(mux, path.Join("/static", names[i]), http.Header{"If-None-Match": {answer.Header().Get("ETag")}})
		if again.Code != http.StatusNotModified {
			t.Errorf("the revalidation of %s has the status %d", names[i], again.Code)
		}

		for _, found := range imported.FindAllStringSubmatch(answer.Body.String(), -1) {
			if name := found[1]; !known[name] {
				known[name] = true
				names = append(names, name)
			}
		}
	}

	for _, page := range []string{"gallery.js", "image.js", "execution.js", "failures.js", "metrics.js", "upload.js"} {
		if !known[page] {
			t.Errorf("no script imports %s", page)
		}
	}
}
