package lambda

import "slices"

// insert adds a function to the pool. The functions that a client creates come and go while
// the service runs.
func (p *pool) insert(f *Function) *functionPool {
	p.mu.Lock()
	defer p.mu.Unlock()

	s := &functionPool{function: f, instances: map[*instance]bool{}}
	p.functions = append(p.functions, s)

	return s
}

// withdraw removes a function from the pool. Invocations in progress, and those that wait,
// end as usual; then the function's last instance ends.
func (p *pool) withdraw(s *functionPool) {
	p.mu.Lock()
	defer p.mu.Unlock()

	s.removed = true

	for _, in := range slices.Clone(s.idle) {
		p.retire(s, in)
	}

	p.clear(s)
	p.dispatch()
}

// clear forgets a function that was removed and has nothing to do. The caller holds the
// lock.
func (p *pool) clear(s *functionPool) {
	if s.removed && s.count == 0 && len(s.queue) == 0 {
		p.functions = slices.DeleteFunc(p.functions, func(other *functionPool) bool { return other == s })
	}
}
