//go:build browser

package browser_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"triptych/e2e/fixture"
)

// TestDropFolder drops a file and a nested folder, which has more files than a browser
// lists at once. All files except hidden ones must be uploaded under their paths.
func TestDropFolder(t *testing.T) {
	const many = 101 // Chromium lists 100 entries of a folder at a time.

	folder := filepath.Join(t.TempDir(), "trip")
	files := []string{"one.jpg", "day 1/two.jpg", "day 1/night/three.jpg", ".hidden.jpg", ".cache/four.jpg"}

	for i := range many {
		files = append(files, filepath.Join("many", string(rune('a'+i/26))+string(rune('a'+i%26))+".jpg"))
	}

	for i, name := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, fixture.JPEG(fixture.Quarters(60+i, 40, uint64(i))), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	stack := startPair(t, "")
	b := open(t, stack.console.Console)
	b.look(1280, "light")
	b.goTo("/")
	b.until("the live connection", `document.querySelector('[data-live]').dataset.live === 'on'`)
	b.drop(folder, write(t, "alone.jpg", fixture.JPEG(fixture.Quarters(80, 60, 9))))

	const all = 3 + many + 1

	b.until("all files, READY", `[...document.querySelectorAll('.uploads .badge')].filter((badge) => badge.textContent === 'Ready').length === `+strconv.Itoa(all))
	b.picture("uploads-folder")

	for prefix, want := range map[string]string{
		"trip/one": "trip/one.jpg", "trip/day 1/t": "trip/day 1/two.jpg", "trip/day 1/n": "trip/day 1/night/three.jpg",
		"trip/many/dw": "trip/many/dw.jpg", "alone": "alone.jpg", "trip/.": "",
	} {
		b.goTo("/?prefix=" + url.QueryEscape(prefix))
		b.until("what begins with "+prefix, `document.querySelector('[data-grid]') && ([...document.querySelectorAll('.card a')].map((card) => card.title).join() === `+strconv.Quote(want)+`)`)
	}
}
