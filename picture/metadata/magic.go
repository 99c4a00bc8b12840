package metadata

import (
	"bytes"
	"encoding/binary"
	"strings"

	"triptych/picture/failure"
)

// startBytes is the number of bytes that identify a file. Only an SVG needs more than a
// few bytes, because comments may come before its root element.
const startBytes = 1024

// signature recognizes one format by its first bytes.
type signature struct {
	name     string
	accepted Format // "" if the format is rejected
	// at and magic are the position and the value of the required bytes. A dot in magic
	// matches any byte.
	at    int
	magic string
	// also must agree if it is set. It is used if magic is too short to be reliable.
	also func(start []byte) bool
}

// signatures returns the table of formats. The first match counts, so special cases of a
// container come before the container.
func signatures() []signature {
	return []signature{
		{name: "JPEG", accepted: JPEG, magic: "\xff\xd8\xff"},
		{name: "PNG", accepted: PNG, magic: pngSignature},
		{name: "GIF", accepted: GIF, magic: "GIF87a"},
		{name: "GIF", accepted: GIF, magic: "GIF89a"},
		{name: "WebP", accepted: WebP, magic: "RIFF....WEBP"},

		{name: "BMP", accepted: BMP, magic: "BM", also: isBitmap},

		{name: "Phase One raw (IIQ)", magic: "II*\x00....IIII"},
		{name: "Phase One raw (IIQ)", magic: "MM\x00*....MMMM"},
		{name: "Canon raw (CR2)", magic: "II*\x00....CR"},
		{name: "TIFF", accepted: TIFF, magic: "II*\x00"}, // It may also be a camera's raw data, which inspectTIFF detects.
		{name: "TIFF", accepted: TIFF, magic: "MM\x00*"},
		{name: "TIFF", accepted: TIFF, magic: "II\x00*"}, // Some writers write 42 in the other byte order.
		{name: "TIFF", accepted: TIFF, magic: "MM*\x00"},
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

// identify returns the accepted format of a file, by its first bytes.
func identify(start []byte) (Format, error) {
	if len(start) == 0 {
		return "", failure.New(failure.Empty, "")
	}

	switch name := baseMediaName(start); name {
	case "":
	case "HEIC":
		return HEIC, nil
	case "AVIF":
		return AVIF, nil
	default:
		return "", failure.New(failure.UnsupportedFormat, "%s", name)
	}

	for _, candidate := range signatures() {
		if !candidate.matches(start) {
			continue
		}

		if candidate.accepted == "" {
			return "", failure.New(failure.UnsupportedFormat, "%s", candidate.name)
		}

		return candidate.accepted, nil
	}

	return "", failure.New(failure.NotAnImage, "")
}

func (s signature) matches(start []byte) bool {
	if len(start) < s.at+len(s.magic) {
		return false
	}

	for i := range len(s.magic) {
		if s.magic[i] != '.' && s.magic[i] != start[s.at+i] {
			return false
		}
	}

	return s.also == nil || s.also(start)
}

// baseMediaName names a file of the ISO base media family (ISO/IEC 14496-12) by the major
// brand in its ftyp box, or returns "".
func baseMediaName(start []byte) string {
	const (
		boxType  = 4
		brand    = 8
		brandEnd = 12
	)

	if len(start) < brandEnd || string(start[boxType:brand]) != "ftyp" {
		return ""
	}

	major := string(start[brand:brandEnd])
	if name := heifBrand(major); name != "" {
		return name
	}

	switch major {
	case "crx ":
		return "Canon raw (CR3)"
	case "qt  ":
		return "QuickTime (MOV)"
	case "jp2 ", "jpx ", "jpm ":
		return "JPEG 2000"
	case "jxl ":
		return "JPEG XL"
	}

	if name := heifAmong(start); name != "" {
		return name
	}

	return "MP4"
}

// isBitmap checks for one of the header sizes of a BMP, because many texts start with
// "BM".
func isBitmap(start []byte) bool {
	const sizeAt, sizeEnd = 14, 18
	if len(start) < sizeEnd {
		return false
	}

	switch binary.LittleEndian.Uint32(start[sizeAt:]) {
	case 12, 16, 40, 52, 56, 64, 108, 124:
		return true
	default:
		return false
	}
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
