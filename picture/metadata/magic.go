package metadata

import (
	"bytes"
	"encoding/binary"
	"strings"

	"triptych/picture/failure"
)

// headBytes is how much of a file decides what it is. Only an SVG needs more
// than a few bytes: comments may stand before its root element.
const headBytes = 1024

// signature recognises one format by its first bytes.
type signature struct {
	name     string
	accepted Format // "" where the format is refused
	// at and magic are the bytes that must be there. A dot in magic stands for
	// any byte.
	at    int
	magic string
	// also must agree where it is set: for magic too short to convince alone.
	also func(head []byte) bool
}

// signatures is the table of formats; the first that matches wins, so special
// cases of a container stand before the container.
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
		{name: "TIFF", accepted: TIFF, magic: "II*\x00"}, // Or a camera's raw data: inspectTIFF tells.
		{name: "TIFF", accepted: TIFF, magic: "MM\x00*"},
		{name: "TIFF", accepted: TIFF, magic: "II\x00*"}, // Some writers have 42 in the other order.
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

// identify says which accepted format a file has, from its head.
func identify(head []byte) (Format, error) {
	if len(head) == 0 {
		return "", failure.New(failure.Empty, "")
	}

	switch name := baseMediaName(head); name {
	case "":
	case "HEIC":
		return HEIC, nil
	case "AVIF":
		return AVIF, nil
	default:
		return "", failure.New(failure.UnsupportedFormat, "%s", name)
	}

	for _, candidate := range signatures() {
		if !candidate.matches(head) {
			continue
		}

		if candidate.accepted == "" {
			return "", failure.New(failure.UnsupportedFormat, "%s", candidate.name)
		}

		return candidate.accepted, nil
	}

	return "", failure.New(failure.NotAnImage, "")
}

func (s signature) matches(head []byte) bool {
	if len(head) < s.at+len(s.magic) {
		return false
	}

	for i := range len(s.magic) {
		if s.magic[i] != '.' && s.magic[i] != head[s.at+i] {
			return false
		}
	}

	return s.also == nil || s.also(head)
}

// baseMediaName names a file of the ISO base media family (ISO/IEC 14496-12) by
// the major brand in its ftyp box, or "".
func baseMediaName(head []byte) string {
	const (
		boxType  = 4
		brand    = 8
		brandEnd = 12
	)

	if len(head) < brandEnd || string(head[boxType:brand]) != "ftyp" {
		return ""
	}

	major := string(head[brand:brandEnd])
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

	if name := heifAmong(head); name != "" {
		return name
	}

	return "MP4"
}

// isBitmap looks for one of the header sizes that a BMP can have: "BM" alone
// begins many a text.
func isBitmap(head []byte) bool {
	const sizeAt, sizeEnd = 14, 18
	if len(head) < sizeEnd {
		return false
	}

	switch binary.LittleEndian.Uint32(head[sizeAt:]) {
	case 12, 16, 40, 52, 56, 64, 108, 124:
		return true
	default:
		return false
	}
}

// isIcon looks for a directory: at least one entry, whose reserved byte is 0.
func isIcon(head []byte) bool {
	const countAt, reservedAt = 4, 9

	return len(head) > reservedAt && head[countAt] != 0 && head[reservedAt] == 0
}

// isPCX looks for a version, run-length coding, and a number of bits.
func isPCX(head []byte) bool {
	const versionAt, codingAt, bitsAt = 1, 2, 3

	return len(head) > bitsAt && head[versionAt] <= 5 && head[codingAt] == 1 && bytes.IndexByte([]byte{1, 2, 4, 8}, head[bitsAt]) >= 0
}

// isSGI looks for a coding and a number of bytes: a magic of two bytes is short.
func isSGI(head []byte) bool {
	const codingAt, bytesAt = 2, 3

	return len(head) > bytesAt && head[codingAt] <= 1 && (head[bytesAt] == 1 || head[bytesAt] == 2)
}

// isNetpbm looks for P1 to P7 and white space.
func isNetpbm(head []byte) bool {
	return len(head) > 2 && head[1] >= '1' && head[1] <= '7' && strings.ContainsRune(" \t\r\n", rune(head[2]))
}

// isSVG looks for an XML document with an svg element, and not for a web page
// that has one somewhere.
func isSVG(head []byte) bool {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))

	for _, start := range []string{"<?xml", "<!--", "<!doctype svg"} {
		if bytes.HasPrefix(text, []byte(start)) {
			return bytes.Contains(text, []byte("<svg"))
		}
	}

	return bytes.HasPrefix(text, []byte("<svg"))
}
