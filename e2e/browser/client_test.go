//go:build browser

package browser_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"

	"triptych/e2e/fixture"
)

// clientRecipe has variants of two aspect ratios, and files in two formats.
const clientRecipe = `{"variants": [
	{"name": "square", "width": 160, "height": 160, "fit": "cover"},
	{"name": "medium", "width": 400, "format": "auto"},
	{"name": "large", "width": 1200, "format": "auto"}
]}`

// clientFaults lets the first upload fail, so that the client must retry.
const clientFaults = `{"api": [{"service": "s3", "operation": "PutObject", "kind": "error", "calls": [1]}]}`

// site is the web site of a user of clients/js, with the emulator as its CDN.
type site struct {
	pair

	address string
}

// startSite serves the page of testdata/client and the files of clients/js, with a
// Content-Security-Policy that allows no script and no style in the page itself.
func startSite(t *testing.T) *site {
	t.Helper()

	started := &site{}
	mux := http.NewServeMux()
	mux.Handle("/client/", http.StripPrefix("/client/", http.FileServer(http.Dir("../../clients/js"))))
	mux.HandleFunc("/config", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"cdn": started.up.CDN})
	})
	mux.HandleFunc("/sign", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, started.signed(t, r.FormValue("key")))
	})
	mux.HandleFunc("/forged", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, strings.Replace(started.signed(t, r.FormValue("key")), "Signature=", "Signature=AAAA", 1))
	})

	pages := http.FileServer(http.Dir("testdata/client"))

	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self'; img-src data: "+
			started.up.CDN+"; connect-src 'self' http://127.0.0.1:1 "+started.up.CDN)
		pages.ServeHTTP(w, r)
	})

	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	folder := t.TempDir()
	for name, text := range map[string]string{"recipe.json": clientRecipe, "faults.json": clientFaults} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	up, err := start(nil, "up", "--json", "--data", filepath.Join(folder, "data"), "--aws", ":0", "--cdn", ":0", "--console", "",
		"--recipe", filepath.Join(folder, "recipe.json"), "--inject", filepath.Join(folder, "faults.json"), "--cors-origin", server.URL)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := up.stop(); err != nil {
			t.Error(err)
		}
	})

	started.up, started.address = up, server.URL

	return started
}

// signed returns the signed URL of an upload.
func (s *site) signed(t *testing.T, key string) string {
	t.Helper()

	return strings.TrimSpace(s.triptych(t, "sign", key, "--upload"))
}

// choose selects a file in the page, as a user does.
func (b *tab) choose(path string) {
	b.Helper()

	root := command(b, dom.GetDocument, dom.GetDocumentParams{})
	input := command(b, dom.QuerySelector, dom.QuerySelectorParams{NodeID: root.Root.NodeID, Selector: "#file"})
	command(b, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, NodeID: input.NodeID})
}

// sent is the result of the page's function send.
type sent struct {
	Uploaded struct{ Etag, VersionID string }
	Progress [][2]int
	Signed   int
	Manifest struct {
		Key      string
		Source   struct{ Etag string }
		Variants []struct{ URL string }
	}
}

// failure is the error of a rejected promise.
type failure struct {
	Name, Message string
	Status        int
}

// fails evaluates a promise that must be rejected.
func fails(b *tab, promise string) failure {
	b.Helper()

	return eval[failure](b, promise+`.then(() => ({Name: 'none'}), ({name, message, status}) => ({Name: name, Message: message, Status: status ?? 0}))`)
}

// TestClient uploads a photo with clients/js in a page, and shows it, under a
// Content-Security-Policy without exceptions for styles.
func TestClient(t *testing.T) {
	s := startSite(t)
	b := open(t, s.address)
	b.look(1440, "light")
	b.goTo("/")
	b.until("the package", `globalThis.ready`)

	content := fixture.Photo(fixture.Quarters(1500, 1000, 1), 1)
	b.choose(write(t, "street.jpg", content))

	const key = "a b/50% #1?.jpg" // Each of these characters must be escaped in a URL.

	result := eval[sent](b, fmt.Sprintf(`send(%q)`, key))
	if result.Signed != 2 {
		t.Errorf("%d signatures: the first upload fails, and the second must be signed again", result.Signed)
	}

	if last := result.Progress[len(result.Progress)-1]; last != [2]int{len(content), len(content)} {
		t.Errorf("the last progress is %v, want %d bytes", last, len(content))
	}

	if result.Manifest.Key != key || result.Uploaded.VersionID == "" || result.Uploaded.Etag != result.Manifest.Source.Etag {
		t.Errorf("got %+v", result)
	}

	showWithSize(b, key)
	showWithManifest(b, key)

	b.flawless("the element")
	b.picture("client-1440")
	b.look(390, "light")
	b.picture("client-390")

	refusals(b)
}

