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

// decodedBytes estimates the memory that the decoders of GIF and x/image/webp allocate.
// The other decoders report their memory themselves.
func decodedBytes(info metadata.Info) int64 {
	pixels := int64(info.Width) * int64(info.Height)
	if pixels > maxDecodedBytes || info.Samples > maxDecodedBytes {
		return max(pixels, info.Samples) // More than enough, and no sum overflows.
	}

	if info.Format == metadata.GIF {
		return decodedGIF(info, pixels)
	}

	return decodedWebP(info, pixels)
}

// canvasBytes is the memory of one pixel of a canvas on which a frame is drawn.
const canvasBytes = 4

// decodedGIF counts a byte per pixel, plus the canvas if the frame does not fill it.
func decodedGIF(info metadata.Info, pixels int64) int64 {
	need := pixels
	if info.Partial {
		need += pixels * canvasBytes
	}

	return need
}

// decodedWebP follows x/image/webp. VP8 is decoded into whole macroblocks of 4:2:0, and
// its compressed data is held at the same time. Alpha is stored as VP8L. One plane of the
// decoded VP8L is then copied.
func decodedWebP(info metadata.Info, pixels int64) int64 {
	var need int64

	if info.Lossless || info.Components > 3 {
		need = decodedVP8L(pixels)
	}

	if !info.Lossless {
		need += info.Samples + pixels/2 // The memory of macroblocks and data beside the samples.
	}

	if info.Partial {
		need += pixels * canvasBytes
	}

	return need
}

// decodedVP8L counts four bytes per pixel, plus at most three images of a sixteenth of
// the size (predictors, colors and codes), plus the prefix codes. With a palette of few
// colors, one stored pixel has the indices of two pixels. The decoder then holds the
// stored and the expanded image at the same time.
func decodedVP8L(pixels int64) int64 {
	// 2,600 groups of five codes for 3,136 symbols, 16 bytes each, and tables of 512
	// bytes. This is the most that x/image/vp8l allocates, as libwebp does. Even a small
	// file can need it.
	const codes = 2600 * (3136*16 + 5*536)

	return max(pixels*19/4+codes, pixels*27/4)
}
