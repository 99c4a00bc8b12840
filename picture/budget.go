package picture

import (
	"triptych/picture/failure"
	"triptych/picture/metadata"
)

// maxDecodedBytes bounds what a decoder may allocate, so that a function of
// 512 MiB survives: beside it there are the file, the largest variant and the
// process itself.
const maxDecodedBytes = 360 << 20

// worthCollecting is what a decoder must have allocated for a collection to pay,
// which takes about a millisecond.
const worthCollecting = 64 << 20

// affordable refuses a picture whose decoder would need too much memory.
func affordable(info metadata.Info, need int64) error {
	if need > maxDecodedBytes {
		return failure.New(failure.TooManyPixels, "%d × %d pixels of this kind need %d MiB to decode, more than %d",
			info.Width, info.Height, need>>20, maxDecodedBytes>>20)
	}

	return nil
}

// decodedBytes estimates the memory that the decoders of GIF and x/image/webp allocate.
// The others say it themselves.
func decodedBytes(info metadata.Info) int64 {
	pixels := int64(info.Width) * int64(info.Height)
	if pixels > maxDecodedBytes || info.Samples > maxDecodedBytes {
		return max(pixels, info.Samples) // More than enough; and no sum overflows.
	}

	if info.Format == metadata.GIF {
		return decodedGIF(info, pixels)
	}

	return decodedWebP(info, pixels)
}

// canvasBytes is what a pixel takes where a frame is laid on its canvas.
const canvasBytes = 4

// decodedGIF counts a byte a pixel, and the canvas where the frame does not fill it.
func decodedGIF(info metadata.Info, pixels int64) int64 {
	need := pixels
	if info.Partial {
		need += pixels * canvasBytes
	}

	return need
}

// decodedWebP follows x/image/webp. VP8 is decoded into whole macroblocks of
// 4:2:0, beside which there is its compressed data. Alpha is stored as VP8L, of
// which one plane is then copied.
func decodedWebP(info metadata.Info, pixels int64) int64 {
	var need int64

	if info.Lossless || info.Components > 3 {
		need = decodedVP8L(pixels)
	}

	if !info.Lossless {
		need += info.Samples + pixels/2 // What macroblocks and data take beside the samples.
	}

	if info.Partial {
		need += pixels * canvasBytes
	}

	return need
}

// decodedVP8L counts four bytes a pixel, beside them at most three pictures of a
// sixteenth of the size (of predictors, colors and codes) and the prefix codes;
// then, where there are few colors, two pixels of indices have become two of
// colors.
func decodedVP8L(pixels int64) int64 {
	// 2,600 groups of five codes for 3,136 symbols, 16 bytes each, and tables of
	// 512 bytes: the most that x/image/vp8l takes, as libwebp does. A file need not
	// be large for it.
	const codes = 2600 * (3136*16 + 5*536)

	return max(pixels*19/4+codes, pixels*27/4)
}
