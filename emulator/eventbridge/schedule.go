package eventbridge

import (
	"math/rand/v2"
	"sync"
	"time"
)

const (
	firstDelay = 100 * time.Millisecond // Before the second attempt.
	lastDelay  = 10 * time.Minute       // The maximum between attempts: 185 attempts take about a day.
)

// schedule decides which delivery is tried next. It holds only numbers. The events and
// their attempt counts stay on disk until their turn comes.
type schedule struct {
	mu     sync.Mutex
	wake   *sync.Cond
	closed bool
	ready  []uint64
	known  map[uint64]bool // Every delivery that is ready, waiting or in progress.
}

func newSchedule() *schedule {
	s := &schedule{known: map[uint64]bool{}}
	s.wake = sync.NewCond(&s.mu)

	return s
}

// add makes deliveries ready. It skips a delivery that is already known, because an event
// can be put while Start reads the outbox.
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

// next waits for a delivery. It returns false after the schedule is closed.
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

// done removes a delivery from the schedule.
func (s *schedule) done(id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()

	delete(s.known, id)
}

// retry makes a delivery ready again after a delay.
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

// backoff returns the delay after an attempt. The delay doubles with every attempt. Half of
// it is random, so that deliveries that failed at the same time are not retried at the same
// time.
func backoff(attempt int) time.Duration {
	const doublings = 13 // More doublings would exceed lastDelay in any case.

	delay := min(firstDelay<<min(attempt, doublings), lastDelay)

	return delay/2 + rand.N(delay/2) //nolint:gosec // The random number spreads load; it is not a secret.
}
