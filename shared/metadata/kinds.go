package metadata

import "slices"

// The kinds of metadata that a [Report] names.
const (
	kindEXIF      = "exif"
	kindGPS       = "gps"
	kindMakerNote = "makernote"
	kindThumbnail = "thumbnail"
	kindXMP       = "xmp"
	kindIPTC      = "iptc"
	kindComment   = "comment"
	kindMPF       = "mpf"
	kindJUMBF     = "jumbf" // where C2PA keeps its manifests
	kindText      = "text"
	kindTime      = "time"
	kindTrailer   = "trailer"
	kindGainMap   = "gainmap"
	kindOther     = "other"
)

// Kinds lists every kind of metadata that a [Report] can name, sorted: "trailer" is
// bytes behind the picture's end, "mpf" the index of further pictures there, "jumbf"
// where C2PA keeps its manifests, "text" a PNG's or GIF's, "gainmap" the gain map of an HDR
// picture.
func Kinds() []string {
	return []string{
		kindComment, kindEXIF, kindGainMap, kindGPS, kindIPTC, kindJUMBF, kindMakerNote, kindMPF, kindOther, kindText, kindThumbnail,
		kindTime, kindTrailer, kindXMP,
	}
}

// Report says what was taken out of a file.
type Report struct {
	// Removed names the kinds that were found, of [Kinds], sorted, each once. It
	// never holds a value. It is empty, not nil, where there was nothing.
	Removed []string
}

// found keeps the kinds.
type found map[string]bool

func (f found) add(kinds ...string) {
	for _, kind := range kinds {
		f[kind] = true
	}
}

func (f found) report() Report {
	removed := make([]string, 0, len(f))
	for kind := range f {
		removed = append(removed, kind)
	}

	slices.Sort(removed)

	return Report{Removed: removed}
}
