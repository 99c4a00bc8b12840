package eventbridge

import (
	"time"

	"github.com/google/uuid"
)

// Injection is the fault to inject for an event on its way to the bus. The zero value means
// no fault.
type Injection struct {
	// Lost means that the event is accepted and never delivered.
	Lost bool
	// Twice means that the bus accepts the event twice. If the sender set no ID, the second
	// event has its own ID, like the duplicates that S3 sends.
	Twice bool
	// Delay is how long the event is held back, so that later events overtake it. The event
	// is stored before the delay: after a restart it is delivered at once.
	Delay time.Duration
}

// put accepts an event with the fault that Inject returns for it, and returns its ID.
func (b *Bus) put(event Event) (string, error) {
	if b.config.Inject == nil {
		return b.accept(event, 0)
	}

	how := b.config.Inject(event)
	if how.Lost {
		return uuid.NewString(), nil
	}

	id, err := b.accept(event, how.Delay)
	if err == nil && how.Twice {
		_, err = b.accept(event, how.Delay)
	}

	return id, err
}

// later makes deliveries ready after a delay.
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
