//go:build browser

package browser_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"triptych/e2e/fixture"
)

// hostile is a key that would run a script if it were not escaped in text, in an
// attribute, in an address, or in a string of a script.
const hostile = `x"'><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}javascript:alert(3)&lt;\u202e.jpg`

// TestHostileNames shows keys and metadata of attackers on every page. All of it must be
// shown as text: a dialog, a violation of the Content-Security-Policy or a new element
// fails the test.
func TestHostileNames(t *testing.T) {
	const inEXIF, was = `<svg/onload=bad()>.`, `DESCRIPTION-PRIVATE`

	stack := startPair(t, `{"lambda": [{"function": "resize", "kind": "error", "calls": [4], "errorType": "<b>bold</b>"}]}`)
	photo := bytes.ReplaceAll(fixture.Photo(fixture.Quarters(500, 400, 5), 1), []byte(was), []byte(inEXIF))

	if !bytes.Contains(photo, []byte(inEXIF)) {
		t.Fatal("the photo does not contain the script")
	}

	names := []string{hostile, "second-" + hostile}
	for _, name := range names {
		// This key has no slash, because the page shows only the last component of a key as
		// the name of the image.
		put(t, stack, strings.ReplaceAll(name, "/", "_"), photo)
	}

	arns := stack.triptych(t, "executions", "--status", "failed", "--json")
	key := strings.ReplaceAll(names[0], "/", "_")

	b := open(t, stack.console.Console)
	b.look(1280, "light")

	for _, page := range []look{
		{"gallery", "/", `document.querySelectorAll('.card').length === 2`},
		{"search", "/?prefix=" + url.QueryEscape(key), `document.querySelector('.card')`},
		{"nothing found", "/?status=erased&prefix=" + url.QueryEscape(key), `document.querySelector('[data-empty] h2').textContent.includes('onerror')`},
		{"image", "/image?key=" + url.QueryEscape(key), `document.querySelector('.chips')`},
		{"executions", "/executions", `document.querySelectorAll('.rows tbody tr').length === 2`},
		{"execution", "/execution?arn=" + url.QueryEscape(arnOf(t, arns)), `document.querySelector('.notice.bad b')?.textContent === '<b>bold</b>'`},
		{"failures", "/failures", `document.querySelector('.group label')?.textContent.includes('<b>bold</b>')`},
	} {
		b.goTo(page.path)
		b.until(page.name, page.ready)

		if !eval[bool](b, `document.body.innerText.includes('onerror=alert(1)')`) {
			t.Errorf("%s: the key is not visible", page.name)
		}

		if bad := eval[int](b, `document.querySelectorAll('img[src="x"], [onerror], [onload], main script').length`); bad > 0 {
			t.Errorf("%s: a key created %d elements", page.name, bad)
		}

		b.picture("hostile-" + strings.ReplaceAll(page.name, " ", "-"))
	}

	// The same must hold for an image that appears through the live updates.
	b.goTo("/")
	b.until("the live connection", `document.querySelector('[data-live]').dataset.live === 'on'`)
	put(t, stack, "third-"+key, photo)
	b.until("the third card", `document.querySelectorAll('.card').length === 3`)

	if bad := eval[int](b, `document.querySelectorAll('img[src="x"], [onerror], [onload], main script').length`); bad > 0 {
		t.Errorf("live: a key created %d elements", bad)
	}
}

// put writes a file with the name of the key, and uploads it.
func put(t *testing.T, stack pair, key string, content []byte) {
	t.Helper()

	path := filepath.Join(t.TempDir(), key)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}

	command := exec.Command(under.binary, "upload", "--local", "--wait", "--json", path)

	command.Env = append(os.Environ(), stack.environment()...)

	// One upload fails, as the plan says.
	if out, err := command.CombinedOutput(); err != nil && command.ProcessState.ExitCode() != 1 {
		t.Fatalf("upload %q: %v\n%s", key, err, out)
	}
}

