package metadata

// Format is an accepted format: the lower-case name that the contract's
// documents carry.
type Format string

// The accepted formats.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	GIF  Format = "gif"
	WebP Format = "webp"
	BMP  Format = "bmp"
	TIFF Format = "tiff"
	HEIC Format = "heic"
	AVIF Format = "avif"
)

// Rewritten says that [Sanitize] writes the format anew without its metadata. The
// master of any other is made by a decoder.
func (f Format) Rewritten() bool {
	switch f {
	case JPEG, PNG, GIF, WebP:
		return true
	case BMP, TIFF, HEIC, AVIF:
		return false
	}

	return false
}

// ContentType returns the media type, such as "image/jpeg".
func (f Format) ContentType() string { return "image/" + string(f) }

// Extension returns the usual file name extension without a dot, such as "jpg".
func (f Format) Extension() string {
	if f == JPEG {
		return "jpg"
	}

	return string(f)
}
