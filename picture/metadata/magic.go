package metadata

import (
	"bytes"
	"cmp"
	"strings"

	"triptych/picture/failure"
	"triptych/picture/metadata/format"
	"triptych/picture/metadata/heif"
)

// startBytes is the number of bytes that identify a file. Only an SVG needs more than a
// few bytes, because comments may come before its root element.
const startBytes = 1024

// signature recognizes a format that is rejected, by the first bytes of a file.
type signature struct {
	name  string
	at    int    // the position of magic
	magic string // as in [Entry]
	// also must agree if it is set. It is used if magic is too short to be reliable.
	also func(start []byte) bool
}

// special returns the rejected formats that begin like a TIFF.
func special() []signature {
	return []signature{
		{name: "Phase One raw (IIQ)", magic: "II*\x00....IIII"},
		{name: "Phase One raw (IIQ)", magic: "MM\x00*....MMMM"},
		{name: "Canon raw (CR2)", magic: "II*\x00....CR"},
	}
}

// others returns the rejected formats whose first bytes differ from those of every
// accepted format. The first match counts.
func others() []signature {
	return []signature{
		{name: "BigTIFF", magic: "II+\x00"},
		{name: "BigTIFF", magic: "MM\x00+"},
		{name: "Panasonic raw (RW2)", magic: "IIU\x00"},
		{name: "Olympus raw (ORF)", magic: "IIRO"},
		{name: "Olympus raw (ORF)", magic: "IIRS"},
		{name: "Olympus raw (ORF)", magic: "MMOR"},
		{name: "Canon raw (CRW)", magic: "II....HEAPCCDR"},
		{name: "Minolta raw (MRW)", magic: "\x00MRM"},
		{name: "Sigma raw (X3F)", magic: "FOVb"},
		{name: "Fujifilm raw (RAF)", magic: "FUJIFILMCCD-RAW"},
		{name: "JPEG XR", magic: "II\xbc"},

		{name: "JPEG 2000", magic: "\x00\x00\x00\x0cjP  \r\n\x87\n"},
		{name: "JPEG 2000", magic: "\xff\x4f\xff\x51"},
		{name: "JPEG XL", magic: "\x00\x00\x00\x0cJXL \r\n\x87\n"},
		{name: "JPEG XL", magic: "\xff\x0a"},

		{name: "SVG", also: isSVG},
		{name: "PDF", magic: "%PDF-"},
		{name: "PostScript", magic: "%!PS"},
		{name: "PostScript", magic: "\xc5\xd0\xd3\xc6"}, // EPS with a preview
		{name: "Photoshop (PSD)", magic: "8BPS"},
		{name: "GIMP (XCF)", magic: "gimp xcf"},
		{name: "ICO", magic: "\x00\x00\x01\x00", also: isIcon},
		{name: "Windows cursor", magic: "\x00\x00\x02\x00", also: isIcon},
		{name: "OpenEXR", magic: "\x76\x2f\x31\x01"},
		{name: "Radiance HDR", magic: "#?RADIANCE"},
		{name: "QOI", magic: "qoif"},
		{name: "DirectDraw surface", magic: "DDS "},
		{name: "DjVu", magic: "AT&TFORM"},
		{name: "DICOM", at: 128, magic: "DICM"},
		{name: "MNG", magic: "\x8aMNG\r\n\x1a\n"},
		{name: "JNG", magic: "\x8bJNG\r\n\x1a\n"},
		{name: "Windows metafile", magic: "\xd7\xcd\xc6\x9a"},
		{name: "PCX", magic: "\x0a", also: isPCX},
		{name: "FITS", magic: "SIMPLE  ="},
		{name: "DPX", magic: "SDPX"},
		{name: "DPX", magic: "XPDS"},
		{name: "BPG", magic: "BPG\xfb"},
		{name: "FLIF", magic: "FLIF"},
		{name: "Silicon Graphics image", magic: "\x01\xda", also: isSGI},
		{name: "Sun raster", magic: "\x59\xa6\x6a\x95"},
		{name: "Mac OS icon", magic: "icns"},
		{name: "Paint Shop Pro", magic: "Paint Shop Pro Image File\n\x1a"},
		{name: "ImageMagick (MIFF)", magic: "id=ImageMagick"},
		{name: "Netpbm", magic: "P", also: isNetpbm},

		{name: "QuickTime (MOV)", at: 4, magic: "moov"},
		{name: "QuickTime (MOV)", at: 4, magic: "mdat"},
		{name: "QuickTime (MOV)", at: 4, magic: "wide"},
		{name: "AVI", magic: "RIFF....AVI "},
		{name: "Windows Media", magic: "\x30\x26\xb2\x75\x8e\x66\xcf\x11"},
		{name: "Flash video", magic: "FLV\x01"},
		{name: "MPEG", magic: "\x00\x00\x01\xba"},
		{name: "Ogg", magic: "OggS\x00"},
		{name: "Matroska or WebM", magic: "\x1a\x45\xdf\xa3"},
	}
}

// identify returns the entry of a file's format, by its first bytes.
func identify(start []byte) (*Entry, error) {
	if len(start) == 0 {
		return nil, failure.New(failure.Empty, "")
	}

	// In the base media family no other magic counts: the first four bytes are a length.
	family := heif.FamilyName(start)

	name := cmp.Or(family, named(special(), start))
	if name == "" || family != "" {
		for _, entry := range registry {
			if entry.IsBaseMedia() == (family != "") && entry.Matches(start) {
				return entry, nil
			}
		}
	}

	if name = cmp.Or(name, named(others(), start)); name != "" {
		return nil, failure.New(failure.UnsupportedFormat, "%s", name)
	}

	return nil, failure.New(failure.NotAnImage, "")
}

// named returns the name of the first signature that matches, or "".
func named(signatures []signature, start []byte) string {
	for _, candidate := range signatures {
		if len(start) >= candidate.at && format.MatchesMagic(start[candidate.at:], candidate.magic) &&
			(candidate.also == nil || candidate.also(start)) {
			return candidate.name
		}
	}

	return ""
}

// isIcon checks for a directory with at least one entry whose reserved byte is 0.
func isIcon(start []byte) bool {
	const countAt, reservedAt = 4, 9

	return len(start) > reservedAt && start[countAt] != 0 && start[reservedAt] == 0
}

// isPCX checks for a version, run-length coding, and a number of bits.
func isPCX(start []byte) bool {
	const versionAt, codingAt, bitsAt = 1, 2, 3

	return len(start) > bitsAt && start[versionAt] <= 5 && start[codingAt] == 1 && bytes.IndexByte([]byte{1, 2, 4, 8}, start[bitsAt]) >= 0
}

// isSGI checks for a coding and a number of bytes, because a magic of two bytes is short.
func isSGI(start []byte) bool {
	const codingAt, bytesAt = 2, 3

	return len(start) > bytesAt && start[codingAt] <= 1 && (start[bytesAt] == 1 || start[bytesAt] == 2)
}

// isNetpbm checks for P1 to P7 and white space.
func isNetpbm(start []byte) bool {
	return len(start) > 2 && start[1] >= '1' && start[1] <= '7' && strings.ContainsRune(" \t\r\n", rune(start[2]))
}

// isSVG checks for an XML document with an svg element as its root. A web page that
// contains an svg element does not match.
func isSVG(start []byte) bool {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), " \t\r\n"))

	for _, start := range []string{"<?xml", "<!--", "<!doctype svg"} {
		if bytes.HasPrefix(text, []byte(start)) {
			return bytes.Contains(text, []byte("<svg"))
		}
	}

	return bytes.HasPrefix(text, []byte("<svg"))
}
