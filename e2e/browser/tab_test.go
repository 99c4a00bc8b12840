//go:build browser

package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// waitWithin is the longest time that a test waits for a state of a page.
const waitWithin = 2 * time.Minute

// tab is a tab of the browser. An error in its page fails the test.
type tab struct {
	*testing.T

	ctx  context.Context
	base string // the console's address, without its token

	mu       sync.Mutex
	problems []string
	loaded   float64 // bytes of documents, scripts, style sheets and requests of scripts
	weight   float64
	kinds    map[network.RequestID]network.ResourceType
}

// open opens a tab, and the console with the address that its command printed. After
// that, the browser has the cookie.
func open(t *testing.T, printed string) *tab {
	t.Helper()

	base, _, _ := strings.Cut(printed, "/?")

	ctx, closeTab := chromedp.NewContext(under.browser)
	t.Cleanup(closeTab)

	ctx, cancel := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(cancel)

	one := &tab{T: t, ctx: ctx, base: base, kinds: map[network.RequestID]network.ResourceType{}}

	if err := chromedp.Listen(ctx, one.listen); err != nil {
		t.Fatal(err)
	}

	command(one, network.Enable, network.EnableParams{})
	command(one, log.Enable, cdp.Empty{})

	t.Cleanup(func() {
		one.mu.Lock()
		defer one.mu.Unlock()

		for _, problem := range one.problems {
			t.Error("the page reports:", problem)
		}
	})

	if base != printed {
		one.goTo(strings.TrimPrefix(printed, base))

		if address := eval[string](one, `location.href`); strings.Contains(address, "token") {
			t.Errorf("the token is still in the address: %s", address)
		}

		one.mu.Lock()
		one.loaded = 0
		one.mu.Unlock()
	}

	return one
}

// listen collects the problems of a page: exceptions, errors in its console (including
// violations of the Content-Security-Policy), dialogs.
func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()

	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, fmt.Sprintf("%s %+v", event.ExceptionDetails.Text, event.ExceptionDetails.Exception))
	case *log.EventEntryAdded:
		// Network errors are ignored: the server refuses some requests on purpose, and
		// the page shows the reason.
		if event.Entry.Level == log.EntryLevelError && event.Entry.Source != log.EntrySourceNetwork {
			b.problems = append(b.problems, string(event.Entry.Source)+": "+event.Entry.Text)
		}
	case *page.EventJavascriptDialogOpening:
		b.problems = append(b.problems, "a dialog: "+event.Message)

		go command(b, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
	case *network.EventResponseReceived:
		b.kinds[event.RequestID] = event.Type
	case *network.EventLoadingFinished:
		switch b.kinds[event.RequestID] {
		case network.ResourceTypeDocument, network.ResourceTypeScript, network.ResourceTypeStylesheet, network.ResourceTypeFetch:
			b.loaded += event.EncodedDataLength
		}
	}
}

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()

	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// command sends a command of the DevTools protocol.
func command[P, R any](b *tab, what cdp.Command[P, R], params P) R {
	b.Helper()

	result, err := chromedp.Run(b.ctx, func(ctx context.Context, t *chromedp.Target) (R, error) {
		return cdp.Call(ctx, t, what, params)
	})
	if err != nil {
		b.Fatal(err)
	}

	return result
}

// goTo loads a page of the console.
func (b *tab) goTo(path string) {
	b.Helper()
	b.run(chromedp.Navigate(b.base + path))
}

// look sets the size of the window, and light or dark.
func (b *tab) look(width int64, scheme string) {
	b.Helper()
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 600,
	})
	command(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// eval returns the value of an expression.
func eval[T any](b *tab, expression string) T {
	b.Helper()

	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatal(err)
	}

	return value
}

// until waits until an expression is true; what describes the expression.
func (b *tab) until(what, expression string) {
	b.Helper()

	deadline := time.Now().Add(waitWithin)

	for {
		now, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && now {
			return
		}

		if time.Now().After(deadline) {
			text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body.innerText"))
			b.picture("failed-" + strings.ReplaceAll(b.Name(), "/", "-"))
			b.Fatalf("%s does not appear (%v); the text of the page:\n%s", what, err, text)
		}

		time.Sleep(50 * time.Millisecond)
	}
}

// weigh adds the bytes that were received since its last call to weight.
func (b *tab) weigh() {
	b.mu.Lock()
	defer b.mu.Unlock()

	b.weight, b.loaded = b.loaded, 0
}

// key presses a key.
func (b *tab) key(key string) {
	b.Helper()
	b.run(chromedp.KeyEvent(key))
}

// click clicks on the first element of a selector. If a live update replaces the element,
// click clicks on its replacement.
func (b *tab) click(selector string) {
	b.Helper()

	const tries, each = 4, 5 * time.Second

	var err error

	for range tries {
		ctx, cancel := context.WithTimeout(b.ctx, each)
		err = chromedp.Do(ctx, chromedp.Click(selector))

		cancel()

		if err == nil {
			return
		}
	}

	b.picture("failed-" + strings.ReplaceAll(b.Name(), "/", "-"))
	b.Fatalf("click on %s: %v", selector, err)
}

// drop drops files onto the middle of the page, as from a file manager.
func (b *tab) drop(paths ...string) {
	b.Helper()

	data := &input.DragData{Files: paths, Items: []*input.DragDataItem{}, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		command(b, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: 400, Y: 400, Data: data})
	}
}

// picture writes a screenshot of the whole page to the folder of screenshots.
func (b *tab) picture(name string) {
	b.Helper()

	const highest = 2600

	size := eval[struct{ W, H float64 }](b, `({W: document.documentElement.clientWidth, H: document.documentElement.scrollHeight})`)
	beyond := true
	shot := command(b, page.CaptureScreenshot, page.CaptureScreenshotParams{
		CaptureBeyondViewport: &beyond, Clip: &page.Viewport{Width: size.W, Height: min(highest, size.H), Scale: 1},
	})

	if err := os.WriteFile(filepath.Join(under.screens, name+".png"), shot.Data, 0o644); err != nil {
		b.Fatal(err)
	}
}

// accessible checks the page with axe-core, which must find no serious problem.
func (b *tab) accessible(what string) {
	b.Helper()
	eval[chromedp.Void](b, under.axe)

	found := eval[string](b, `axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
		.then((result) => JSON.stringify(result.violations.map(({id, impact, help, nodes}) =>
			({id, impact, help, nodes: nodes.slice(0, 3).map((node) => node.html + ' ' + node.failureSummary)}))))`)

	var violations []struct {
		ID, Impact, Help string
		Nodes            []string
	}
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		b.Fatal(err)
	}

	for _, one := range violations {
		text := fmt.Sprintf("%s: %s (%s): %s\n%s", what, one.ID, one.Impact, one.Help, strings.Join(one.Nodes, "\n"))
		if one.Impact == "serious" || one.Impact == "critical" {
			b.Error(text)
		} else {
			b.Log(text)
		}
	}
}
