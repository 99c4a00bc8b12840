package lambda

import (
	"context"
	"slices"
	"sync"
	"time"
)

// pool decides which invocation gets which instance.
//
// A pending invocation receives a warm instance of its function, or the right to start
// one. To start one, the pool may have to end an idle instance of another function. While
// other functions have pending invocations, no function exceeds its share at their cost.
// Above the shares, a freed instance goes to its own function's pending invocations, so
// that a busy machine does not spend its time on starting processes.
type pool struct {
	maxInstances int
	idleTimeout  time.Duration

	mu        sync.Mutex
	closed    bool
	instances int
	tickets   uint64 // The number of pending invocations so far, which orders the queues.
	functions []*functionPool
}

// functionPool is the part of the pool that belongs to one function.
type functionPool struct {
	function  *Function
	instances map[*instance]bool // With a process.
	count     int                // With a process, or with the right to start one.
	idle      []*instance        // The most recently used is last.
	queue     []*pendingInvocation
	removed   bool // The function was changed or deleted: no instance becomes idle.
}

// pendingInvocation is an invocation that waits for a slot.
type pendingInvocation struct {
	ticket uint64
	slot   chan slot // Has a capacity of one.
}

// slot is a warm instance or, if warm is nil, the right to start one.
type slot struct{ warm *instance }

func newPool(config *Config) *pool {
	p := &pool{maxInstances: config.MaxInstances, idleTimeout: config.IdleTimeout}

	for i := range config.Functions {
		p.insert(&config.Functions[i])
	}

	return p
}

// get waits for a slot.
func (p *pool) get(ctx context.Context, s *functionPool) (slot, error) {
	p.retireStale(s)

	p.mu.Lock()

	if p.closed {
		p.mu.Unlock()

		return slot{}, ErrClosed
	}

	if s.removed && !slices.Contains(p.functions, s) { // It was removed after the caller found it.
		p.functions = append(p.functions, s)
	}

	p.tickets++
	w := &pendingInvocation{ticket: p.tickets, slot: make(chan slot, 1)}
	s.queue = append(s.queue, w)

	p.dispatch()
	p.mu.Unlock()

	select {
	case got, ok := <-w.slot:
		if !ok {
			return slot{}, ErrClosed
		}

		return got, nil
	case <-ctx.Done():
		p.abandon(s, w)

		return slot{}, ctx.Err()
	}
}

// abandon removes a pending invocation from the queue, or returns its slot.
func (p *pool) abandon(s *functionPool, w *pendingInvocation) {
	p.mu.Lock()
	defer p.mu.Unlock()

	select {
	case got, ok := <-w.slot:
		switch {
		case !ok:
		case got.warm == nil:
			p.drop(s)
		default:
			p.makeIdle(s, got.warm)
		}

		p.dispatch()
	default:
		s.queue = slices.DeleteFunc(s.queue, func(other *pendingInvocation) bool { return other == w })
		p.clear(s)
	}
}

// add records the process that was started with a slot.
func (p *pool) add(s *functionPool, in *instance) {
	p.mu.Lock()
	defer p.mu.Unlock()

	s.instances[in] = true

	if p.closed {
		in.kill()
	}

	select {
	case <-in.exited: // The process exited before add, so remove did not find it.
		delete(s.instances, in)
		p.drop(s)
		p.dispatch()
	default:
	}
}

// fail returns a right to start a process.
func (p *pool) fail(s *functionPool) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.drop(s)
	p.dispatch()
}

// put returns an instance that is free again.
func (p *pool) put(in *instance) {
	stale := in.stale()

	p.mu.Lock()
	defer p.mu.Unlock()

	s := in.pool

	if stale || s.removed {
		p.retire(s, in)
	} else if s.instances[in] {
		p.makeIdle(s, in)
	}

	p.dispatch()
}

// remove removes an instance whose process has exited.
func (p *pool) remove(in *instance) {
	p.mu.Lock()
	defer p.mu.Unlock()

	s := in.pool
	if s.instances[in] {
		p.forget(s, in)
		p.dispatch()
	}
}

// retireStale ends the idle instances whose executable was replaced.
func (p *pool) retireStale(s *functionPool) {
	p.mu.Lock()
	defer p.mu.Unlock()

	for _, in := range slices.Clone(s.idle) {
		if in.stale() {
			p.retire(s, in)
		}
	}
}

// close ends every instance and rejects all pending invocations.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.closed = true

	for _, s := range p.functions {
		for _, w := range s.queue {
			close(w.slot)
		}

		s.queue = nil

		for in := range s.instances {
			in.kill()
		}
	}
}

// The caller of the following functions holds the lock.

func (p *pool) drop(s *functionPool) {
	s.count--
	p.instances--
	p.clear(s)
}

func (p *pool) forget(s *functionPool, in *instance) {
	delete(s.instances, in)
	s.idle = slices.DeleteFunc(s.idle, func(other *instance) bool { return other == in })
	p.drop(s)
}

func (p *pool) retire(s *functionPool, in *instance) {
	if s.instances[in] {
		p.forget(s, in)
		in.kill()
	}
}

// makeIdle makes an instance idle, and starts the timer that ends it.
func (p *pool) makeIdle(s *functionPool, in *instance) {
	if s.removed {
		p.retire(s, in)

		return
	}

	s.idle = append(s.idle, in)
	in.idleSince = time.Now()

	if in.reaper != nil {
		in.reaper.Reset(p.idleTimeout)

		return
	}

	in.reaper = time.AfterFunc(p.idleTimeout, func() {
		p.mu.Lock()
		defer p.mu.Unlock()

		if slices.Contains(s.idle, in) && time.Since(in.idleSince) >= p.idleTimeout {
			p.retire(s, in)
		}
	})
}
