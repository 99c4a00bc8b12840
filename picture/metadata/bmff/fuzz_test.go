package bmff_test

import (
	"bytes"
	"image"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/metadata/bmff"
	"triptych/picture/metadata/bmff/bmfftest"
)

// FuzzOpen reads any file. All errors must be rejections. A layout must have all its
// tiles, a placement must lie in the image, and no item may be longer than the file.
func FuzzOpen(f *testing.F) {
	coded := bmfftest.Item{Kind: "hvc1", Data: []byte("pixels"), Properties: []bmfftest.Property{
		bmfftest.Size(64, 48), bmfftest.NCLX(1, 13, 6, false), bmfftest.Turn(1), bmfftest.Aperture(41, 2, 21, 2, 1, 2, -1, 2),
	}}
	tile := bmfftest.Item{Kind: "av01", Data: []byte("tile"), Properties: []bmfftest.Property{bmfftest.Size(64, 48)}}
	alpha := bmfftest.Item{Kind: "av01", Data: []byte("alpha"), Properties: []bmfftest.Property{
		bmfftest.Size(64, 48), bmfftest.Auxiliary("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"),
	}}
	grid := bmfftest.Item{Kind: "grid", Data: bmfftest.Grid(2, 1, 100, 48), Properties: []bmfftest.Property{bmfftest.Mirror(0)}}

	for _, file := range []bmfftest.File{
		{Items: []bmfftest.Item{coded}}, {Items: []bmfftest.Item{coded}, LongIDs: true}, {Items: []bmfftest.Item{coded}, Inline: true},
		{Items: []bmfftest.Item{coded, alpha}, EachIpma: true, LongIndices: true, Halves: true, Iloc: 1},
		{Items: []bmfftest.Item{grid, tile, tile, alpha}, References: []bmfftest.Reference{
			{Kind: "dimg", From: 1, To: []uint32{2, 3}}, {Kind: "auxl", From: 4, To: []uint32{1}},
		}},
		{Items: []bmfftest.Item{{Kind: "iden"}, coded}, References: []bmfftest.Reference{{Kind: "dimg", From: 1, To: []uint32{2}}}},
	} {
		f.Add(file.Bytes())
	}

	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := bmff.Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			isFault(t, err)

			return
		}

		for _, item := range file.Items() {
			item.NCLX()
			item.Profile()
			item.Light()
			item.Auxiliary()

			read, err := file.Read(item, 1<<20)
			if isFault(t, err); len(read) > len(data) {
				t.Errorf("an item of %d bytes in a file of %d", len(read), len(data))
			}
		}

		file.Auxiliaries(file.Primary)
		file.Premultiplied(file.Primary)

		layout, err := file.Layout()
		if err != nil {
			isFault(t, err)

			return
		}

		if len(layout.Tiles) != layout.Columns*layout.Rows || len(layout.Tiles) == 0 {
			t.Errorf("%d tiles of %d × %d", len(layout.Tiles), layout.Columns, layout.Rows)
		}

		placed, err := layout.Placement()
		if err != nil {
			isFault(t, err)

			return
		}

		if whole := image.Rect(0, 0, layout.Width, layout.Height); placed.Crop.Empty() || !placed.Crop.In(whole) ||
			placed.Orientation < 1 || placed.Orientation > 8 {
			t.Errorf("%v of %v, orientation %d", placed.Crop, whole, placed.Orientation)
		}
	})
}

func isFault(t *testing.T, err error) {
	t.Helper()

	if err != nil && failure.KindOf(err) == "" {
		t.Errorf("not a rejection: %v", err)
	}
}
