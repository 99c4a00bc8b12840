package gallery

import (
	"sync"

	"triptych/cli/internal/transfer"
)

// uploadOutcome is an event `upload`.
type uploadOutcome struct {
	transfer.Result

	ID string `json:"id"` // chosen by the page
}

// outcomes sends the outcomes of uploads to the open pages.
type outcomes struct {
	mu        sync.Mutex
	recent    []uploadOutcome // for pages that were disconnected for a moment
	listeners map[chan uploadOutcome]struct{}
}

// mostRecent is the maximum number of outcomes that are kept.
const mostRecent = 500

func newOutcomes() *outcomes { return &outcomes{listeners: map[chan uploadOutcome]struct{}{}} }

func (o *outcomes) send(one uploadOutcome) {
	o.mu.Lock()
	defer o.mu.Unlock()

	o.recent = append(o.recent, one)
	o.recent = o.recent[max(0, len(o.recent)-mostRecent):]

	for listener := range o.listeners {
		select {
		case listener <- one:
		default: // The channel is full. The page gets the outcome when it reconnects.
		}
	}
}

// listen returns a channel with the recent outcomes, and with later ones.
func (o *outcomes) listen() (told <-chan uploadOutcome, forget func()) {
	o.mu.Lock()
	defer o.mu.Unlock()

	listener := make(chan uploadOutcome, 2*mostRecent)
	for _, one := range o.recent {
		listener <- one
	}

	o.listeners[listener] = struct{}{}

	return listener, func() {
		o.mu.Lock()
		defer o.mu.Unlock()

		delete(o.listeners, listener)
	}
}
