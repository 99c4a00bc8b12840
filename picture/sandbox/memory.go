package sandbox

import (
	"context"
	"errors"
	"sync"

	"github.com/tetratelabs/wazero/experimental"
)

// bounded is an instance's memory: an allocator of one.
type bounded struct {
	limit   uint64
	refused bool

	lock     sync.Mutex // of reserved, which stop may meet when it goes
	reserved []byte
}

// Allocate implements [experimental.MemoryAllocator]. Address space for all that
// there may ever be is taken at once: memory that grows then need not move, and
// none of it is real until it is touched.
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

// stop makes the code trap in the next loop that it comes to: see [interruptible].
func (b *bounded) stop() {
	b.lock.Lock()
	defer b.lock.Unlock()

	if len(b.reserved) > flagAt {
		b.reserved[flagAt] = 1
	}
}

// explain finds the reason of a failure: the context's end, or a lack of memory,
// which libraries seldom survive in good order.
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
