// Package report names the kinds of metadata that were found in a file.
package report

// The kinds of metadata that a [Report] names.
const (
	EXIF      = "exif"
	GPS       = "gps"
	MakerNote = "makernote"
	Thumbnail = "thumbnail"
	XMP       = "xmp"
	IPTC      = "iptc"
	Comment   = "comment"
	MPF       = "mpf"
	JUMBF     = "jumbf" // boxes other than Content Credentials
	Text      = "text"
	Time      = "time"
	Trailer   = "trailer"
	Other     = "other"
	// GainMap is an HDR gain map. It is removed if it cannot be kept.
	GainMap = "gainmap"
	// Credentials are Content Credentials: C2PA manifests (Content Credentials
	// specification 2.1, annex A.3, "Embedding manifests into assets"), and pointers to
	// them. They describe who made an image and how, and are bound to its exact bytes. A
	// file without its metadata therefore cannot keep them.
	Credentials = "credentials"
)

// Kinds returns every kind of metadata that a [Report] can name, sorted. "trailer" means
// bytes after the end of the image. "mpf" means the index of the images in the trailer.
// "credentials" are Content Credentials (C2PA), "jumbf" other boxes of JPEG's universal
// metadata format. "gainmap" is an HDR gain map that could not be kept, "text" the texts
// of a PNG or GIF.
func Kinds() []string {
	return []string{
		Comment, Credentials, EXIF, GainMap, GPS, IPTC, JUMBF, MakerNote, MPF, Other,
		Text, Thumbnail, Time, Trailer, XMP,
	}
}
