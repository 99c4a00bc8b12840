// Package format has the types that all formats share: the registry entry of a format,
// and the properties of an image.
package format

import (
	"io"
	"slices"

	"triptych/picture/metadata/container"
	"triptych/picture/metadata/report"
)

// Name is the lower-case name of an accepted format in the contract's documents.
type Name string

// The accepted formats.
const (
	JPEG Name = "jpeg"
	PNG  Name = "png"
	GIF  Name = "gif"
	WebP Name = "webp"
	BMP  Name = "bmp"
	TIFF Name = "tiff"
	HEIC Name = "heic"
	AVIF Name = "avif"
)

// Entry holds everything that this package knows about one format. The package of each
// format declares its entry.
type Entry struct {
	Capabilities

	Name Name
	// Title is the usual name of the format, for messages.
	Title string
	// ContentType is the media type, such as "image/jpeg". Extension is the usual file
	// name extension without a dot, such as "jpg".
	ContentType, Extension string

	// Magic are the possible first bytes of a file. A dot matches any byte.
	Magic []string
	// Recognize must also accept the first bytes. It is nil if Magic is reliable.
	Recognize func(start []byte) bool

	// Inspect reads the properties in the header.
	Inspect func(*container.Window) (Info, error)
	// Profile returns the embedded ICC profile, or nil. It is nil for a format that has
	// no profiles.
	Profile func(*container.Window) ([]byte, error)
	// Sanitize copies a file without its metadata, adds the kinds that it removed, and
	// returns those that it kept, out of [report.Kept]. It is nil for a format whose
	// master is made from its pixels.
	Sanitize func(io.Writer, *container.Input, report.Set) ([]string, error)
	// Carried names the kinds of metadata in a file. It is nil if Sanitize does so, or if
	// the format has no metadata.
	Carried func(*container.Window) ([]string, error)
	// AsIs returns a file without its metadata and with the same coded pixels, in
	// consecutive pieces, adds the kinds that it removed, and returns those that it kept.
	// It is nil for a format for which Sanitize does so, or for which nothing does.
	AsIs func(source []byte, kinds report.Set) (pieces [][]byte, kept []string, err error)
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
	// Lossless is set if every file stores its pixels without loss. It is not set for
	// WebP, which may be lossy.
	Lossless bool
	// MaxSide is the largest width or height of a file in pixels. It is 0 for a format
	// whose limit is larger than any image that is read.
	MaxSide int
}

// BaseMedia is the magic of the ISO base media family (ISO/IEC 14496-12): a box whose
// type is ftyp, and a brand. The brands in the box decide on the format.
const BaseMedia = "....ftyp...."

// IsBaseMedia reports whether files of the format belong to the ISO base media family.
func (e *Entry) IsBaseMedia() bool { return slices.Contains(e.Magic, BaseMedia) }

// Matches reports whether a file with these first bytes has the format.
func (e *Entry) Matches(start []byte) bool {
	for _, magic := range e.Magic {
		if MatchesMagic(start, magic) {
			return e.Recognize == nil || e.Recognize(start)
		}
	}

	return false
}

// MatchesMagic compares the first bytes of a file with a magic, in which a dot matches
// any byte.
func MatchesMagic(start []byte, magic string) bool {
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
