package heif_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff/bmfftest"
)

// av1C returns the configuration of an image of 64 × 48 pixels in 4:2:0 and the limited
// range: a reduced still picture header of profile 0.
func av1C() bmfftest.Property {
	// 000 1 1, 00000 level, 0101 0101 bits of the size, 63, 47, 6 flags, 0 depth, 0 gray,
	// 0 no description, 0 limited range.
	header := []byte{0b00011000, 0b00010101, 0b01111111, 0b01111000, 0b00000000, 0b00100000}

	return bmfftest.Property{Kind: "av1C", Essential: true, Data: append([]byte{0x81, 0, 0x0c, 0, 0x0a, byte(len(header))}, header...)}
}

// coded returns an item of a coded image.
func coded(extra ...bmfftest.Property) bmfftest.Item {
	return bmfftest.Item{
		Kind: "av01", Data: []byte("not decoded here"),
		Properties: append([]bmfftest.Property{av1C(), bmfftest.Size(64, 48)}, extra...),
	}
}

func inspected(t *testing.T, file []byte) metadata.Info {
	t.Helper()

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}

	return info
}

func TestInspect_HEIF_everyFormOfTheBoxes(t *testing.T) {
	items := []bmfftest.Item{coded(bmfftest.NCLX(12, 13, 9, true), bmfftest.Turn(1)), coded(), coded()}

	for name, file := range map[string]bmfftest.File{
		"plain":                       {},
		"long numbers":                {LongIDs: true},
		"long indices":                {LongIndices: true},
		"an ipma for each item":       {EachIpma: true},
		"an ipma for each item, long": {EachIpma: true, LongIndices: true},
		"iloc 1":                      {Iloc: 1},
		"iloc 2":                      {Iloc: 2},
		"idat":                        {Inline: true},
		"two extents":                 {Halves: true},
		"meta last":                   {MetaLast: true},
	} {
		t.Run(name, func(t *testing.T) {
			file.Items = items
			info := inspected(t, file.Bytes())

			want := metadata.Coding{Primaries: 12, Transfer: 13, Matrix: 9, FullRange: true}
			if info.Width != 64 || info.Height != 48 || info.Orientation != 8 || info.Coding != want || info.Format != metadata.AVIF {
				t.Errorf("%+v", info)
			}
		})
	}
}

func TestInspect_HEIF_transformationsInTheirOrder(t *testing.T) {
	clap := bmfftest.Aperture(20, 1, 10, 1, 4, 1, -3, 1)

	for name, c := range map[string]struct {
		properties                 []bmfftest.Property
		width, height, orientation int
	}{
		"crop":                        {[]bmfftest.Property{clap}, 20, 10, 1},
		"crop, then turn":             {[]bmfftest.Property{clap, bmfftest.Turn(1)}, 20, 10, 8},
		"turn, then crop":             {[]bmfftest.Property{bmfftest.Turn(1), clap}, 10, 20, 8},
		"turn, mirror":                {[]bmfftest.Property{bmfftest.Turn(1), bmfftest.Mirror(1)}, 64, 48, 7},
		"mirror, turn":                {[]bmfftest.Property{bmfftest.Mirror(1), bmfftest.Turn(1)}, 64, 48, 5},
		"twice":                       {[]bmfftest.Property{bmfftest.Turn(1), bmfftest.Turn(3)}, 64, 48, 1},
		"fractions":                   {[]bmfftest.Property{bmfftest.Aperture(41, 2, 21, 2, 0, 1, 0, 1)}, 21, 11, 1},
		"a crop of a crop":            {[]bmfftest.Property{clap, bmfftest.Aperture(5, 1, 5, 1, 0, 1, 0, 1)}, 5, 5, 1},
		"a crop from before the edge": {[]bmfftest.Property{bmfftest.Aperture(61, 1, 45, 1, -4, 1, -4, 1)}, 59, 43, 1},
		"a crop beyond the image":     {[]bmfftest.Property{bmfftest.Aperture(60, 1, 48, 1, 10, 1, 0, 1)}, 52, 48, 1},
	} {
		t.Run(name, func(t *testing.T) {
			file := bmfftest.File{Items: []bmfftest.Item{coded(c.properties...)}}
			if info := inspected(t, file.Bytes()); info.Width != c.width || info.Height != c.height || info.Orientation != c.orientation {
				t.Errorf("%d × %d, orientation %d; want %d × %d, %d",
					info.Width, info.Height, info.Orientation, c.width, c.height, c.orientation)
			}
		})
	}
}

