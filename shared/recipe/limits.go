package recipe

import "triptych/shared/faults"

// Limits bound what is accepted. They are checked before a decoder runs: bytes from
// the upload's event, the rest from the file's head.
type Limits struct {
	MaxBytes  int64 `json:"maxBytes"`
	MaxPixels int64 `json:"maxPixels"` // width times height
	// MaxWidth and MaxHeight are in pixels, of the picture as it is to be looked at.
	MaxWidth  int `json:"maxWidth"`
	MaxHeight int `json:"maxHeight"`
	MaxFrames int `json:"maxFrames"` // of an animation
}

// What a limit is where the recipe leaves it out.
const (
	DefaultMaxBytes  = 50 << 20
	DefaultMaxPixels = 50_000_000
	// DefaultMaxSide is the default of MaxWidth and MaxHeight: what a JPEG can have.
	DefaultMaxSide   = MaxSide
	DefaultMaxFrames = 500
)

// CheckBytes holds a file's size against the limits. The fault is TooManyBytes.
func (l Limits) CheckBytes(bytes int64) error {
	if bytes > l.MaxBytes {
		return faults.New(faults.TooManyBytes, "it has %d bytes; at most %d are accepted", bytes, l.MaxBytes)
	}

	return nil
}

// CheckPicture holds what a file's head says against the limits: width and height
// in pixels, as the picture is to be looked at. Faults: TooManyPixels,
// TooManyFrames.
func (l Limits) CheckPicture(width, height, frames int) error {
	pixels, most := int64(width)*int64(height), l.MaxPixels

	// Both are below 2³¹, whatever a head claims, so the product is one.
	if pixels > most {
		return faults.New(faults.TooManyPixels,
			"it has %d × %d, which is %d pixels; at most %d are accepted", width, height, pixels, most)
	}

	if width > l.MaxWidth || height > l.MaxHeight {
		return faults.New(faults.TooManyPixels,
			"it has %d × %d; at most %d × %d are accepted", width, height, l.MaxWidth, l.MaxHeight)
	}

	if frames > l.MaxFrames {
		return faults.New(faults.TooManyFrames, "it has %d frames; at most %d are accepted", frames, l.MaxFrames)
	}

	return nil
}
