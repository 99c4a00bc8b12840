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
	// MaxHEICPixels and MaxAVIFPixels hold beside MaxPixels for these formats,
	// whose decoders need more time and memory.
	MaxHEICPixels int64 `json:"maxHeicPixels"`
	MaxAVIFPixels int64 `json:"maxAvifPixels"`
	MaxFrames     int   `json:"maxFrames"` // of an animation
	// MaxFramePixels is frames times pixels of an animation, where a variant keeps
	// its frames.
	MaxFramePixels int64 `json:"maxFramePixels"`
	// MaxSeconds bounds the work on the master, and that on each variant.
	MaxSeconds int `json:"maxSeconds"`
}

// What a limit is where the recipe leaves it out.
const (
	DefaultMaxBytes  = 50 << 20
	DefaultMaxPixels = 50_000_000
	// DefaultMaxSide is the default of MaxWidth and MaxHeight: what a JPEG can have.
	DefaultMaxSide   = MaxSide
	DefaultMaxFrames = 500

	DefaultMaxHEICPixels  = 50_000_000
	DefaultMaxAVIFPixels  = 12_500_000
	DefaultMaxFramePixels = 100_000_000
	DefaultMaxSeconds     = 50
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

// Check holds what a file's head says against the limits, those included that are
// its format's own: "heic", "avif", or "gif" where a variant keeps its frames.
// Width and height are in pixels, as the picture is to be looked at. Faults:
// TooManyPixels, TooManyFrames.
func (r Recipe) Check(format string, width, height, frames int) error {
	if err := r.Limits.CheckPicture(width, height, frames); err != nil {
		return err
	}

	pixels := int64(width) * int64(height)

	var most int64

	switch format {
	case "heic":
		most = r.Limits.MaxHEICPixels
	case "avif":
		most = r.Limits.MaxAVIFPixels
	case "gif":
		return r.checkFilm(pixels, frames)
	default:
		return nil
	}

	if pixels > most {
		return faults.New(faults.TooManyPixels,
			"it has %d × %d, which is %d pixels; of this format at most %d are accepted", width, height, pixels, most)
	}

	return nil
}

func (r Recipe) checkFilm(pixels int64, frames int) error {
	keeps := false
	for _, variant := range r.Variants {
		keeps = keeps || variant.Animated
	}

	// Divided, because the product may be too large.
	if keeps && frames > 1 && pixels > r.Limits.MaxFramePixels/int64(frames) {
		return faults.New(faults.TooManyFrames,
			"it has %d frames of %d pixels; at most %d pixels in all are accepted", frames, pixels, r.Limits.MaxFramePixels)
	}

	return nil
}
