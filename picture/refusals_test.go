package picture_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/metadata"
)

// refused makes a file for each row of the table "Refused files" in docs/formats.md. The
// key is the first cell of the row.
func refused(t testing.TB) map[string][]byte {
	t.Helper()

	all := map[string][]byte{}

	for _, some := range []map[string][]byte{
		refusedKinds(t), refusedJPEGs(t), refusedPNGs(t), refusedWebPs(t), refusedHEIFs(t), refusedTIFFs(t), refusedBMPs(t),
	} {
		for name, file := range some {
			if _, twice := all[name]; twice {
				t.Fatalf("%q stands in two tables", name)
			}

			all[name] = file
		}
	}

	return all
}

// refusedKinds makes files of formats that are not read, and the GIFs.
func refusedKinds(t testing.TB) map[string][]byte {
	t.Helper()

	photo, drawn := encodeJPEG(t, lopsided(60, 40)), encodePNG(t, lopsided(60, 40))

	changed := func(file []byte, from, to string) []byte { return changedBytes(t, file, from, to) }
	chunk := func(kind, data string) string { return string(pngChunkOf(kind, data)) }
	gif := func(body string) []byte { return []byte("GIF89a\x04\x00\x04\x00\x80\x00\x00abcdef" + body) }
	image := ",\x00\x00\x00\x00\x04\x00\x04\x00\x00"
	isobmff := func(brand string) []byte { return []byte("\x00\x00\x00\x10ftyp" + brand + "\x00\x00\x00\x00") }

	return map[string][]byte{
		"an empty file": nil, "a text": []byte("hello, world"), "a web page": []byte("<html><svg></svg></html>"),
		"SVG": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "PDF": []byte("%PDF-1.7\n"), "PostScript": []byte("%!PS-Adobe-3.0\n"),
		"MP4": isobmff("isom"), "QuickTime": isobmff("qt  "), "WebM": []byte("\x1a\x45\xdf\xa3 and more"), "AVI": []byte("RIFF\x00\x00\x00\x00AVI LIST"),
		"camera raw data: CR2": []byte("II*\x00\x10\x00\x00\x00CR\x02\x00"), "camera raw data: CR3": isobmff("crx "),
		"camera raw data: RAF": []byte("FUJIFILMCCD-RAW 0201"), "camera raw data: RW2": []byte("IIU\x00\x18\x00\x00\x00"),
		"JPEG 2000": []byte("\x00\x00\x00\x0cjP  \r\n\x87\n"), "JPEG XL": []byte("\xff\x0a and more"), "JPEG XR": []byte("II\xbc\x01 and more"),
		"PSD": []byte("8BPS\x00\x01"), "OpenEXR": []byte("\x76\x2f\x31\x01\x02"), "ICO": []byte("\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00"),
		"BigTIFF": []byte("II+\x00\x08\x00\x00\x00"), "QOI": []byte("qoif\x00\x00"), "Netpbm": []byte("P6\n1 1\n255\nabc"),
		"camera raw data: IIQ": []byte("II*\x00\x00\x00\x00\x00IIII"), "camera raw data: ORF": []byte("IIRO\x08\x00\x00\x00"),
		"camera raw data: CRW": []byte("II\x1a\x00\x00\x00HEAPCCDR"), "camera raw data: MRW": []byte("\x00MRM and more"),
		"camera raw data: X3F": []byte("FOVb and more"), "Windows Media": []byte("\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
		"Flash video": []byte("FLV\x01 and more"), "MPEG": []byte("\x00\x00\x01\xba and more"), "Ogg": []byte("OggS\x00 and more"),
		"XCF": []byte("gimp xcf v011"), "a Windows cursor": []byte("\x00\x00\x02\x00\x01\x00\x10\x10\x00\x00"),
		"Radiance HDR": []byte("#?RADIANCE\n"), "DDS": []byte("DDS and more"), "DjVu": []byte("AT&TFORM and more"),
		"DICOM": append(make([]byte, 128), "DICM and more"...), "MNG": []byte("\x8aMNG\r\n\x1a\n"), "JNG": []byte("\x8bJNG\r\n\x1a\n"),
		"WMF": []byte("\xd7\xcd\xc6\x9a and more"), "PCX": []byte("\x0a\x05\x01\x08 and more"), "FITS": []byte("SIMPLE  =  T"),
		"DPX": []byte("SDPX and more"), "BPG": []byte("BPG\xfb and more"), "FLIF": []byte("FLIF and more"),
		"SGI": []byte("\x01\xda\x01\x01\x00\x03 and more"), "Sun raster": []byte("\x59\xa6\x6a\x95 and more"),
		"ICNS": []byte("icns and more"), "Paint Shop Pro": []byte("Paint Shop Pro Image File\n\x1a"), "MIFF": []byte("id=ImageMagick"),
		"JPEG of arithmetic coding":                 testdata(t, "arithmetic.jpg"),
		"JPEG, lossless":                            changed(photo, "\xff\xc0", "\xff\xc3"),
		"JPEG of 12 bits a sample":                  changed(photo, "\xff\xc0\x00\x11\x08", "\xff\xc1\x00\x11\x0c"),
		"JPEG cut before its end":                   photo[:len(photo)/2],
		"PNG as Xcode writes for iOS":               append([]byte("\x89PNG\r\n\x1a\n"), chunk("CgBI", "\x50\x00\x20\x02")...),
		"PNG with a critical chunk that is unknown": changed(drawn, chunk("IEND", ""), chunk("JDAT", "")+chunk("IEND", "")),
		"PNG whose header has a wrong checksum":     append(append(bytes.Clone(drawn[:29]), 1, 2, 3, 4), drawn[33:]...),
		"PNG cut before its last pixel":             drawn[:len(drawn)-30],
		"GIF cut before its last pixel":             gif(image + "\x02\x05\x04"),
		"GIF of a code that is not in its table":    gif(image + "\x02\x02\xff\xff\x00;"),
		"GIF without pixels":                        gif(image + "\x02\x00;"),
		"GIF of codes of more than 12 bits":         gif(image + "\x0c\x02\x00\x00\x00;"),
		"GIF without an image":                      gif(";"),
		"WebP that libwebp rejects":                 changed(testdata(t, "lossy-alpha.webp"), "ALPH\x28\x00\x00\x00\x01", "ALPH\x28\x00\x00\x00\x81"),
		"TIFF of JPEG":                              tiffOf(map[uint16]uint32{256: 8, 257: 8, 258: 8, 259: 7, 262: 6, 273: 100, 277: 1, 278: 8, 279: 64}),
		"TIFF in YCbCr":                             tiffOf(map[uint16]uint32{256: 8, 257: 8, 258: 8, 259: 1, 262: 6, 273: 100, 277: 3, 278: 8, 279: 192}),
		"TIFF in Lab":                               tiffOf(map[uint16]uint32{256: 8, 257: 8, 258: 8, 259: 1, 262: 8, 273: 100, 277: 3, 278: 8, 279: 192}),
		"TIFF of floating point":                    tiffOf(map[uint16]uint32{256: 8, 257: 8, 258: 16, 259: 1, 262: 1, 273: 100, 277: 1, 278: 8, 279: 128, 339: 3}),
		"an image of more than 360 MiB to decode":   []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00" + image + "\x02\x01\x00\x00;"),
	}
}

// pngChunkOf builds a PNG chunk.
func pngChunkOf(kind, data string) []byte {
	made := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), kind+data...)

	return binary.BigEndian.AppendUint32(made, crc32.ChecksumIEEE([]byte(kind+data)))
}

