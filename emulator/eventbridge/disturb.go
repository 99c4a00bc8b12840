package eventbridge

import "time"

// Injection is what is to go wrong with an event on its way to the bus; the zero
// value is nothing.
type Injection struct {
	// Lost means that the event is accepted, and never delivered.
	Lost bool
	// Twice means that the event comes a second time: under an id of its own where
	// its sender gave it none, as S3's doubles do.
	Twice bool
	// Delay is how long the event is held back, so that later ones overtake it. It
	// is written down before: a restart delivers it at once.
	Delay time.Duration
}

// put accepts an event, as far as Inject lets it, and gives its id.
func (b *Bus) put(event Event) (string, error) {
	if b.config.Inject == nil {
		return b.accept(event, 0)
	}

	how := b.config.Inject(event)
	if how.Lost {
		return newUUID(), nil
	}

	id, err := b.accept(event, how.Delay)
	if err == nil && how.Twice {
		_, err = b.accept(event, how.Delay)
	}

	return id, err
}

// later makes deliveries ready after a while.
func (s *schedule) later(delay time.Duration, ids ...uint64) {
	s.mu.Lock()

	for _, id := range ids {
		s.known[id] = true
	}
	s.mu.Unlock()

	for _, id := range ids {
		s.retry(id, delay)
	}
}
