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
	what string // the text after the count; "" for files, which are counted as sent and as done
}

const barWidth = 24

// NewProgress shows on w (usually standard error) how many files are sent and how many are
// done. The parameter all is the number of files.
func NewProgress(w io.Writer, all int) *Progress {
	return newProgress(w, &Progress{all: all}, all*steps)
}

// NewCount shows on w how many items are done. The parameter all is the number of items.
// The parameter what is the text after the count, such as "replayed".
func NewCount(w io.Writer, all int, what string) *Progress {
	return newProgress(w, &Progress{all: all, what: what}, all)
}

// NewSpinner is like [NewCount] for an unknown number of items.
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

// steps is how often each file advances the bar: when the file is sent and when it is done.
const steps = 2

// Sent counts a file whose upload is complete.
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

		_ = p.bar.Set(at) // An error while drawing the bar does not affect the work.
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
		_ = p.bar.Clear() // An error while drawing the bar does not affect the work.
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
