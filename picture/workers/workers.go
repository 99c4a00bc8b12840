// Package workers runs parts of one picture's work on goroutines of their own.
package workers

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Group waits for goroutines as a sync.WaitGroup does, and brings what they panic
// with to the one that waits, whose callers can recover from it: else a single one
// would end the process. The zero value works.
type Group struct {
	running sync.WaitGroup
	once    sync.Once
	caught  *Panic
}

// Panic is what work panicked with, and the stack where it did.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("%v\n%s", p.Value, p.Stack) }

// Go runs work on a goroutine of its own.
func (g *Group) Go(work func()) {
	g.running.Go(func() { g.Do(work) })
}

// Do runs work here, and keeps what it panics with for Wait.
func (g *Group) Do(work func()) {
	defer func() {
		if value := recover(); value != nil {
			g.once.Do(func() { g.caught = &Panic{Value: value, Stack: debug.Stack()} })
		}
	}()

	work()
}

// Wait waits until all work is done. It panics with a *[Panic] if any did.
func (g *Group) Wait() {
	g.running.Wait()

	if g.caught != nil {
		panic(g.caught)
	}
}
