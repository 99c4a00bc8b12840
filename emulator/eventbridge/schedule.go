package eventbridge

import (
	"math/rand/v2"
	"sync"
	"time"
)

const (
	firstDelay = 100 * time.Millisecond // Before the second attempt.
	lastDelay  = 10 * time.Minute       // Between attempts, at most: 185 of them take about a day.
)

// schedule says which delivery is to be tried next. It holds numbers only: the
// events themselves, and how often they were tried, stay on disk until their turn
// comes.
type schedule struct {
	mu     sync.Mutex
	wake   *sync.Cond
	closed bool
	ready  []uint64
	known  map[uint64]bool // Every delivery that is ready, waits or is under way.
}

func newSchedule() *schedule {
	s := &schedule{known: map[uint64]bool{}}
	s.wake = sync.NewCond(&s.mu)

	return s
}

// add makes deliveries ready. One that is known already is not added again: it
// was put while Start read the journal.
func (s *schedule) add(ids ...uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()

	for _, id := range ids {
		if s.known[id] {
			continue
		}

		s.known[id] = true
		s.ready = append(s.ready, id)
		s.wake.Signal()
	}
}

// next waits for a delivery. It is false once the schedule is closed.
func (s *schedule) next() (uint64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()

	for len(s.ready) == 0 && !s.closed {
		s.wake.Wait()
	}

	if s.closed {
		return 0, false
	}

	id := s.ready[0]
	s.ready = s.ready[1:]

	return id, true
}

// done forgets a delivery.
func (s *schedule) done(id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()

	delete(s.known, id)
}

// retry makes a delivery ready again after a while.
func (s *schedule) retry(id uint64, delay time.Duration) {
	time.AfterFunc(delay, func() {
		s.mu.Lock()
		defer s.mu.Unlock()

		s.ready = append(s.ready, id)
		s.wake.Signal()
	})
}

func (s *schedule) close() {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.closed = true
	s.wake.Broadcast()
}

// backoff is the delay after an attempt: twice as long every time, with half of it
// left to chance so that failures that came together do not return together.
func backoff(attempt int) time.Duration {
	const doublings = 13 // More would be over lastDelay in any case.

	delay := min(firstDelay<<min(attempt, doublings), lastDelay)

	return delay/2 + rand.N(delay/2) //nolint:gosec // Chance spreads load here; nothing is secret.
}
