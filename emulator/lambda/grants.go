package lambda

import (
	"cmp"
	"slices"
)

// The functions of this file decide which pending invocation gets a slot: a warm instance,
// or the right to start an instance. The caller holds the pool's lock.

// dispatch gives slots to pending invocations as long as there are free slots.
func (p *pool) dispatch() {
	for p.grantOne() {
	}
}

func (p *pool) grantOne() bool {
	waiting := make([]*functionPool, 0, len(p.functions))

	for _, s := range p.functions {
		if len(s.queue) > 0 {
			waiting = append(waiting, s)
		}
	}

	slices.SortFunc(waiting, func(a, b *functionPool) int { return cmp.Compare(a.queue[0].ticket, b.queue[0].ticket) })

	share := p.share()

	// First come the functions that have no idle instance and fewer instances than their
	// share.
	for _, s := range waiting {
		if len(s.idle) == 0 && s.count < share && p.startable(s, true) {
			s.grant(nil)

			return true
		}
	}

	// Then come the functions with an idle instance, which is reused.
	for _, s := range waiting {
		if last := len(s.idle) - 1; last >= 0 {
			warm := s.idle[last]
			s.idle = s.idle[:last]
			s.grant(warm)

			return true
		}
	}

	for _, s := range waiting {
		if p.startable(s, false) {
			s.grant(nil)

			return true
		}
	}

	return false
}

// startable reserves the right to start an instance of s, if possible. If the pool is full,
// startable ends an idle instance of another function. It does not take an instance from a
// function with pending invocations, unless wanted is true and that function exceeds its
// share.
func (p *pool) startable(s *functionPool, wanted bool) bool {
	if limit := s.function.MaxConcurrency; limit > 0 && s.count >= limit {
		return false
	}

	if p.instances >= max(p.maxInstances, len(p.functions)) && !p.evict(s, wanted) {
		return false
	}

	s.count++
	p.instances++

	return true
}

// evict ends an idle instance to make room for a new one. Among the functions that can lose
// an instance (see startable), evict chooses the function with the most instances.
func (p *pool) evict(except *functionPool, wanted bool) bool {
	var victim *functionPool

	for _, s := range p.functions {
		if s == except || len(s.idle) == 0 || (len(s.queue) > 0 && (!wanted || s.count <= p.share())) {
			continue
		}

		if victim == nil || s.count > victim.count {
			victim = s
		}
	}

	if victim == nil {
		return false
	}

	p.retire(victim, victim.idle[0])

	return true
}

// share is the number of instances that the pool guarantees to every function. It is at
// least one, because startable allows at least one instance for each function.
func (p *pool) share() int { return max(1, p.maxInstances/len(p.functions)) }

// grant gives the first pending invocation a slot.
func (s *functionPool) grant(warm *instance) {
	s.queue[0].slot <- slot{warm: warm}

	s.queue = s.queue[1:]
}
