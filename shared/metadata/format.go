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
)

// ContentType returns the media type, such as "image/jpeg".
func (f Format) ContentType() string { return "image/" + string(f) }

// Extension returns the usual file name extension without a dot, such as "jpg".
func (f Format) Extension() string {
	if f == JPEG {
		return "jpg"
	}

	return string(f)
}
