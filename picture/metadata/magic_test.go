package metadata_test

import (
	"strings"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

func TestInspect_rejectsFormatsByName(t *testing.T) {
	box := func(brand string) string { return "\x00\x00\x00\x20ftyp" + brand + "\x00\x00\x00\x00" }

	for start, name := range map[string]string{
		"II*\x00\x10\x00\x00\x00CR\x02\x00": "CR2",
		"II+\x00\x08\x00\x00\x00":           "BigTIFF",
		"IIU\x00\x18\x00\x00\x00":           "RW2",
		"IIRO\x08\x00\x00\x00":              "ORF",
		"FUJIFILMCCD-RAW 0201":              "RAF",
		box("crx "):                         "CR3",
		box("isom"):                         "MP4",
		box("qt  "):                         "QuickTime",
		"\x00\x00\x00\x08wide\x00\x00":      "QuickTime",
		"\x00\x00\x00\x0cjP  \r\n\x87\n":    "JPEG 2000",
		"\xff\x4f\xff\x51\x00\x2f":          "JPEG 2000",
		"\x00\x00\x00\x0cJXL \r\n\x87\n":    "JPEG XL",
		"\xff\x0a\x00":                      "JPEG XL",
		"II\xbc\x01":                        "JPEG XR",
		"%PDF-1.7\n":                        "PDF",
		"%!PS-Adobe-3.0":                    "PostScript",
		"8BPS\x00\x01":                      "PSD",
		"\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00\x01\x00":   "ICO",
		"\x00\x00\x02\x00\x01\x00\x10\x10\x00\x00\x01\x00":   "cursor",
		"<svg xmlns='http://www.w3.org/2000/svg'>":           "SVG",
		"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><SVG>": "SVG",
		"P6\n640 480\n255\n":                                 "Netpbm",
		"II\x1a\x00\x00\x00HEAPCCDR":                         "CRW",
		"\x00MRM\x00\x00":                                    "MRW",
		"II*\x00\x08\x0a\x00\x00IIIICwaR":                    "IIQ",
		"FOVb\x00\x00":                                       "X3F",
		"\x0a\x05\x01\x08\x00\x00":                           "PCX",
		"SIMPLE  =                    T":                     "FITS",
		"\x01\xda\x01\x01\x00\x03":                           "Silicon Graphics",
		"\xc5\xd0\xd3\xc6\x1e\x00":                           "PostScript",
		"\x30\x26\xb2\x75\x8e\x66\xcf\x11":                   "Windows Media",
		"\x00\x00\x01\xba\x44":                               "MPEG",
		"qoif\x00\x00":                                       "QOI",
		"\x1a\x45\xdf\xa3\x01":                               "WebM",
		strings.Repeat("\x00", 128) + "DICM":                 "DICOM",
	} {
		_, err := inspect([]byte(start))
		if !failure.Is(err, failure.UnsupportedFormat) || !strings.Contains(err.Error(), name) {
			t.Errorf("%q: got %v, want %s", start, err, name)
		}
	}
}

func TestInspect_notAnImage(t *testing.T) {
	for _, start := range []string{
		"hello", "\x00", "BM, or not to BM: that is no bitmap", "\xff\xd8", "\x89PNG\n\x1a\n", "P6", "Pa\n",
		"<!doctype html><body><svg></svg>", "<html><svg>", "<?xml version='1.0'?><feed/>", "PK\x03\x04", "\x7fELF", "\n\n\n\n", "\x0a\x05\x01\x09", "\x01\xda\x02\x01", "SIMPLE",
		"RIFF\x24\x00\x00\x00WAVEfmt ", "\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00", "{}", strings.Repeat("\x00", 5000),
	} {
		if _, err := inspect([]byte(start)); !failure.Is(err, failure.NotAnImage) {
			t.Errorf("%.40q: got %v", start, err)
		}
	}
}

func TestFormatNames(t *testing.T) {
	for format, want := range map[metadata.Format][2]string{
		metadata.JPEG: {"image/jpeg", "jpg"},
		metadata.PNG:  {"image/png", "png"},
		metadata.GIF:  {"image/gif", "gif"},
		metadata.WebP: {"image/webp", "webp"},
	} {
		entry := metadata.EntryOf(format)
		if got := [2]string{entry.ContentType, entry.Extension}; got != want {
			t.Errorf("%s: %v", format, got)
		}
	}
}
