package metadata_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// orientationAs builds a TIFF file of one entry, the orientation, in the given type.
func orientationAs(order byteOrder, kind uint16, value int) []byte {
	file := tiffFile(order, false, tag{id: 0x0112})
	order.PutUint16(file[12:], kind)
	clear(file[18:22])

	switch kind {
	case 1, 6:
		file[18] = byte(value)
	case 3, 8:
		order.PutUint16(file[18:], uint16(value))
	default:
		order.PutUint32(file[18:], uint32(value))
	}

	return file
}

// carriers returns a file with the EXIF block for each format that can hold EXIF.
func carriers(t *testing.T, block []byte) map[string][]byte {
	t.Helper()

	return map[string][]byte{
		"JPEG": join(soi, exifSegment(block), jpegBody(t)),
		"PNG":  pngFile(t, pngChunk("eXIf", string(block)), nil),
		"WebP": riff(vp8x(1<<3, 24, 16), lossless(24, 16), riffChunk("EXIF", string(block))),
	}
}

func TestOrientationOfAnyIntegerType(t *testing.T) {
	for _, order := range []byteOrder{binary.LittleEndian, binary.BigEndian} {
		for kind, name := range map[uint16]string{1: "BYTE", 3: "SHORT", 4: "LONG", 6: "SBYTE", 8: "SSHORT", 9: "SLONG"} {
			for _, value := range []int{6, 8, 0, 9, -1, 262} {
				want := 1
				if value >= 1 && value <= 8 || value == 262 && (kind == 1 || kind == 6) { // 262 in a byte is 6.
					want = value & 255
				}

				for format, file := range carriers(t, orientationAs(order, kind, value)) {
					t.Run(fmt.Sprint(format, order, name, value), func(t *testing.T) {
						info, err := inspect(file)
						if err != nil || info.Orientation != want {
							t.Errorf("inspected: %d, %v; want %d", info.Orientation, err, want)
						}

						clean, _, err := sanitize(t, file)
						if err != nil {
							t.Fatal(err)
						}

						if info, err := inspect(clean); err != nil || info.Orientation != want {
							t.Errorf("sanitized: %d, %v; want %d", info.Orientation, err, want)
						}
					})
				}
			}
		}
	}
}

// TestOrientationOfOtherTypes checks that an orientation of another type, or of more than
// one value, is ignored.
func TestOrientationOfOtherTypes(t *testing.T) {
	two := orientationAs(binary.BigEndian, 3, 6)
	two[17] = 2

	for name, block := range map[string][]byte{
		"ASCII": orientationAs(binary.BigEndian, 2, 6), "RATIONAL": orientationAs(binary.BigEndian, 5, 6),
		"two values": two, "an unknown type": orientationAs(binary.BigEndian, 77, 6),
	} {
		for format, file := range carriers(t, block) {
			if info, err := inspect(file); err != nil || info.Orientation != 1 {
				t.Errorf("%s in %s: %d, %v", name, format, info.Orientation, err)
			}
		}
	}
}

// TestEXIF_tolerance checks that defects that Pillow and exiftool accept are accepted.
func TestEXIF_tolerance(t *testing.T) {
	block := string(orientationAs(binary.BigEndian, 3, 6))
	little := string(orientationAs(binary.LittleEndian, 3, 6))

	for name, block := range map[string]string{
		"JPEG's prefix":                  "Exif\x00\x00" + block,
		"JPEG's prefix twice":            "Exif\x00\x00Exif\x00\x00" + block,
		"42 in the other byte order":     "MM\x2a\x00" + block[4:],
		"42 in the other byte order, II": "II\x00\x2a" + little[4:],
		"a directory that is cut":        block[:22],
		"more entries than there are":    strings.Replace(block, "\x00\x01\x01\x12", "\x00\x09\x01\x12", 1),
		"a next directory after the end": block[:22] + "\x7f\xff\xff\xff",
	} {
		t.Run(name, func(t *testing.T) {
			for format, file := range carriers(t, []byte(block)) {
				if info, err := inspect(file); err != nil || info.Orientation != 6 {
					t.Errorf("%s: %d, %v", format, info.Orientation, err)
				}
			}
		})
	}
}
