package recipe

import "triptych/shared/errorcode"

// Limits are the limits for accepted files. They are checked before a decoder runs. The
// event of the upload has the size in bytes; the header of the file has the other values.
type Limits struct {
	MaxBytes  int64 `json:"maxBytes"`
	MaxPixels int64 `json:"maxPixels"` // width times height
	// MaxWidth and MaxHeight are in pixels, after EXIF orientation is applied.
	MaxWidth  int `json:"maxWidth"`
	MaxHeight int `json:"maxHeight"`
	// MaxHEICPixels and MaxAVIFPixels apply in addition to MaxPixels for these formats.
	// Their decoders need more time and memory.
	MaxHEICPixels int64 `json:"maxHeicPixels"`
	MaxAVIFPixels int64 `json:"maxAvifPixels"`
	MaxFrames     int   `json:"maxFrames"` // of an animation
	// MaxFramePixels limits the number of frames times the pixels of a frame. It applies to
	// an animation if a variant keeps its frames.
	MaxFramePixels int64 `json:"maxFramePixels"`
	// MaxSeconds limits the time for the master, and for each variant.
	MaxSeconds int `json:"maxSeconds"`
}

// The default values of the limits.
const (
	DefaultMaxBytes  = 50 << 20
	DefaultMaxPixels = 50_000_000
	// DefaultMaxSide is the default of MaxWidth and MaxHeight: the largest side of a JPEG
	// file.
	DefaultMaxSide   = MaxSide
	DefaultMaxFrames = 500

	DefaultMaxHEICPixels  = 50_000_000
	DefaultMaxAVIFPixels  = 12_500_000
	DefaultMaxFramePixels = 100_000_000
	DefaultMaxSeconds     = 50
)

// CheckBytes checks a file's size. The error code is TooManyBytes.
func (l Limits) CheckBytes(bytes int64) error {
	if bytes > l.MaxBytes {
		return errorcode.New(errorcode.TooManyBytes, "it has %d bytes; at most %d are accepted", bytes, l.MaxBytes)
	}

	return nil
}

// CheckPicture checks the values from a file's header. Width and height are in pixels,
// after EXIF orientation is applied. Error codes: TooManyPixels, TooManyFrames.
func (l Limits) CheckPicture(width, height, frames int) error {
	pixels, most := int64(width)*int64(height), l.MaxPixels

	// In every format, width and height are less than 2³¹, so the product does not overflow.
	if pixels > most {
		return errorcode.New(errorcode.TooManyPixels,
			"it has %d × %d, which is %d pixels; at most %d are accepted", width, height, pixels, most)
	}

	if width > l.MaxWidth || height > l.MaxHeight {
		return errorcode.New(errorcode.TooManyPixels,
			"it has %d × %d; at most %d × %d are accepted", width, height, l.MaxWidth, l.MaxHeight)
	}

	if frames > l.MaxFrames {
		return errorcode.New(errorcode.TooManyFrames, "it has %d frames; at most %d are accepted", frames, l.MaxFrames)
	}

	return nil
}

// Check checks the values from a file's header. It includes the limits that apply only to
// the formats "heic" and "avif", and to "gif" if a variant keeps the frames. Width and height
// are in pixels, after EXIF orientation is applied. Error codes: TooManyPixels,
// TooManyFrames.
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
		return errorcode.New(errorcode.TooManyPixels,
			"it has %d × %d, which is %d pixels; at most %d are accepted for this format", width, height, pixels, most)
	}

	return nil
}

func (r Recipe) checkFilm(pixels int64, frames int) error {
	keeps := false
	for _, variant := range r.Variants {
		keeps = keeps || variant.Animated
	}

	// Divide, because the product may overflow.
	if keeps && frames > 1 && pixels > r.Limits.MaxFramePixels/int64(frames) {
		return errorcode.New(errorcode.TooManyFrames,
			"it has %d frames of %d pixels; at most %d pixels in all are accepted", frames, pixels, r.Limits.MaxFramePixels)
	}

	return nil
}
