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
	kindJUMBF     = "jumbf" // boxes other than Content Credentials
	kindText      = "text"
	kindTime      = "time"
	kindTrailer   = "trailer"
	kindOther     = "other"
	// kindGainMap is an HDR gain map. It is removed if it cannot be kept.
	kindGainMap = "gainmap"
	// kindCredentials are Content Credentials: C2PA manifests, and pointers to them.
	kindCredentials = "credentials"
)

// Kinds returns every kind of metadata that a [Report] can name, sorted. "trailer" is
// bytes after the end of the image, "mpf" the index of further images there.
// "credentials" are Content Credentials (C2PA), "jumbf" other boxes of JPEG's universal
// metadata format. "gainmap" is an HDR gain map that could not be kept, "text" the texts
// of a PNG or GIF.
func Kinds() []string {
	return []string{
		kindComment, kindCredentials, kindEXIF, kindGainMap, kindGPS, kindIPTC, kindJUMBF, kindMakerNote, kindMPF, kindOther,
		kindText, kindThumbnail, kindTime, kindTrailer, kindXMP,
	}
}

// Report names the metadata that were removed from a file.
type Report struct {
	// Removed has the kinds that were found, out of [Kinds], sorted and without
	// duplicates. It never contains a value. If nothing was found, it is empty, not nil.
	Removed []string
	// Kept names what a master still has besides the description of its pixels, out of
	// [Kept]. It is nil if there is nothing.
	Kept []string
}

// Cut adds the kind of the bytes that were removed after the last good frame of an image.
func (r *Report) Cut() {
	if !slices.Contains(r.Removed, kindTrailer) {
		r.Removed = append(r.Removed, kindTrailer)
		slices.Sort(r.Removed)
	}
}

// Kept returns what a [Report] can name as kept: "gainmap" is a JPEG's HDR gain map.
func Kept() []string { return []string{kindGainMap} }

// found is a set of kinds.
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
