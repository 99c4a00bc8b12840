// Package workers runs parts of the work on one image concurrently, each on its own
// goroutine.
package workers

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Group waits for goroutines like a sync.WaitGroup. If a goroutine panics, Wait panics on the
// goroutine that called Wait, and its callers can recover. Without this, one panic would end
// the process. The zero value is ready to use.
type Group struct {
	running sync.WaitGroup
	once    sync.Once
	caught  *Panic
}

// Panic has the value of a panic, and the stack where it happened.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("%v\n%s", p.Value, p.Stack) }

// Go runs work on its own goroutine.
func (g *Group) Go(work func()) {
	g.running.Go(func() { g.Do(work) })
}

// Do runs work on the current goroutine. If work panics, Do keeps the value for Wait.
func (g *Group) Do(work func()) {
	defer func() {
		if value := recover(); value != nil {
			g.once.Do(func() { g.caught = &Panic{Value: value, Stack: debug.Stack()} })
		}
	}()

	work()
}

// Wait waits until all work is done. It panics with a *[Panic] if any work panicked.
func (g *Group) Wait() {
	g.running.Wait()

	if g.caught != nil {
		panic(g.caught)
	}
}