// TestRefusals_areThoseOfTheDocumentation checks that every row of the table "Refused
// files" in docs/formats.md has a file here, and that each file has a row. Each file must
// be rejected with the row's code, when its master or a variant is made.
func TestRefusals_areThoseOfTheDocumentation(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "docs", "formats.md"))
	if err != nil {
		t.Fatal(err)
	}

	_, section, found := strings.Cut(string(doc), "### Refused files\n")
	if !found {
		t.Fatal("no section of refused files")
	}

	section, _, _ = strings.Cut(section, "\n#")
	rows := regexp.MustCompile("(?m)^\\| ([^|]+) \\| `([A-Z_]+)` \\|$").FindAllStringSubmatch(section, -1)
	files, seen := refused(t), map[string]bool{}

	for _, row := range rows {
		if strings.Contains(row[1], "`max") {
			continue // This is a limit of a recipe, which the engine does not check.
		}

		seen[row[1]] = true

		file, ok := files[row[1]]
		if !ok {
			t.Errorf("the row %q has no file here", row[1])

			continue
		}

		if code := public(refusal(t, file)); code != row[2] {
			t.Errorf("%s: %q, the documentation has %s", row[1], code, row[2])
		}
	}

	for name := range files {
		if !seen[name] {
			t.Errorf("%q has no row in docs/formats.md", name)
		}
	}
}

// refusal returns the kind of error with which a file is rejected, or "".
func refusal(t *testing.T, file []byte) failure.Kind {
	t.Helper()

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err == nil {
		_, _, err = picture.Clean(context.Background(), info.Format, picture.Converted, bytes.NewReader(file), int64(len(file)))
	}

	if err == nil {
		_, err = picture.Process(context.Background(), file, asJPEG(50, 50))
	}

	return failure.KindOf(err)
}

// public converts a kind to the rejection code that users see: "NotAnImage" becomes
// "NOT_AN_IMAGE".
func public(kind failure.Kind) string {
	return strings.ToUpper(regexp.MustCompile(`\B[A-Z]`).ReplaceAllString(string(kind), "_$0"))
}