func TestInspect_HEIF_brands(t *testing.T) {
	for _, major := range []string{"mif1", "mif2", "msf1", "miaf", "MiHE", "1pic", "heic", "heix", "hevc", "heim", "heis", "avif", "avis", "????"} {
		for _, compatible := range [][]string{{"mif1"}, {"mif1", "heic"}, {"miaf", "avif"}} {
			file := bmfftest.File{Major: major, Compatible: compatible, Items: []bmfftest.Item{coded()}}
			if info := inspected(t, file.Bytes()); info.Format != metadata.AVIF { // The coding of the image decides.
				t.Errorf("%s, %v: %s", major, compatible, info.Format)
			}
		}
	}

	video := bmfftest.File{Major: "isom", Compatible: []string{"mp42"}, Items: []bmfftest.Item{coded()}}
	if _, err := metadata.Inspect(bytes.NewReader(video.Bytes()), int64(len(video.Bytes()))); !failure.Is(err, failure.UnsupportedFormat) {
		t.Errorf("a video: %v", err)
	}
}

// tiled builds an image of columns × rows tiles of the given size.
func tiled(columns, rows, width, height int) []byte {
	file := bmfftest.File{LongIndices: true, Items: []bmfftest.Item{{
		Kind: "grid", Data: bmfftest.Grid(columns, rows, columns*width, rows*height),
		Properties: []bmfftest.Property{bmfftest.Size(columns*width, rows*height)},
	}}}

	var tiles []uint32

	for i := range columns * rows {
		tiles = append(tiles, uint32(i+2))
		file.Items = append(file.Items, bmfftest.Item{
			Kind: "av01", Data: []byte("!"), Properties: []bmfftest.Property{av1C(), bmfftest.Size(width, height)},
		})
	}

	file.References = []bmfftest.Reference{{Kind: "dimg", From: 1, To: tiles}}

	return file.Bytes()
}

func TestInspect_HEIF_costOfTiles(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		code failure.Kind
	}{
		"a phone's 12 megapixels":      {tiled(8, 6, 512, 512), ""},
		"a phone's 48 megapixels":      {tiled(16, 12, 512, 512), ""},
		"48 megapixels of small tiles": {tiled(32, 16, 256, 256), ""},
		"a few small tiles":            {tiled(8, 8, 64, 64), ""},
		"many small tiles":             {tiled(13, 5, 64, 64), failure.TooManyPixels},
		"thousands of tiles":           {tiled(50, 60, 64, 64), failure.TooManyPixels},
		"too many tiles":               {tiled(27, 19, 512, 512), failure.TooManyPixels},
	} {
		_, err := metadata.Inspect(bytes.NewReader(c.file), int64(len(c.file)))
		if failure.KindOf(err) != c.code {
			t.Errorf("%s: got %v, want %q", name, err, c.code)
		}
	}

	// A small crop of a far larger image.
	crop := bmfftest.File{Items: []bmfftest.Item{coded()}}
	crop.Items[0].Properties = []bmfftest.Property{
		av1C(), bmfftest.Size(16384, 16384), bmfftest.Aperture(10, 1, 10, 1, 0, 1, 0, 1),
	}

	if _, err := metadata.Inspect(bytes.NewReader(crop.Bytes()), int64(len(crop.Bytes()))); !failure.Is(err, failure.TooManyPixels) {
		t.Errorf("a crop of 268 megapixels: %v", err)
	}
}