// TestConsole_otherSites sends requests of other sites' pages to both consoles, of
// `triptych up` and of `triptych console`.
func TestConsole_otherSites(t *testing.T) {
	stack := startPair(t, "")

	for name, printed := range map[string]string{"up": stack.up.Console, "console": stack.console.Console} {
		t.Run(name, func(t *testing.T) {
			base, client := enter(t, printed)
			host := strings.TrimPrefix(base, "http://")

			for what, c := range map[string]struct {
				method, path, host, origin string
				want                       int
			}{
				"the page":                   {http.MethodGet, "/", host, "", 200},
				"a rebound name":             {http.MethodGet, "/", "evil.example", "", 403},
				"an upload of another site":  {http.MethodPut, "/upload?key=a.jpg&id=1", host, "https://evil.example", 403},
				"an upload without a token":  {http.MethodPut, "/upload?key=a.jpg&id=1", host, base, 403},
				"an erasure without a token": {http.MethodPost, "/erase", host, base, 403},
				"a replay without a token":   {http.MethodPost, "/failures/replay", host, base, 403},
				"a stop without a token":     {http.MethodPost, "/execution/stop", host, base, 403},
				"another bucket's object":    {http.MethodGet, "/picture/secret.txt", host, "", 404},
				"the manifest, as an image":  {http.MethodGet, "/picture/a.jpg/-/manifest.json", host, "", 404},
				"a folder of the binary":     {http.MethodGet, "/static/", host, "", 404},
				"a file outside of /static/": {http.MethodGet, "/static/..%2f..%2fconsole.go", host, "", 404},
			} {
				request, err := http.NewRequest(c.method, base+c.path, strings.NewReader("x"))
				if err != nil {
					t.Fatal(err)
				}

				request.Host = c.host
				if c.origin != "" {
					request.Header.Set("Origin", c.origin)
				}

				answer, err := client.Do(request)
				if err != nil {
					t.Fatal(err)
				}

				answer.Body.Close()

				if answer.StatusCode != c.want {
					t.Errorf("%s: status %d, want %d", what, answer.StatusCode, c.want)
				}

				// Without the cookie, every request must be refused.
				if c.method != http.MethodGet {
					continue
				}

				unknown := request.Clone(t.Context())
				unknown.Body, unknown.ContentLength = http.NoBody, 0
				unknown.Header.Del("Cookie") // The client has added the header.

				stranger, err := http.DefaultTransport.RoundTrip(unknown)
				if err != nil {
					t.Fatal(err)
				}

				stranger.Body.Close()

				if want := map[bool]int{true: http.StatusForbidden, false: http.StatusUnauthorized}[c.want == http.StatusForbidden]; stranger.StatusCode != want &&
					!strings.HasPrefix(c.path, "/static/") {
					t.Errorf("%s without the cookie: status %d, want %d", what, stranger.StatusCode, want)
				}
			}
		})
	}
}

// enter opens the console with the address that its command printed. It returns the
// address without the token, and a client that has the cookie.
func enter(t *testing.T, printed string) (string, *http.Client) {
	t.Helper()

	base, _, found := strings.Cut(printed, "/?token=")
	if !found {
		t.Fatalf("the printed address has no token: %s", printed)
	}

	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}

	client := &http.Client{Jar: jar}

	answer, err := client.Get(printed)
	if err != nil {
		t.Fatal(err)
	}

	answer.Body.Close()

	if answer.StatusCode != http.StatusOK || strings.Contains(answer.Request.URL.String(), "token") {
		t.Fatalf("the printed address: status %d at %s", answer.StatusCode, answer.Request.URL)
	}

	return base, client
}

// TestConsole_locked opens the page for visitors without the token.
func TestConsole_locked(t *testing.T) {
	stack := startPair(t, "")
	base, _, _ := strings.Cut(stack.up.Console, "/?token=")

	b := open(t, base)

	for _, width := range []int64{390, 1440} {
		b.look(width, "light")

		for name, path := range map[string]string{"": "/", "-wrong": "/?token=wrong"} {
			b.goTo(path)
			b.until("the locked page", `document.querySelector('h1').textContent === 'This console is locked'`)

			if eval[bool](b, `document.documentElement.scrollWidth > innerWidth`) {
				t.Errorf("at %d px the page is wider than the window", width)
			}

			b.picture(fmt.Sprintf("locked%s-%d", name, width))
		}
	}

	b.goTo(strings.TrimPrefix(stack.up.Console, base))
	b.until("the gallery", `document.querySelector('[data-live]')`)
}
