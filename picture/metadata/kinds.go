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
	kindJUMBF     = "jumbf" // boxes of anything but Content Credentials
	kindText      = "text"
	kindTime      = "time"
	kindTrailer   = "trailer"
	kindOther     = "other"
	// kindGainMap is an HDR gain map; it goes where it cannot be kept.
	kindGainMap = "gainmap"
	// kindCredentials are Content Credentials: C2PA's manifests, and pointers to them.
	kindCredentials = "credentials"
)

// Kinds lists every kind of metadata that a [Report] can name, sorted: "trailer" is
// bytes behind the picture's end, "mpf" the index of further pictures there,
// "credentials" are Content Credentials (C2PA), "jumbf" other boxes of JPEG's universal
// metadata format, "gainmap" is an HDR gain map that could not be kept, "text" a PNG's or
// GIF's.
func Kinds() []string {
	return []string{
		kindComment, kindCredentials, kindEXIF, kindGainMap, kindGPS, kindIPTC, kindJUMBF, kindMakerNote, kindMPF, kindOther,
		kindText, kindThumbnail, kindTime, kindTrailer, kindXMP,
	}
}

// Report says what was taken out of a file.
type Report struct {
	// Removed names the kinds that were found, of [Kinds], sorted, each once. It
	// never holds a value. It is empty, not nil, where there was nothing.
	Removed []string
	// Kept names what a master still has beside its pixels' own description, of
	// [Kept]; nil where there is nothing.
	Kept []string
}

// Cut names as removed what stood behind a picture's last good frame.
func (r *Report) Cut() {
	if !slices.Contains(r.Removed, kindTrailer) {
		r.Removed = append(r.Removed, kindTrailer)
		slices.Sort(r.Removed)
	}
}

// Kept lists what a [Report] can name as kept: "gainmap" is a JPEG's HDR gain map.
func Kept() []string { return []string{kindGainMap} }

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
