//go:build browser

package browser_test

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"triptych/e2e/fixture"
)

// often is a fault plan in which some images fail, in two ways, and many states take
// long.
const often = `{"lambda": [
	{"function": "resize", "kind": "error", "every": 16, "from": 10, "errorType": "Unplanned"},
	{"function": "record", "kind": "error", "every": 6, "from": 5, "errorType": "LedgerAway"},
	{"function": "sanitize", "kind": "throttle", "every": 4}
]}`

// look is one page to check.
type look struct{ name, path, ready string }

// These are the limits of a page, without its images: its size, and its layout shift
// while it loads (https://web.dev/articles/cls: up to 0.1 is good).
const (
	maxPageBytes = 150_000
	maxShift     = 0.05
)

// TestPages checks every page in light and dark, wide and narrow: no element is wider
// than the window, axe-core finds no serious problem, and size and layout shift are
// within their limits. Screenshots of all pages are written to build/screens.
func TestPages(t *testing.T) {
	stack := startPair(t, often)
	// This image is uploaded before the faults of the plan begin.
	stack.triptych(t, "upload", "--wait", "../../samples/dragonfly.jpg", "--prefix", "portfolio/")
	stack.triptych(t, "upload", "--wait", "../../samples", "--prefix", "2026/")
	stack.triptych(t, "upload", "--wait", "../../samples", "--prefix", "archive/")
	stack.triptych(t, "upload", "--wait", write(t, "notes.txt", []byte("no picture")), write(t, "cut.jpg", fixture.JPEG(fixture.Quarters(640, 480, 4))[:20_000]))

	failed := arnOf(t, stack.triptych(t, "executions", "--status", "failed", "--json"))
	succeeded := arnOf(t, stack.triptych(t, "executions", "--status", "succeeded", "--json"))

	for _, page := range []look{
		{"gallery", "/", `document.querySelectorAll('.card').length > 10 && [...document.images].slice(0, 8).every((image) => image.complete)`},
		{"gallery-none", "/?status=erased", `document.querySelector('[data-empty]').checkVisibility()`},
		{"image", "/image?key=portfolio%2Fdragonfly.jpg", `document.querySelector('.preview img')?.complete && document.querySelector('.chips .gps')`},
		{"executions", "/executions", `document.querySelector('.rows')`},
		{"execution", "/execution?arn=" + url.QueryEscape(succeeded), `document.querySelector('[data-graph]')`},
		{"execution-bad", "/execution?arn=" + url.QueryEscape(failed), `document.querySelector('[data-graph] .bad')`},
		{"failures", "/failures", `document.querySelector('.group')`},
		{"metrics", "/metrics", `document.querySelector('.bars, .plot')`},
		{"error", "/none", `document.querySelector('h1')`},
	} {
		t.Run(page.name, func(t *testing.T) { lookAt(t, stack.console.Console, page) })
	}
}

// arnOf returns the ARN of the first execution in a list.
func arnOf(t *testing.T, lines string) string {
	t.Helper()

	_, rest, found := strings.Cut(lines, `"executionArn":"`)
	if !found {
		t.Fatalf("there is no execution in:\n%s", lines)
	}

	arn, _, _ := strings.Cut(rest, `"`)

	return arn
}

func lookAt(t *testing.T, base string, page look) {
	t.Helper()

	b := open(t, base)

	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 400} {
			b.look(width, scheme)
			b.weigh()
			b.goTo(page.path)
			b.until(page.name, page.ready)

			what := fmt.Sprintf("%s-%s-%d", page.name, scheme, width)

			// The shift is measured before the screenshot, which makes the window as high
			// as the page.
			shift := eval[float64](b, `new Promise((done) => new PerformanceObserver((list) =>
				done(list.getEntries().reduce((sum, entry) => sum + entry.value, 0))).observe({type: 'layout-shift', buffered: true})
				|| setTimeout(() => done(0), 200))`)
			if shift > maxShift {
				t.Errorf("%s: the layout shift is %v, want at most %v", what, shift, maxShift)
			}

			b.picture(what)
			b.accessible(what)

			if wide := eval[float64](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
				t.Errorf("%s: %v px are outside of the window", what, wide)
			}

			if b.weigh(); b.weight > maxPageBytes {
				t.Errorf("%s: %.0f bytes without images, want at most %d", what, b.weight, maxPageBytes)
			}

			paint := eval[float64](b, `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1`)
			t.Logf("%s: %.0f kB, first paint after %.0f ms, layout shift %.3f", what, b.weight/1000, paint, shift)
		}
	}
}

// TestKeyboard uses the gallery only with Tab and Enter.
func TestKeyboard(t *testing.T) {
	stack := startPair(t, "")
	stack.triptych(t, "upload", "--wait", filepath.Join("..", "..", "samples", "coffee.png"))

	b := open(t, stack.console.Console)
	b.look(1280, "light")
	b.goTo("/")
	b.until("the card", `document.querySelector('.card[data-status=READY]')`)

	var met []string

	for range 30 {
		b.key("\t")

		at := eval[string](b, `document.activeElement.matches('.card a') ? 'card' : document.activeElement.textContent.trim() || document.activeElement.name || ''`)
		met = append(met, at)

		if !eval[bool](b, `document.activeElement.matches(':focus-visible')`) {
			t.Errorf("the focus on %q is not visible", at)
		}

		if at == "card" {
			break
		}
	}

	want := []string{"Skip to the content", "Triptych", "Gallery", "Executions", "Failures", "Metrics", "prefix", "Upload", "All"}
	if got := strings.Join(met, ","); !strings.HasPrefix(got, strings.Join(want, ",")) || !strings.HasSuffix(got, "card") {
		t.Fatalf("Tab visits %v, want first %v and last the card", met, want)
	}

	b.key("\r")
	b.until("the image's page", `document.querySelector('h1')?.textContent === 'coffee.png'`)

	// Erasing asks for a confirmation, in which "Keep it" has the focus.
	b.click(`.danger-quiet`)
	b.until("the confirmation", `document.activeElement.textContent === 'Keep it'`)
	b.accessible("the confirmation")
	b.picture("image-erase")
	b.key("\x1b")
	b.until("the end of the erasure", `!document.getElementById('erase').matches(':popover-open')`)

	b.click(`.danger-quiet`)
	b.click(`#erase .danger`)
	b.until("the gallery without the image", `location.pathname === '/' && !document.querySelector('.card[data-status=READY]')`)
}
