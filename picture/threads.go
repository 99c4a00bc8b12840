package picture

import (
	"runtime"
	"sync/atomic"

	"triptych/picture/metadata"
)

// working is how many pictures this process is making.
var working atomic.Int32

// enter counts a picture in, and what it returns counts it out.
func enter() (leave func()) {
	working.Add(1)

	return func() { working.Add(-1) }
}

// threads is how many processors a picture may use: two where it is large and they
// are there, and other pictures do not use them. More would wait for the Huffman
// decoding, which one does.
func (s *source) threads() int { return threadsFor(s.info) }

func threadsFor(info metadata.Info) int {
	const large, most = 4_000_000, 2 // pixels, threads

	if info.Width*info.Height < large {
		return 1
	}

	return max(1, min(runtime.GOMAXPROCS(0)/max(1, int(working.Load())), most))
}