// showWithSize shows an image whose size the page knows, and whose manifest it does not
// know.
func showWithSize(b *tab, key string) {
	b.Helper()

	// The new element moves the text below it. Only shifts after this one are counted.
	eval[chromedp.Void](b, `void show({width: 1500, height: 1000, sizes: '40rem', alt: 'A street'})`)
	eval[chromedp.Void](b, `drawn().then(() => { shifts.length = 0 })`)

	if ratio := eval[float64](b, `document.querySelector('triptych-image').offsetHeight / document.querySelector('triptych-image').offsetWidth`); ratio < 0.66 || ratio > 0.67 {
		b.Errorf("before the manifest is loaded, the height is %v of the width", ratio)
	}

	eval[chromedp.Void](b, fmt.Sprintf(`document.querySelector('triptych-image').setAttribute('key', %q)`, key))
	b.until("the image, without a placeholder behind it", `document.querySelector('triptych-image img')?.naturalWidth > 0
		&& document.querySelector('triptych-image').style.background === ''`)
	eval[chromedp.Void](b, `drawn()`)

	if found := eval[int](b, `shifts.length`); found != 0 {
		b.Errorf("%d layout shifts", found)
	}

	image := eval[struct{ Alt, Current, Sizes, Srcset, Type string }](b, `(() => {
		const image = document.querySelector('triptych-image img');
		return {Alt: image.alt, Current: image.currentSrc, Sizes: image.sizes, Srcset: image.srcset, Type: image.previousSibling.type}
	})()`)
	if image.Alt != "A street" || image.Sizes != "40rem" || image.Type != "image/webp" || !strings.HasSuffix(image.Current, "/large.auto.webp") ||
		strings.Count(image.Srcset, "w, ") != 1 || strings.Contains(image.Srcset, "square") {
		b.Errorf("the image is %+v", image)
	}
}

// showWithManifest shows an image whose manifest the page knows. The placeholder is there at
// once.
func showWithManifest(b *tab, key string) {
	b.Helper()

	background := eval[struct{ Image, Color, Ratio string }](b, fmt.Sprintf(`(async () => {
		const manifest = await client.published(%q, {cdn: customElements.get('triptych-image').cdn});
		const {style} = show({variant: 'square', alt: 'A street, cropped', sizes: '10rem'}, manifest);
		return {Image: style.backgroundImage, Color: style.backgroundColor, Ratio: style.aspectRatio}
	})()`, key))
	if !strings.HasPrefix(background.Image, `url("data:image/png;base64,`) || !strings.HasPrefix(background.Color, "rgb(") || background.Ratio != "160 / 160" {
		b.Errorf("the placeholder is %+v", background)
	}

	b.until("the variant", `[...document.querySelectorAll('triptych-image img')].at(-1).currentSrc.endsWith('/square.jpg')`)

	// A changed attribute changes the image. The browser may show a larger file that it has.
	eval[chromedp.Void](b, `[...document.querySelectorAll('triptych-image')].at(-1).setAttribute('variant', 'medium')`)
	b.until("the other variant", `[...document.querySelectorAll('triptych-image')].at(-1).style.aspectRatio === '1200 / 800'
		&& [...document.querySelectorAll('triptych-image img')].at(-1).currentSrc.endsWith('.auto.webp')`)
}

// flawless checks the page with axe-core, which must find no problem of any impact.
func (b *tab) flawless(what string) {
	b.Helper()
	b.accessible(what)

	if found := eval[[]string](b, `axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations.map(({id, help}) => id + ': ' + help))`); len(found) > 0 {
		b.Errorf("%s: axe finds %q", what, found)
	}
}

// refusals tests uploads that fail.
func refusals(b *tab) {
	b.Helper()

	// CloudFront verifies the signature of the preflight request too. The browser hides the
	// refusal from the page, and reports it in its console.
	forged := fails(b, `fetch('/forged?key=forged.jpg').then((answer) => answer.text()).then((signedUrl) => client.upload(new Blob(['photo']), {signedUrl, retries: 0}))`)
	if forged.Name != "UploadError" || forged.Status != 0 || !strings.Contains(forged.Message, "signature") {
		b.Errorf("with a wrong signature: %+v", forged)
	}

	b.expected("/-/upload/forged.jpg")

	got := fails(b, `(async () => {
		const stop = new AbortController();
		const signedUrl = await (await fetch('/sign?key=stopped.jpg')).text();
		const sending = client.upload(new Blob(['photo']), {signedUrl, signal: stop.signal});
		stop.abort(new DOMException('enough', 'AbortError'));
		return sending;
	})()`)
	if got.Name != "AbortError" || got.Message != "enough" {
		b.Errorf("a stopped upload: %+v", got)
	}

	if got := fails(b, `client.upload(new Blob(['photo']), {signedUrl: 'http://127.0.0.1:1/', retries: 0})`); got.Name != "UploadError" || got.Status != 0 {
		b.Errorf("without a CDN: %+v", got)
	}

	eval[chromedp.Void](b, `errors.length = 0; void show({key: 'none.jpg', width: 4, height: 3, alt: 'None'})`)
	b.until("the error of the element", `errors.length > 0`)

	if errors := eval[[]string](b, `errors`); len(errors) != 1 || !strings.Contains(errors[0], "none.jpg is not published") {
		b.Errorf("the errors are %q", errors)
	}
}

// expected removes the problems of the page that contain a text. There must be one.
func (b *tab) expected(text string) {
	b.Helper()
	b.until("the page after its problem", `true`)

	b.mu.Lock()
	defer b.mu.Unlock()

	before := len(b.problems)
	b.problems = slices.DeleteFunc(b.problems, func(problem string) bool { return strings.Contains(problem, text) })

	if len(b.problems) == before {
		b.Errorf("the page does not report %s", text)
	}
}
