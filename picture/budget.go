package picture

import (
	"runtime"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

// maxDecodedBytes limits the memory that a decoder may allocate, so that a function of
// 512 MiB survives. The function also holds the file, the largest variant and the process
// itself.
const maxDecodedBytes = 360 << 20

// worthCollecting is the amount that a decoder must have allocated before a garbage
// collection pays. A collection takes about a millisecond.
const worthCollecting = 64 << 20

// collect frees the memory that a decoder held in addition to its result, if that pays.
// The variants can use this memory only after a collection.
func collect(garbage int64) {
	if garbage > worthCollecting {
		runtime.GC()
	}
}

// affordable rejects an image whose decoder would need too much memory.
func affordable(info metadata.Info, need int64) error {
	if need > maxDecodedBytes {
		return failure.New(failure.TooManyPixels, "%d × %d pixels of this format need %d MiB to decode, more than the limit of %d",
			info.Width, info.Height, need>>20, maxDecodedBytes>>20)
	}

	return nil
}

// canvasBytes is the memory of one pixel of a canvas on which a frame is drawn.
const canvasBytes = 4

// decodedGIF estimates the memory that the decoder of GIF allocates: a byte per pixel, plus the
// canvas if the frame does not fill it. The other decoders report their memory themselves.
func decodedGIF(info metadata.Info) int64 {
	need := int64(info.Width) * int64(info.Height)
	if info.Partial {
		need *= 1 + canvasBytes
	}

	return need
}
