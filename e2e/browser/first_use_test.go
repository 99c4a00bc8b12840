//go:build browser

package browser_test

import (
	"bytes"
	"image"
	_ "image/jpeg" // The fetched variants are JPEGs.
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"triptych/e2e/fixture"
)

// write creates a file that the browser then drops on the page.
func write(t *testing.T, name string, content []byte) string {
	t.Helper()

	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}

	return path
}

// once is a fault plan in which one invocation fails, with an error that is not retried: the
// fourth invocation of resize. This invocation creates the first variant of the second image.
const once = `{"lambda": [{"function": "resize", "kind": "error", "calls": [4], "errorType": "Unplanned"}]}`

// TestFirstUse performs the steps of a new user in the console: an upload, a failed upload, its
// replay, and rejected uploads.
func TestFirstUse(t *testing.T) {
	b := open(t, startPair(t, once).console.Console)
	b.look(1280, "light")
	b.goTo("/")
	b.until("the empty gallery", `document.querySelector('[data-empty]').checkVisibility()`)
	b.picture("gallery-empty")

	b.until("the live connection", `document.querySelector('[data-live]').dataset.live === 'on'`)
	b.drop(write(t, "street.jpg", fixture.Photo(fixture.Quarters(1800, 1200, 1), 6)))
	b.until("the line in the list of uploads", `document.querySelector('.uploads .badge')?.textContent === 'Ready'`)
	b.until("the card of the upload", `document.querySelector('.card[data-status=READY] b')?.textContent === 'street.jpg'`)
	b.until("the thumbnail", `document.querySelector('.card img')?.naturalWidth > 0`)

	b.click(".card a")
	b.until("the image's page", `document.querySelector('h1')?.textContent === 'street.jpg'`)
	b.until("the report of removed GPS data", `document.querySelector('.chips .gps')?.textContent === 'GPS position'`)

	urls := eval[[]string](b, `[...document.querySelectorAll('.variants .url')].map((link) => link.href)`)
	fetchAll(t, urls)

	snippet := eval[string](b, `document.getElementById('snippet').textContent`)
	if !strings.Contains(snippet, "srcset=\""+urls[1]+" ") || !strings.Contains(snippet, urls[2]+" ") {
		t.Errorf("the snippet does not have %v:\n%s", urls[1:], snippet)
	}

	b.click(`.facts a[href^="/execution"]`)
	b.until("a graph with only succeeded states", `['Validate', 'Sanitize', 'Resize', 'MakeVariant', 'Record']
		.every((name) => document.querySelector('[data-state=' + name + ']')?.classList.contains('good'))`)
	b.until("states that did not run are not marked", `document.querySelector('[data-state=Rejected]').classList.contains('idle')`)

	b.click(`[data-state=Sanitize]`)
	b.until("input and output of the state", `document.querySelector('[data-panel] h2').textContent === 'Sanitize'
		&& [...document.querySelectorAll('[data-panel] pre')].some((pre) => pre.textContent.includes('street.jpg'))`)
	b.click(`.iterations a:nth-of-type(3)`)
	b.until("one selected iteration", `document.querySelector('.iterations a:nth-of-type(3)').ariaCurrent === 'true'`)

	fail(b)
	replay(b)
	reject(b)
}

// fetchAll fetches the variants from the CDN.
func fetchAll(t *testing.T, urls []string) {
	t.Helper()

	if len(urls) != 3 {
		t.Fatalf("the page has the URLs %v", urls)
	}

	for _, url := range urls {
		answer, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}

		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()

		if _, kind, decodeErr := image.DecodeConfig(bytes.NewReader(body)); err != nil || decodeErr != nil || kind != "jpeg" || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %d, %q, %v, %v", url, answer.StatusCode, kind, err, decodeErr)
		}
	}
}

// fail uploads the image that fails because of the fault plan.
func fail(b *tab) {
	b.Helper()
	b.goTo("/")
	b.until("the live connection", `document.querySelector('[data-live]').dataset.live === 'on'`)
	b.drop(write(b.T, "unlucky.jpg", fixture.JPEG(fixture.Quarters(900, 600, 2))))
	b.until("the failure", `document.querySelector('.uploads .badge')?.textContent === 'Failed'`)
	b.until("the reason", `document.querySelector('.uploads .why')?.textContent.includes('Unplanned')`)
	b.until("the card of the upload", `document.querySelector('.card[data-status=FAILED] b')?.textContent === 'unlucky.jpg'`)

	b.click(".card[data-status=FAILED] a")
	b.until("the link to the execution", `document.querySelector('.notice a[href^="/execution"]')`)
	b.click(`.notice a[href^="/execution"]`)
	b.until("the failed state, selected", `document.querySelector('[data-state=MakeVariant]')?.classList.contains('bad')
		&& document.querySelector('[data-panel] h2').textContent === 'MakeVariant'`)
	b.until("Redrive", `!document.querySelector('form[action="/execution/redrive"] button').disabled`)
	b.picture("execution-failed")
	b.accessible("the failed execution")
}

// replay finds the failed image in the list of failures, and replays it.
func replay(b *tab) {
	b.Helper()
	b.goTo("/failures")
	b.until("the cause of the failure", `document.querySelector('.group label')?.textContent.includes('Unplanned')`)
	b.until("the example", `document.querySelector('.example a')?.textContent === 'unlucky.jpg'`)
	b.picture("failures")
	b.accessible("the failures")

	b.click(".group-head input")
	b.until("a selected entry", `!document.querySelector('[data-chosen]').disabled`)
	b.click("[data-chosen]")
	b.until("the end of the replay", `document.querySelector('[data-job-title]').textContent === 'Replayed'`)
	b.until("the success of the upload", `document.querySelector('[data-job-count]').textContent.includes('1 succeeded')`)
	b.until("an empty list", `document.querySelector('[data-list] .empty')`)
	b.picture("failures-replayed")

	b.goTo("/?prefix=unlucky")
	b.until("the image", `document.querySelector('.card[data-status=READY] b')?.textContent === 'unlucky.jpg'`)
}

// reject uploads a file that is not an image, and a file whose name cannot be published.
func reject(b *tab) {
	b.Helper()
	b.goTo("/")
	b.until("the live connection", `document.querySelector('[data-live]').dataset.live === 'on'`)
	b.drop(write(b.T, "notes.jpg", []byte("no picture at all")), write(b.T, "-", fixture.JPEG(fixture.Quarters(60, 40, 3))))
	b.until("both rejections", `[...document.querySelectorAll('.uploads .badge')].filter((badge) => badge.textContent === 'Rejected').length === 2`)
	b.until("the reasons of the rejections", `['NOT_AN_IMAGE', 'BAD_KEY'].every((code) => document.querySelector('.uploads').textContent.includes(code))`)
	b.picture("uploads")
}