// TestCarried_HEIF checks that Carried names what the master of a HEIC loses: its
// metadata and its gain map.
func TestCarried_HEIF(t *testing.T) {
	exif := bmfftest.Item{Kind: "Exif", Data: []byte("!")}
	xmp := bmfftest.Item{Kind: "mime", MIME: "application/rdf+xml", Data: []byte("!")}
	apple := coded(bmfftest.Auxiliary("urn:com:apple:photo:2020:aux:hdrgainmap"))
	depth := coded(bmfftest.Auxiliary("urn:mpeg:hevc:2015:auxid:2"))
	iso := bmfftest.Item{Kind: "tmap", Data: []byte("!")}

	for name, c := range map[string]struct {
		items []bmfftest.Item
		want  string
	}{
		"nothing":                 {nil, ""},
		"EXIF and XMP":            {[]bmfftest.Item{exif, xmp}, "exif xmp"},
		"Apple's gain map":        {[]bmfftest.Item{apple, exif}, "exif gainmap"},
		"ISO's gain map":          {[]bmfftest.Item{iso}, "gainmap"},
		"depth is not a gain map": {[]bmfftest.Item{depth}, ""},
	} {
		file := bmfftest.File{Items: append([]bmfftest.Item{coded()}, c.items...)}
		data := file.Bytes()

		got, err := metadata.Carried(bytes.NewReader(data), int64(len(data)))
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, %v", name, got, err)
		}

		for _, kind := range got {
			if !slices.Contains(metadata.Kinds(), kind) {
				t.Errorf("%s is not in Kinds", kind)
			}
		}
	}
}

func TestInspect_HEIF_rejections(t *testing.T) {
	turned := bmfftest.File{Items: []bmfftest.Item{
		{Kind: "grid", Data: bmfftest.Grid(1, 1, 64, 48), Properties: []bmfftest.Property{bmfftest.Size(64, 48)}}, coded(bmfftest.Turn(1)),
	}, References: []bmfftest.Reference{{Kind: "dimg", From: 1, To: []uint32{2}}}}
	ring := bmfftest.File{Items: []bmfftest.Item{{Kind: "iden"}, {Kind: "iden"}}, References: []bmfftest.Reference{
		{Kind: "dimg", From: 1, To: []uint32{2}}, {Kind: "dimg", From: 2, To: []uint32{1}},
	}}
	lacking := bmfftest.File{Items: turned.Items[:1], References: []bmfftest.Reference{{Kind: "dimg", From: 1, To: []uint32{9}}}}
	cut := (&bmfftest.File{Items: turned.Items[:1]}).Bytes()

	for name, c := range map[string]struct {
		file []byte
		code failure.Kind
	}{
		"a tile that is turned": {turned.Bytes(), failure.UnsupportedFormat},
		"a ring of identities":  {ring.Bytes(), failure.Corrupt},
		"a missing tile":        {lacking.Bytes(), failure.Corrupt},
		"a grid that is cut":    {cut[:len(cut)-4], failure.Truncated},
		"an overlay":            {(&bmfftest.File{Items: []bmfftest.Item{{Kind: "iovl"}}}).Bytes(), failure.UnsupportedFormat},
		"division by zero": {
			(&bmfftest.File{Items: []bmfftest.Item{coded(bmfftest.Aperture(1, 0, 1, 1, 0, 1, 0, 1))}}).Bytes(), failure.Corrupt,
		},
		"a crop of nothing": {
			(&bmfftest.File{Items: []bmfftest.Item{coded(bmfftest.Aperture(10, 1, 10, 1, 90, 1, 0, 1))}}).Bytes(), failure.Corrupt,
		},
	} {
		if _, err := metadata.Inspect(bytes.NewReader(c.file), int64(len(c.file))); failure.KindOf(err) != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}
