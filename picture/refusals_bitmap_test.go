package picture_test

import (
	"bytes"
	"encoding/binary"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/tiff"
)

// changedBytes replaces bytes in a file, and fails if they are not there.
func changedBytes(t testing.TB, file []byte, from, to string) []byte {
	t.Helper()

	if !bytes.Contains(file, []byte(from)) {
		t.Fatalf("no %q in a file of %d bytes", from, len(file))
	}

	return bytes.Replace(file, []byte(from), []byte(to), 1)
}

// tiffOf builds a TIFF whose directory has an entry of a LONG for each tag and value. The
// pixels are 500 zero bytes after the directory, which start at byte 200 at the latest.
func tiffOf(tags map[uint16]uint32) []byte {
	made := append([]byte("II*\x00\x08\x00\x00\x00"), byte(len(tags)), byte(len(tags)>>8))

	for tag := range uint16(0xffff) {
		if value, there := tags[tag]; there {
			made = binary.LittleEndian.AppendUint16(made, tag)
			made = append(made, 4, 0, 1, 0, 0, 0)
			made = binary.LittleEndian.AppendUint32(made, value)
		}
	}

	return append(append(made, 0, 0, 0, 0), make([]byte, 500)...)
}

// grayTIFF builds a TIFF of 8 × 8 gray pixels by tiffOf. The tags in others are added to
// its tags, or replace them.
func grayTIFF(others map[uint16]uint32) []byte {
	tags := map[uint16]uint32{256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 273: 200, 277: 1, 278: 8, 279: 64}
	maps.Copy(tags, others)

	return tiffOf(tags)
}

func refusedTIFFs(t testing.TB) map[string][]byte {
	t.Helper()

	packed := encodeTIFF(t, lopsided(60, 40), tiff.Deflate)
	plain := encodeTIFF(t, lopsided(60, 40), tiff.Uncompressed)
	damaged := bytes.Clone(packed)
	copy(damaged[8:], "\xff\xff\xff\xff")

	without := func(tag uint16) []byte {
		file := grayTIFF(map[uint16]uint32{262: 3})

		return changedBytes(t, file, string(binary.LittleEndian.AppendUint16(nil, tag))+"\x04\x00\x01\x00\x00\x00", "\xff\xff\x04\x00\x01\x00\x00\x00")
	}

	// BitsPerSample has three SHORTs at byte 200.
	differentBits := changedBytes(t, grayTIFF(map[uint16]uint32{258: 200, 262: 2, 273: 300, 277: 3, 279: 192}),
		"\x02\x01\x04\x00\x01\x00\x00\x00", "\x02\x01\x03\x00\x03\x00\x00\x00")
	copy(differentBits[200:], "\x05\x00\x06\x00\x05\x00")

	type tags = map[uint16]uint32

	return map[string][]byte{
		"camera raw data: DNG":                                      grayTIFF(tags{50706: 0x401}),
		"camera raw data: a color filter array in a TIFF":           grayTIFF(tags{262: 32803}),
		"TIFF of WebP":                                              grayTIFF(tags{259: 50001}),
		"TIFF of LZMA, or of another unsupported compression":       grayTIFF(tags{259: 34925}),
		"TIFF of JPEG by TIFF 6.0, section 22":                      grayTIFF(tags{259: 6, 262: 6}),
		"TIFF of a fax in color":                                    grayTIFF(tags{259: 4}),
		"TIFF of signed samples":                                    grayTIFF(tags{339: 2}),
		"TIFF of 32 bits a sample":                                  grayTIFF(tags{258: 32, 279: 256}),
		"TIFF whose samples have different bits":                    differentBits,
		"TIFF with a predictor for other than 8 or 16 bits":         grayTIFF(tags{258: 4, 259: 5, 317: 2}),
		"TIFF with a predictor of floating point":                   grayTIFF(tags{259: 8, 317: 3}),
		"TIFF of more than 16 samples a pixel":                      grayTIFF(tags{277: 17}),
		"TIFF with a palette of more than 256 colors":               grayTIFF(tags{258: 16, 262: 3}),
		"TIFF of separations other than CMYK":                       grayTIFF(tags{262: 5, 277: 4, 332: 2}),
		"TIFF of an unknown photometric interpretation":             grayTIFF(tags{262: 99}),
		"TIFF of a width of 0":                                      grayTIFF(tags{256: 0}),
		"TIFF whose width has two values":                           testdata(t, filepath.Join("hostile", "tiff-count2-small.tif")),
		"TIFF with tiles of a width of 0":                           grayTIFF(tags{323: 16}),
		"TIFF of fewer samples than its colors need":                grayTIFF(tags{262: 2}),
		"TIFF of fewer strips than its rows need":                   grayTIFF(tags{278: 4}),
		"TIFF with a palette and no color map":                      grayTIFF(tags{262: 3}),
		"TIFF without the offsets of its strips":                    without(273),
		"TIFF without directory entries":                            tiffOf(nil),
		"TIFF of more than 4,096 directory entries":                 append([]byte("II*\x00\x08\x00\x00\x00\x01\x10"), make([]byte, 60_000)...),
		"TIFF with damaged compressed data":                         damaged,
		"TIFF with compressed data that ends before the last pixel": grayTIFF(tags{259: 32773, 279: 8}),
		"TIFF whose strips are after its end":                       grayTIFF(tags{273: 100_000}),
		"TIFF cut before its directory":                             plain[:len(plain)-100],
		"TIFF cut before its last pixel":                            grayTIFF(tags{256: 80, 279: 640}),
	}
}

