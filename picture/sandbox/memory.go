package sandbox

import (
	"context"
	"errors"
	"sync"

	"github.com/tetratelabs/wazero/experimental"
)

// bounded is the memory of one instance, and its allocator.
type bounded struct {
	limit   uint64
	refused bool

	lock     sync.Mutex // protects reserved, because stop may run at the same time as Free
	reserved []byte
}

// Allocate implements [experimental.MemoryAllocator]. The address space for the maximum
// size is reserved at once, so that growing memory need not be moved. A page uses real
// memory only when it is first touched.
func (b *bounded) Allocate(_, most uint64) experimental.LinearMemory {
	b.limit = min(b.limit, most)

	return b
}

// Reallocate implements [experimental.LinearMemory].
func (b *bounded) Reallocate(size uint64) []byte {
	if size > b.limit {
		b.refused = true

		return nil
	}

	if b.reserved == nil {
		b.lock.Lock()
		b.reserved = reserve(b.limit)
		b.lock.Unlock()
	}

	if uint64(len(b.reserved)) < size {
		b.refused = true

		return nil
	}

	return b.reserved[:size]
}

// Free implements [experimental.LinearMemory].
func (b *bounded) Free() {
	b.lock.Lock()
	defer b.lock.Unlock()

	release(b.reserved)
	b.reserved = nil
}

// stop makes the code trap in its next loop: see [interruptible].
func (b *bounded) stop() {
	b.lock.Lock()
	defer b.lock.Unlock()

	if len(b.reserved) > flagAt {
		b.reserved[flagAt] = 1
	}
}

// explain finds the reason of a failure: the end of the context, or a lack of memory.
// Libraries rarely handle a lack of memory correctly.
func (b *bounded) explain(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case b.refused:
		return errors.Join(ErrMemory, err)
	default:
		return err
	}
}
