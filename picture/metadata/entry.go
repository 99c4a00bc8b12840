package metadata

import (
	"io"
	"slices"
)

// Format is the lower-case name of an accepted format in the contract's documents.
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

// Entry holds everything that this package knows about one format. The package of each
// format declares its entry.
type Entry struct {
	Name Format
	// Title is the usual name of the format, for messages.
	Title string
	// ContentType is the media type, such as "image/jpeg". Extension is the usual file
	// name extension without a dot, such as "jpg".
	ContentType, Extension string

	Capabilities

	// Magic are the possible first bytes of a file. A dot matches any byte.
	Magic []string
	// Recognize must also accept the first bytes. It is nil if Magic is reliable.
	Recognize func(start []byte) bool

	// Inspect reads the properties in the header.
	Inspect func(*window) (Info, error)
	// Profile returns the embedded ICC profile, or nil. It is nil for a format that has
	// no profiles.
	Profile func(*window) ([]byte, error)
	// Sanitize copies a file without its metadata, adds the kinds that it removed, and
	// returns those that it kept, out of [Kept]. It is nil for a format whose master is
	// made from its pixels.
	Sanitize func(io.Writer, *input, found) ([]string, error)
	// Carried names the kinds of metadata in a file. It is nil if Sanitize does so, or if
	// the format has no metadata.
	Carried func(*window) ([]string, error)
}

// Capabilities say what files of a format can hold, as far as this program reads and
// writes them. All formats are read.
type Capabilities struct {
	// Output is set if variants can have the format.
	Output bool
	// Alpha is set if pixels can be transparent.
	Alpha bool
	// Animation is set if a file can have several frames.
	Animation bool
	// Lossless is set if every file has its pixels exactly. A WebP may be lossy.
	Lossless bool
}

// baseMedia is the magic of the ISO base media family (ISO/IEC 14496-12): a box whose
// type is ftyp, and a brand. The brands in the box decide on the format.
const baseMedia = "....ftyp...."

// BaseMedia reports whether files of the format belong to the ISO base media family.
func (e *Entry) BaseMedia() bool { return slices.Contains(e.Magic, baseMedia) }

// Matches reports whether a file with these first bytes has the format.
func (e *Entry) Matches(start []byte) bool {
	for _, magic := range e.Magic {
		if matches(start, magic) {
			return e.Recognize == nil || e.Recognize(start)
		}
	}

	return false
}

// matches compares the first bytes of a file with a magic, in which a dot matches any
// byte.
func matches(start []byte, magic string) bool {
	if len(start) < len(magic) {
		return false
	}

	for i := range len(magic) {
		if magic[i] != '.' && magic[i] != start[i] {
			return false
		}
	}

	return true
}
