package picture

import (
	"runtime"
	"sync/atomic"

	"triptych/picture/metadata"
)

// working counts the images that this process is working on.
var working atomic.Int32

// enter increments the count of images. The returned function decrements it.
func enter() (leave func()) {
	working.Add(1)

	return func() { working.Add(-1) }
}

// threadsFor returns the number of processors that an image may use: two if the image is
// large, two exist and other images do not use them. More processors would wait for the
// Huffman decoding, which runs on one processor.
func threadsFor(info metadata.Info) int {
	const large, most = 4_000_000, 2 // pixels, threads

	if info.Width*info.Height < large {
		return 1
	}

	return max(1, min(runtime.GOMAXPROCS(0)/max(1, int(working.Load())), most))
}
