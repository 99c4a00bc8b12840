//go:build browser

package browser_test

import (
	"testing"

	"triptych/e2e/fixture"
)

// stuck is a fault plan that keeps the first image in its second state for longer than a
// test lasts.
const stuck = `{"lambda": [{"function": "sanitize", "kind": "slow", "calls": [1], "millis": 600000}]}`

// TestStopAndRestart stops an execution that does not end, and restarts it. Until the stop,
// the gallery must show that the image is being processed.
func TestStopAndRestart(t *testing.T) {
	b := open(t, startPair(t, stuck).console.Console)
	b.look(1280, "light")
	b.goTo("/")
	b.until("the live connection", `document.querySelector('[data-live]').dataset.live === 'on'`)
	b.drop(write(t, "stuck.jpg", fixture.JPEG(fixture.Quarters(600, 400, 7))))
	b.until("the sent upload", `document.querySelector('.card[data-status=PROCESSING]')`)

	for _, scheme := range []string{"light", "dark"} {
		b.look(1280, scheme)
		b.goTo("/") // Reloading removes the list of uploads.
		b.until("the card of the upload", `document.querySelector('.card[data-status=PROCESSING] b')?.textContent === 'stuck.jpg'`)
		b.until("the placeholder of the image", `document.querySelector('.card .making svg').checkVisibility()
			&& document.querySelector('.card .badge').textContent === 'Processing'`)
		b.picture("gallery-processing-" + scheme)
		b.accessible("the gallery while a picture is made")
	}

	b.goTo("/executions")
	b.click(`.rows a[href^="/execution?"]`)
	b.until("the current state", `document.querySelector('[data-state=Sanitize]')?.classList.contains('run')`)

	if eval[bool](b, `Boolean(document.querySelector('form[action="/execution/restart"]'))`) {
		t.Error("a running execution can be restarted")
	}

	first := eval[string](b, `document.getElementById('arn').textContent`)

	b.click(`form[action="/execution/stop"] button`)
	b.until("the stopped execution", `document.querySelector('.head .badge').textContent === 'Aborted'
		&& document.querySelector('.notice').textContent === 'Stopped in the console.'`)
	b.until("no second Stop button", `!document.querySelector('form[action="/execution/stop"]')`)
	b.picture("execution-stopped")
	b.accessible("the stopped execution")

	b.click(`form[action="/execution/restart"] button`)
	b.until("a new execution that succeeds", `document.getElementById('arn').textContent !== '`+first+`'
		&& document.querySelector('.head .badge').textContent === 'Succeeded'`)

	b.goTo("/")
	b.until("the image", `document.querySelectorAll('.card').length === 1
		&& document.querySelector('.card[data-status=READY] img')?.naturalWidth > 0`)
}