// bmpOf builds a BMP with a header of 40 bytes or more. The fields after the height are
// planes, bits and compression. 200 zero bytes follow the header.
func bmpOf(header, width, height, bits, packing int) []byte {
	made := binary.LittleEndian.AppendUint32([]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00"), uint32(14+header+1024))
	made = binary.LittleEndian.AppendUint32(made, uint32(header))
	made = binary.LittleEndian.AppendUint32(made, uint32(width))
	made = binary.LittleEndian.AppendUint32(made, uint32(height))
	made = binary.LittleEndian.AppendUint16(append(made, 1, 0), uint16(bits))
	made = binary.LittleEndian.AppendUint32(made, uint32(packing))

	return append(made, make([]byte, 14+header-len(made)+1024+200)...)
}

func refusedBMPs(t testing.TB) map[string][]byte {
	t.Helper()

	masks := bmpOf(108, 4, 4, 32, 3)
	copy(masks[14+40:], "\x01\x00\xff\x00\x00\xff\x00\x00\xff\x00\x00\x00")

	runs := bmpOf(40, 4, 4, 8, 1)

	return map[string][]byte{
		"BMP of JPEG":                          bmpOf(40, 4, 4, 0, 4),
		"BMP of PNG":                           bmpOf(40, 4, 4, 0, 5),
		"BMP of OS/2's fax":                    bmpOf(64, 4, 4, 1, 3),
		"BMP of OS/2's run lengths of 24 bits": bmpOf(64, 4, 4, 24, 4),
		"BMP of 3 bits a pixel":                bmpOf(40, 4, 4, 3, 0),
		"BMP with a color mask that has gaps":  masks,
		"BMP of a width of 0":                  bmpOf(40, 0, 4, 8, 0),
		"BMP with a header of an unknown size": bmpOf(41, 4, 4, 8, 0),
		"BMP cut in its header":                bmpOf(40, 4, 4, 8, 0)[:40],
		"BMP cut before its last pixel":        bmpOf(40, 100, 100, 8, 0),
		"BMP cut in its run lengths":           runs[:14+40+1024+1],
	}
}

func refusedWebPs(t testing.TB) map[string][]byte {
	t.Helper()

	lossy := testdata(t, "lossy.webp")
	picture := lossy[12:]
	small := bytes.Clone(lossy)
	copy(small[4:], "\x04\x00\x00\x00")

	beyond := bytes.Clone(lossy)
	binary.LittleEndian.PutUint32(beyond[16:], uint32(len(lossy)))

	return map[string][]byte{
		"WebP whose size is too small for an image":                small,
		"WebP cut before its end":                                  lossy[:len(lossy)-20],
		"WebP with a chunk that goes beyond its end":               beyond,
		"WebP that begins with another chunk than VP8X, VP8, VP8L": riff(riffChunk("EXIF", "data"), picture),
		"WebP with a second VP8X":                                  riff(vp8x(0, 64, 48), vp8x(0, 64, 48), picture),
		"WebP with a canvas of 4 gigapixels":                       riff(vp8x(0, 1<<24, 1<<24), picture),
		"WebP without an image":                                    riff(vp8x(0, 64, 48)),
		"WebP with alpha after its image":                          riff(vp8x(1<<4, 64, 48), picture, riffChunk("ALPH", "\x00data")),
		"WebP whose image is not as large as its canvas":           riff(vp8x(0, 64, 40), picture),
		"WebP whose VP8 frame is not a key frame":                  changedBytes(t, lossy, "\x9d\x01\x2a", "\x9d\x01\x2b"),
		"WebP of VP8L of an unknown version":                       riff(riffChunk("VP8L", "\x2f\x00\x00\x00\xe0data")),
		"WebP whose frame goes beyond its canvas":                  animationOf(t, "lossy.webp", 40, 40, 0, 0),
	}
}

func refusedPNGs(t testing.TB) map[string][]byte {
	t.Helper()

	const signature = "\x89PNG\r\n\x1a\n"

	png := func(chunks ...[]byte) []byte { return append([]byte(signature), bytes.Join(chunks, nil)...) }
	header := func(data string) []byte { return chunk("IHDR", data) }
	gray := header("\x00\x00\x00\x04\x00\x00\x00\x04\x08\x00\x00\x00\x00")
	indexed := header("\x00\x00\x00\x04\x00\x00\x00\x04\x08\x03\x00\x00\x00")
	pixels, end := chunk("IDAT", deflate(t, strings.Repeat("\x00abcd", 4))), chunk("IEND", "")

	wrong := chunk("PLTE", "abcdef")
	wrong[len(wrong)-1]++

	long := chunk("abCD", "")
	copy(long, "\xff\xff\xff\xff")

	return map[string][]byte{
		"PNG of a width of 0":                           png(header("\x00\x00\x00\x00\x00\x00\x00\x04\x08\x00\x00\x00\x00"), pixels, end),
		"PNG of an unknown color type":                  png(header("\x00\x00\x00\x04\x00\x00\x00\x04\x08\x05\x00\x00\x00"), pixels, end),
		"PNG of an unknown compression or interlacing":  png(header("\x00\x00\x00\x04\x00\x00\x00\x04\x08\x00\x00\x00\x02"), pixels, end),
		"PNG that begins with another chunk than IHDR":  png(chunk("gAMA", "\x00\x00\xb1\x8f"), gray, pixels, end),
		"PNG with a second header":                      png(gray, gray, pixels, end),
		"PNG without image data":                        png(gray, end),
		"PNG with a chunk of 4 gigabytes":               png(gray, long, pixels, end),
		"PNG with more than 4,096 chunks before pixels": png(gray, bytes.Repeat(chunk("tEXt", "a\x00b"), 4096), pixels, end),
		"PNG with a palette and no PLTE":                png(indexed, pixels, end),
		"PNG with a palette of 7 bytes":                 png(indexed, chunk("PLTE", "abcdefg"), pixels, end),
		"PNG whose palette has a wrong checksum":        png(indexed, wrong, pixels, end),
		"PNG of an unknown filter":                      png(gray, chunk("IDAT", deflate(t, strings.Repeat("\x05abcd", 4))), end),
		"PNG with damaged image data":                   png(gray, chunk("IDAT", "not deflated"), end),
		"PNG of fewer pixels than its header says":      png(gray, chunk("IDAT", deflate(t, strings.Repeat("\x00abcd", 3))), end),
		"PNG whose image data goes beyond its end":      png(gray, pixels[:len(pixels)-5]),
	}
}

func refusedJPEGs(t testing.TB) map[string][]byte {
	t.Helper()

	photo := encodeJPEG(t, lopsided(60, 40))
	frame := bytes.Index(photo, []byte("\xff\xc0"))
	scan := bytes.Index(photo, []byte("\xff\xda"))
	header := photo[frame : frame+2+17]
	inserted := func(at int, segment string) []byte {
		return bytes.Join([][]byte{photo[:at], []byte(segment), photo[at:]}, nil)
	}

	damaged := bytes.Clone(photo)
	copy(damaged[scan+30:], strings.Repeat("\xfe", 60))

	return map[string][]byte{
		"JPEG-LS":                                                changedBytes(t, photo, "\xff\xc0", "\xff\xf7"),
		"JPEG, hierarchical":                                     changedBytes(t, photo, "\xff\xc0", "\xff\xc5"),
		"JPEG of two components":                                 changedBytes(t, photo, string(header), "\xff\xc0\x00\x0e"+string(header[4:9])+"\x02\x01\x11\x00\x02\x11\x01"),
		"JPEG of a width of 0":                                   changedBytes(t, photo, string(header[:9]), string(header[:7])+"\x00\x00"),
		"JPEG with a frame header of wrong length":               changedBytes(t, photo, "\xff\xc0\x00\x11", "\xff\xc0\x00\x10"),
		"JPEG with sampling factors of 0":                        changedBytes(t, photo, string(header[:12]), string(header[:11])+"\x00"),
		"JPEG with a second frame header":                        inserted(scan, string(header)),
		"JPEG with a scan before its frame header":               append(append(bytes.Clone(photo[:frame]), photo[scan:]...), photo[frame:scan]...),
		"JPEG that ends before its first scan":                   inserted(scan, "\xff\xd9"),
		"JPEG with a segment of a length of 1":                   inserted(2, "\xff\xfe\x00\x01"),
		"JPEG of more than 4,096 segments before its first scan": append(append([]byte("\xff\xd8"), bytes.Repeat([]byte("\xff\xfe\x00\x03a"), 4097)...), photo[2:]...),
		"JPEG with damaged pixels":                               damaged,
		"JPEG with a marker within a scan":                       inserted(scan+60, "\xff\xc4"),
	}
}
