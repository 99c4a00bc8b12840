package hevc

import (
	"math/rand/v2"
	"runtime"
	"testing"
)

// TestSPS_memory compares the memory of a picture with what is allocated.
func TestSPS_memory(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))

	for range 40 {
		s := &sps{
			chroma: Chroma(random.IntN(4)), width: 64 * (1 + random.IntN(60)), height: 64 * (1 + random.IntN(60)),
			log2MinCB: 3, log2CTB: 4 + random.IntN(3), sao: true,
		}
		for i := range s.depth {
			s.depth[i] = 8 + random.IntN(2)*2
		}

		s.ctbsX, s.ctbsY = s.width>>s.log2CTB, s.height>>s.log2CTB
		p := &pps{}

		if random.IntN(2) == 0 && s.ctbsX > 1 && s.ctbsY > 1 {
			p.tiles, p.uniform, p.columns, p.rows = true, true, make([]int, 1), make([]int, 1)
		}

		threads, whole := random.IntN(4), random.IntN(2) == 0

		var before, after runtime.MemStats

		runtime.ReadMemStats(&before)

		made, err := newPicture(s, p, threads, whole)
		if err != nil {
			t.Fatal(err)
		}

		for range 1 + threads {
			made.next += len(newSegment(made).residual.samples) // They are used.
		}

		runtime.ReadMemStats(&after)

		allocated, estimate := int64(after.TotalAlloc-before.TotalAlloc), s.memory(p, threads, whole)
		if allocated > estimate || estimate > 2*allocated+200_000+tapeCount*tapeBytes {
			t.Errorf("%+v, tiles %v, %d threads, whole %v: %d bytes, want at most %d", s, p.tiles, threads, whole, allocated, estimate)
		}
	}
}
