package hevc

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"triptych/picture/workers"
)

// errSequential reports that substreams could not be decoded in parallel, because the
// entry points of a slice are wrong, or because its data is damaged. The picture is then
// decoded again, one substream after the other, so that samples and errors do not depend
// on the number of threads.
var errSequential = errors.New("substreams that do not start at their entry points")

// substreams decodes the substreams of a slice segment in parallel, from their entry
// points on: tiles, or rows of CTBs as wavefronts (clauses 6.3.1 and 7.4.7.1).
type substreams struct {
	main   *segment
	slice  *slice
	starts []int // addresses of the first CTBs in tile scan, and of the end
	bytes  []int // where the substreams start in the data

	claimed  atomic.Int32   // substreams that are decoded, or being decoded
	progress []atomic.Int32 // the columns that are decoded, for wavefronts
	waiting  atomic.Int32   // goroutines

	mu      sync.Mutex
	changed sync.Cond
	done    []bool
	closed  int // substreams that are decoded, and start where the one before ends
	failed  error

	// The state after the last substream.
	next  int
	state states
	qp    int
}

// parallel returns the substreams of a slice segment, or nil if they cannot be decoded in
// parallel.
func (s *segment) parallel(h *slice) *substreams {
	if s.threads < 2 || len(h.entries) == 0 || s.pps.sync == s.pps.tiles {
		return nil
	}

	count := len(h.entries) + 1
	p := &substreams{main: s, slice: h, bytes: append([]int{0}, h.entries...)}
	p.changed.L = &p.mu

	at := s.next
	for ; at < len(s.grid.raster); at++ {
		if at == s.next || s.startsSubstream(at) {
			if len(p.starts) == count {
				break
			}

			p.starts = append(p.starts, at)
		}
	}

	if len(p.starts) < count {
		return nil
	}

	p.starts = append(p.starts, at)
	p.done, p.progress = make([]bool, count), make([]atomic.Int32, count)
	p.progress[0].Store(s.grid.raster[s.next] % int32(s.ctbsX))

	return p
}

// decode decodes all substreams.
func (p *substreams) decode(ctx context.Context) error {
	main := p.main
	main.open(p.slice)

	covered := main.grid.raster[p.starts[0]:p.starts[len(p.done)]]
	for _, ctb := range covered {
		main.ctbSlice[ctb] = p.slice
	}

	var group workers.Group

	for range min(main.threads, len(p.done)) {
		group.Go(func() { p.work(ctx) })
	}

	group.Wait()

	switch err := ctx.Err(); {
	case err != nil:
		return fmt.Errorf("decode HEVC: %w", err)
	case p.failed != nil:
		return p.failed
	}

	for _, ctb := range covered[p.next-p.starts[0]:] { // The slice may end within a row.
		main.ctbSlice[ctb] = nil
	}

	main.next, main.state, main.qp = p.next, p.state, p.qp
	main.close()

	return nil
}

// work decodes substreams until none is left.
func (p *substreams) work(ctx context.Context) {
	err := errStopped // after a panic
	defer func() { p.fail(err) }()

	s := newSegment(p.main.picture)
	s.slice, s.data = p.slice, p.slice.data

	for {
		i := int(p.claimed.Add(1)) - 1
		if i >= len(p.done) {
			err = nil

			return
		}

		if failure := p.one(ctx, s, i); failure != nil {
			err = failure

			return
		}
	}
}

// one decodes a substream.
func (p *substreams) one(ctx context.Context, s *segment, i int) error {
	s.start(p.bytes[i])

	if i == 0 {
		s.state, s.qp = p.main.state, p.main.qp
	}

	at, final := p.starts[i], i == len(p.done)-1

	for last := false; !last; at++ {
		if at == p.starts[i+1] {
			if final || s.closeSubstream(at) != nil || s.nextByte() != p.bytes[i+1] {
				return errSequential
			}

			break
		}

		column := int(s.grid.raster[at]) % s.ctbsX

		if s.pps.sync && i > 0 && !p.await(i-1, min(column+2, s.ctbsX)) {
			return errStopped
		}

		var err error

		last, err = s.decodeNext(ctx, at, at == p.starts[0])

		switch {
		case errors.Is(err, errStopped):
			return err
		case err != nil, last && !final:
			return errSequential
		}

		p.advance(i, column+1)
	}

	p.finish(s, i, at)

	return nil
}

// await waits until a number of columns of a substream are decoded. It returns false if
// decoding must stop.
func (p *substreams) await(i, columns int) bool {
	if int(p.progress[i].Load()) >= columns {
		return true
	}

	p.mu.Lock()
	defer p.mu.Unlock()

	p.waiting.Add(1)
	defer p.waiting.Add(-1)

	for int(p.progress[i].Load()) < columns && p.failed == nil {
		p.changed.Wait()
	}

	return p.failed == nil
}

func (p *substreams) advance(i, columns int) {
	p.progress[i].Store(int32(columns))

	if p.waiting.Load() > 0 {
		p.mu.Lock()
		p.changed.Broadcast()
		p.mu.Unlock()
	}
}

// finish ends a substream, whose last CTB comes before address next. The loop filters may
// process its rows when all substreams before it are decoded, too.
func (p *substreams) finish(s *segment, i, next int) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.done[i] = true

	if i == len(p.done)-1 {
		p.next, p.state, p.qp = next, s.state, s.qp
	}

	for ; p.closed < len(p.done) && p.done[p.closed]; p.closed++ {
		from, to := p.starts[p.closed], p.starts[p.closed+1]
		if p.closed == len(p.done)-1 {
			to = p.next
		}

		for _, ctb := range s.grid.raster[from:to] {
			s.decoded(int(ctb) / s.ctbsX)
		}
	}
}

// fail stops all goroutines.
func (p *substreams) fail(err error) {
	if err == nil {
		return
	}

	p.mu.Lock()
	defer p.mu.Unlock()

	if p.failed == nil || errors.Is(err, errSequential) {
		p.failed = err
	}

	p.main.stop()
	p.changed.Broadcast()
}
