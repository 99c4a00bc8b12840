package decoder

import "sync"

// caught brings what goroutines panic with to the one that waits for them, whose
// callers can recover from it: else a single one would end the process.
type caught struct {
	mutex sync.Mutex
	value any
}

// do runs work, and keeps what it panics with.
func (c *caught) do(work func()) {
	defer func() {
		if value := recover(); value != nil {
			c.mutex.Lock()
			defer c.mutex.Unlock()

			c.value = value
		}
	}()

	work()
}

// rethrow panics as the work did, once nobody works any longer.
func (c *caught) rethrow() {
	if c.value != nil {
		panic(c.value)
	}
}
