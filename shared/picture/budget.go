package picture

import (
	"triptych/shared/faults"
	"triptych/shared/metadata"
)

// maxDecodedBytes bounds what a decoder may allocate, so that a function of
// 512 MiB survives: beside it there are the file, the largest variant and the
// process itself.
const maxDecodedBytes = 360 << 20

// worthCollecting is what a decoder must have allocated for a collection to pay,
// which takes about a millisecond.
const worthCollecting = 64 << 20

// affordable refuses a picture whose decoder would need too much memory.
func affordable(info metadata.Info) error {
	if need := decodedBytes(info); need > maxDecodedBytes {
		return faults.New(faults.TooManyPixels, "%d × %d pixels of this kind need %d MiB to decode, more than %d",
			info.Width, info.Height, need>>20, maxDecodedBytes>>20) //nolint:mnd // Bytes to MiB.
	}

	return nil
}

// decodedBytes estimates the memory that the standard library's decoders
// allocate.
func decodedBytes(info metadata.Info) int64 {
	pixels := int64(info.Width) * int64(info.Height)
	if pixels > maxDecodedBytes || info.Samples > maxDecodedBytes {
		return max(pixels, info.Samples) // More than enough; and no sum overflows.
	}

	if info.Format == metadata.PNG {
		return decodedPNG(info, pixels)
	}

	need := info.Samples

	if info.Passes {
		const coefficient = 4 // bytes: all are held, as int32

		need += info.Samples * coefficient
	}

	if info.Components == 4 { //nolint:mnd // CMYK: the planes are woven into one copy.
		need += pixels * 4
	}

	return need
}

// decodedPNG follows image/png's choice of types: colour always takes four
// components a pixel, with or without alpha.
func decodedPNG(info metadata.Info, pixels int64) int64 {
	need := pixels
	if info.Components > 1 {
		need *= 4
	}

	if info.Precision > 8 { //nolint:mnd // Bits in a byte.
		need *= 2
	}

	if info.Passes {
		need += need/2 + need/4 //nolint:mnd // The last two passes, each decoded apart.
	}

	return need
}
