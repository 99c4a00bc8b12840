package feed

import "triptych/shared/ledger"

// backlog is the number of changes that wait for a slow listener. If more changes follow,
// the listener is notified that it has to reload the page.
const backlog = 512

// Change is one notification to the listeners.
type Change struct {
	Item ledger.Item
	// Failed means that the execution of the item has failed.
	Failed bool
	// Missed means that notifications were lost, and the page has to be reloaded. Item is
	// empty then.
	Missed bool
	// Problem is the error that prevents the feed from reading changes. Item is empty
	// then. When changes can be read again, the next Change has Missed.
	Problem error
}

// tellAll sends changes to all listeners.
func (f *Feed) tellAll(changes []Change) {
	f.mu.Lock()
	defer f.mu.Unlock()

	for told := range f.listeners {
		for _, change := range changes {
			notify(told, change)
		}
	}
}

// notify sends a change to a listener. It never blocks: if only one place in the channel
// is free, notify sends Missed instead of the change.
func notify(told chan Change, change Change) {
	switch free := cap(told) - len(told); {
	case free > 1:
		told <- change
	case free == 1:
		told <- Change{Missed: true}
	}
}
