package metadata

// Format is an accepted format. Its value is the lower-case name in the contract's
// documents.
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

// Rewritten reports whether [Sanitize] rewrites the format without its metadata. For any
// other format, a decoder makes the master.
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
