package feed

import "triptych/shared/ledger"

// backlog is the number of changes that a listener may lag behind before it is told to
// reload the page.
const backlog = 512

// Change is one notification to the listeners.
type Change struct {
	Item ledger.Item
	// Failed means that the execution of the item has failed.
	Failed bool
	// Missed means that notifications were lost, and the page has to be reloaded. Item is
	// empty then.
	Missed bool
	// Problem is the error because of which changes cannot be read, or nil when they can
	// be read again. Item is empty then.
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

// notify never blocks. A listener that lags behind is told so with the last free place.
func notify(told chan Change, change Change) {
	switch free := cap(told) - len(told); {
	case free > 1:
		told <- change
	case free == 1:
		told <- Change{Missed: true}
	}
}
