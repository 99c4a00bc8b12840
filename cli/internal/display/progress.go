package display

import (
	"fmt"
	"io"
	"sync"

	"github.com/schollz/progressbar/v3"
)

// Progress shows the progress of long work on a terminal. If the output is not a
// terminal, it shows nothing. It is safe for concurrent use.
type Progress struct {
	mu   sync.Mutex
	bar  *progressbar.ProgressBar // nil if the output is not a terminal
	sent int
	done int
	all  int
	what string // "" for files, which are first sent and then done
}

const barWidth = 24

// NewProgress shows the progress of all files on w (standard error), if w is a
// terminal.
func NewProgress(w io.Writer, all int) *Progress {
	return newProgress(w, &Progress{all: all}, all*steps)
}

// NewCount shows how many items of all are done; what names the items.
func NewCount(w io.Writer, all int, what string) *Progress {
	return newProgress(w, &Progress{all: all, what: what}, all)
}

// NewSpinner shows how many items are done if the total is unknown.
func NewSpinner(w io.Writer, what string) *Progress {
	return newProgress(w, &Progress{what: what}, -1)
}

func newProgress(w io.Writer, progress *Progress, length int) *Progress {
	if IsTerminal(w) && length != 0 {
		progress.bar = progressbar.NewOptions(length,
			progressbar.OptionSetWriter(w),
			progressbar.OptionSetWidth(barWidth),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionSetRenderBlankState(true),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionUseANSICodes(true),
			progressbar.OptionSetDescription(progress.describe()),
		)
	}

	return progress
}

// steps is how often a file advances the bar: when it is sent and when it is done.
const steps = 2

// Sent counts a file that is uploaded.
func (p *Progress) Sent() { p.advance(func() { p.sent++ }) }

// Done counts a file whose outcome is known.
func (p *Progress) Done() { p.advance(func() { p.done++; p.sent = max(p.sent, p.done) }) }

func (p *Progress) advance(count func()) {
	p.mu.Lock()
	defer p.mu.Unlock()

	count()

	if p.bar != nil {
		p.bar.Describe(p.describe())

		at := p.sent + p.done
		if p.what != "" {
			at = p.done
		}

		_ = p.bar.Set(at) // An error of the bar is not an error of the work.
	}
}

func (p *Progress) describe() string {
	if p.what != "" && p.all == 0 {
		return fmt.Sprintf("%d %s", p.done, p.what)
	}

	if p.what != "" {
		return fmt.Sprintf("%d of %d %s", p.done, p.all, p.what)
	}

	return fmt.Sprintf("%d of %d sent, %d done", p.sent, p.all, p.done)
}

// Around removes the bar while write writes to the terminal.
func (p *Progress) Around(write func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()

	if p.bar != nil {
		_ = p.bar.Clear() // as above
	}

	err := write()

	if p.bar != nil && (p.done < p.all || p.all == 0) {
		_ = p.bar.RenderBlank()
	}

	return err
}

// End removes the bar.
func (p *Progress) End() {
	p.mu.Lock()
	defer p.mu.Unlock()

	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
}
