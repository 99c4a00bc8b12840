package bitstream_test

import (
	"encoding/hex"
	"errors"
	"testing"

	"triptych/picture/metadata/bitstream"
)

func bytesOf(t testing.TB, text string) []byte {
	t.Helper()

	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}

	return data
}

// x265 has sequence parameter sets that x265 wrote for 64 × 48 pixels. The options of
// x265, and so the expected results, are known.
var x265 = map[string]struct {
	unit string
	want bitstream.Picture
}{
	"4:2:0": {
		"4201010370000003009000000300000300ffa02083165baabc2e0100000303e800000303e80800",
		bitstream.Picture{Width: 64, Height: 48, HalfWidth: true, HalfHeight: true, Depth: 8, DepthOfColor: 8},
	},
	"4:4:4": {
		"4201010408000003009e380000030000ff90041062cb755785c02000007d000003007d0100",
		bitstream.Picture{Width: 64, Height: 48, Depth: 8, DepthOfColor: 8},
	},
	"4:2:2": {
		"4201010408000003009d380000030000ffb02083165baabc2e0100000303e800000303e80800",
		bitstream.Picture{Width: 64, Height: 48, HalfWidth: true, Depth: 8, DepthOfColor: 8},
	},
	"4:2:0 of 10 bits": {
		"4201010408000003009db80000030000ffa020831365baabc2e01000003e8000003e808000",
		bitstream.Picture{Width: 64, Height: 48, HalfWidth: true, HalfHeight: true, Depth: 10, DepthOfColor: 10},
	},
}

// configured builds an hvcC with one parameter set.
func configured(unit []byte) []byte {
	config := make([]byte, 23, 23+5+len(unit))
	config[21], config[22] = 3, 1

	return append(append(config, 33, 0, 1, byte(len(unit)>>8), byte(len(unit))), unit...)
}

func TestHEVC_parameterSets(t *testing.T) {
	for name, c := range x265 {
		unit := bytesOf(t, c.unit)
		c.want.Primaries, c.want.Transfer, c.want.Matrix = bitstream.Unspecified, bitstream.Unspecified, bitstream.Unspecified

		got, err := bitstream.HEVC(configured(unit), nil)
		if err != nil || got != c.want {
			t.Errorf("%s in hvcC: %+v, %v", name, got, err)
		}

		got, err = bitstream.HEVC(make([]byte, 22), append([]byte{byte(len(unit))}, unit...))
		if err != nil || got != c.want {
			t.Errorf("%s in the data: %+v, %v", name, got, err)
		}

		for length := range len(unit) / 2 {
			if _, err := bitstream.HEVC(configured(unit[:length]), nil); !errors.Is(err, bitstream.ErrHeader) {
				t.Errorf("%s cut to %d bytes: %v", name, length, err)
			}
		}
	}
}

// TestAV1_sequenceHeaders reads sequence headers of avifenc: those of a reduced still
// picture, and one of a sequence. The expected values are those that avifdec shows.
func TestAV1_sequenceHeaders(t *testing.T) {
	for text, want := range map[string]bitstream.Picture{
		"0a093819bfdf61010d0690":           {Width: 128, Height: 96, Depth: 8, Primaries: 1, Transfer: 13, Matrix: 6, FullRange: true},
		"0a09381da7efb380868348":           {Width: 160, Height: 96, Depth: 10, Primaries: 1, Transfer: 13, Matrix: 6, FullRange: true},
		"0a09381da7efb286068348":           {Width: 160, Height: 96, Depth: 8, Primaries: 12, Transfer: 13, Matrix: 6, FullRange: true},
		"0a0e0000000c47cece6d7c8808683020": {Width: 500, Height: 360, HalfWidth: true, HalfHeight: true, Depth: 8, Primaries: 1, Transfer: 13, Matrix: 6},
	} {
		want.Signal, want.DepthOfColor = true, want.Depth

		units := bytesOf(t, text)

		for name, read := range map[string]func() (bitstream.Picture, error){
			"in av1C": func() (bitstream.Picture, error) { return bitstream.AV1(append(make([]byte, 4), units...), nil) },
			"in the data": func() (bitstream.Picture, error) {
				return bitstream.AV1(make([]byte, 4), append([]byte{0x12, 0}, units...))
			},
		} {
			if got, err := read(); err != nil || got != want {
				t.Errorf("%s %s: %+v, %v; want %+v", text, name, got, err, want)
			}
		}

		if _, err := bitstream.AV1(nil, append([]byte{0x0a, 2}, units[2:4]...)); !errors.Is(err, bitstream.ErrHeader) {
			t.Errorf("%s cut: %v", text, err)
		}
	}
}

// FuzzHeaders reads any headers. It checks that nothing panics and that sizes are above
// zero.
func FuzzHeaders(f *testing.F) {
	for _, c := range x265 {
		f.Add(configured(bytesOf(f, c.unit)), []byte{})
		f.Add(make([]byte, 22), append([]byte{0, 0, 0, 39}, bytesOf(f, c.unit)...))
	}

	f.Add([]byte{0x81, 0, 0, 0, 0x0a, 6, 0x18, 0x15, 0x7f, 0x78, 0, 0x20}, []byte{0x12, 0, 0x0a, 6, 0x18, 0x15, 0x7f, 0x78, 0, 0x20})

	f.Fuzz(func(t *testing.T, config, data []byte) {
		for _, read := range []func([]byte, []byte) (bitstream.Picture, error){bitstream.HEVC, bitstream.AV1} {
			picture, err := read(config, data)
			if err == nil && (picture.Width <= 0 || picture.Height <= 0 || picture.Depth < 8 || picture.Depth > 16) {
				t.Errorf("%+v", picture)
			}
		}
	})
}
