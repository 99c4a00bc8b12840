package hevc

import "sync"

// strip has a row of CTBs: its samples, and what the loop filters need to know of its
// blocks. The picture has few strips, which rows of CTBs share in turns.
type strip struct {
	row     int
	surface surface

	// By CTB:
	sao [][3]saoParameters
	raw []bool // whether it has lossless blocks, which the loop filters do not change

	// By square of 4 × 4 luma samples:
	modes []uint8 // IntraPredModeY
	edges []uint8

	second states // the contexts after the second CTB
}

func newStrip(s *sps) *strip {
	squares := s.width / 4 << (s.log2CTB - 2)

	return &strip{
		row: -1, surface: newSurface(s), sao: make([][3]saoParameters, s.ctbsX), raw: make([]bool, s.ctbsX),
		modes: make([]uint8, squares), edges: make([]uint8, squares),
	}
}

// spareStrips is the number of strips by which decoding may be ahead of the loop filters
// on another goroutine.
const spareStrips = 4

// stripCount returns the number of strips of a picture: those that are not complete at the
// same time, the one below them, and the one above them, whose last lines wait for the
// deblocking filter.
func stripCount(s *sps, p *pps, threads int) int {
	const around = 2

	count := p.openRows(s) + around
	if threads > 1 {
		count += threads + spareStrips
	}

	return min(count, s.ctbsY)
}

// window gives strips to rows of CTBs, and tells the loop filters which rows are complete.
// Decoding and the loop filters may run on different goroutines.
type window struct {
	strips []*strip
	left   []int32 // by row: CTBs that are not decoded

	mu       sync.Mutex
	changed  sync.Cond
	complete int  // rows that are decoded, from the top
	released int  // rows whose strips are free again, from the top
	stopped  bool // nothing more happens: an error, or the end
}

func newWindow(s *sps, count int) *window {
	w := &window{left: make([]int32, s.ctbsY)}
	w.changed.L = &w.mu

	for range count {
		w.strips = append(w.strips, newStrip(s))
	}

	for i := range w.left {
		w.left[i] = int32(s.ctbsX)
	}

	return w
}

// strip returns the strip of a row that has one.
func (w *window) strip(row int) *strip { return w.strips[row%len(w.strips)] }

// acquire prepares the strip of a row, if the row does not have it yet. It waits until the
// strip is free, and returns false if decoding must stop.
func (w *window) acquire(row int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()

	for row >= w.released+len(w.strips) && !w.stopped {
		w.changed.Wait()
	}

	if w.stopped {
		return false
	}

	if s := w.strip(row); s.row != row {
		s.row = row
		clear(s.sao)
		clear(s.raw)
		clear(s.edges)
	}

	return true
}

// decoded counts a decoded CTB of a row.
func (w *window) decoded(row int) {
	w.mu.Lock()
	defer w.mu.Unlock()

	w.left[row]--

	for w.complete < len(w.left) && w.left[w.complete] == 0 {
		w.complete++
	}

	w.changed.Broadcast()
}

// await waits until a row is complete. It returns false if it will not be.
func (w *window) await(row int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()

	for w.complete <= row && !w.stopped {
		w.changed.Wait()
	}

	return w.complete > row
}

// release frees the strips of the rows above a row.
func (w *window) release(row int) {
	w.mu.Lock()
	defer w.mu.Unlock()

	w.released = max(w.released, row)
	w.changed.Broadcast()
}

func (w *window) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()

	w.stopped = true
	w.changed.Broadcast()
}
