package picture_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"triptych/picture/metadata/bmff"
	"triptych/picture/metadata/bmff/bmfftest"
)

// codedItem returns the coded image of a HEIC or AVIF of testdata with its properties.
// Its colr property is left out, and other properties are added.
func codedItem(t testing.TB, name string, others ...bmfftest.Property) bmfftest.Item {
	t.Helper()

	data := testdata(t, name)

	file, err := bmff.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}

	layout, err := file.Layout()
	if err != nil {
		t.Fatal(err)
	}

	item := layout.Tiles[0]

	coded, err := file.Read(item, 1<<20)
	if err != nil {
		t.Fatal(err)
	}

	made := bmfftest.Item{Kind: item.Kind, Data: coded}

	for _, property := range item.Properties {
		if property.Kind != "colr" {
			made.Properties = append(made.Properties, bmfftest.Property{
				Kind: property.Kind, Data: property.Data, Essential: property.Essential,
			})
		}
	}

	made.Properties = append(made.Properties, others...)

	return made
}

// heifOf builds a HEIC or AVIF from items. The first item is the primary image. It is
// derived from all other items, if there are any.
func heifOf(brand string, items ...bmfftest.Item) []byte {
	file := bmfftest.File{Major: brand, Compatible: []string{"mif1", brand}, Items: items, LongIndices: true}

	if len(items) > 1 {
		from := bmfftest.Reference{Kind: "dimg", From: 1}
		for i := range items[1:] {
			from.To = append(from.To, uint32(i+2))
		}

		file.References = []bmfftest.Reference{from}
	}

	return file.Bytes()
}

func refusedHEIFs(t testing.TB) map[string][]byte {
	t.Helper()

	type item = bmfftest.Item

	size := func(width, height int) []bmfftest.Property {
		return []bmfftest.Property{bmfftest.Size(width, height)}
	}
	of := func(kind string) item { return item{Kind: kind, Data: []byte("data"), Properties: size(64, 48)} }
	hevc := codedItem(t, "gray.heic")
	av1 := func(others ...bmfftest.Property) item { return codedItem(t, "p3.avif", others...) }

	// gridOf builds a grid of columns × rows tiles that shows width × height pixels.
	gridOf := func(columns, rows, width, height int, tile item) []byte {
		items := []item{{Kind: "grid", Data: bmfftest.Grid(columns, rows, width, height), Properties: size(width, height)}}
		for range columns * rows {
			items = append(items, tile)
		}

		return heifOf("heic", items...)
	}
	tile := func(width, height int, others ...bmfftest.Property) item {
		return item{Kind: "hvc1", Properties: append(append([]bmfftest.Property{{
			Kind: "hvcC", Data: hevcOf(hevc), Essential: true,
		}}, size(width, height)...), others...)}
	}
	gridOfTwo := func(left, right item) []byte {
		return heifOf("heic", item{Kind: "grid", Data: bmfftest.Grid(2, 1, 320, 96), Properties: size(320, 96)}, left, right)
	}
	whole := heifOf("heic", hevc)
	garbage := hevc
	garbage.Data = bytes.Repeat([]byte("\xff"), len(hevc.Data))
	headless := hevc
	headless.Properties, headless.Data = size(64, 48), []byte("\xff\xff\xff\xff")
	noSize := hevc
	noSize.Properties = nil

	animation := append(bmfftest.Box("ftyp", []byte("msf1\x00\x00\x00\x00msf1hevc")), bmfftest.Box("moov", nil)...)
	elsewhere := changedBytes(t, whole, "iloc\x00\x00\x00\x00\x44\x40\x00\x01\x00\x01\x00\x00", "iloc\x00\x00\x00\x00\x44\x40\x00\x01\x00\x01\x00\x01")

	return map[string][]byte{
		"HEIF of an overlay (`iovl`)":                     heifOf("heic", of("iovl"), hevc),
		"HEIF of JPEG":                                    heifOf("heic", of("jpeg")),
		"HEIF of AVC":                                     heifOf("heic", of("avc1")),
		"HEIF of VVC":                                     heifOf("heic", of("vvc1")),
		"HEIF of tiles of JPEG":                           gridOf(2, 1, 128, 48, of("jpeg")),
		"HEIF of tiles that are turned or cropped":        gridOf(2, 1, 128, 128, tile(64, 128, bmfftest.Turn(1))),
		"HEIF of a sequence without a still image":        animation,
		"HEIF whose data is in another file":              elsewhere,
		"HEIC with matrix coefficients 11 of ITU-T H.273": heifOf("heic", codedItem(t, "sampling-444.heic", bmfftest.NCLX(1, 13, 11, true))),
		"AVIF with matrix coefficients 13 of ITU-T H.273": heifOf("avif", av1(bmfftest.NCLX(1, 13, 13, true))),
		"AVIF with matrix coefficients 10 of ITU-T H.273": heifOf("avif", av1(bmfftest.NCLX(9, 1, 10, true))),
		"HEIF with an essential property that is not known": heifOf("heic", codedItem(t, "gray.heic", bmfftest.Property{
			Kind: "iscl", Data: []byte("\x00\x00\x00\x00\x00\x01\x00\x02\x00\x01\x00\x02"), Essential: true,
		})),
		"HEIF without a primary image":               changedBytes(t, whole, "pitm\x00\x00\x00\x00\x00\x01", "pitm\x00\x00\x00\x00\x00\x09"),
		"HEIF whose image has no size":               heifOf("heic", noSize),
		"HEIF whose image is the identity of itself": changedBytes(t, heifOf("heic", of("iden"), of("iden")), "dimg\x00\x01\x00\x01\x00\x02", "dimg\x00\x01\x00\x01\x00\x01"),
		"HEIF whose image is the identity of two":    heifOf("heic", of("iden"), hevc, hevc),
		"HEIF of fewer tiles than its grid has": heifOf("heic", item{
			Kind: "grid", Data: bmfftest.Grid(3, 1, 96, 48), Properties: size(96, 48),
		}, tile(32, 48), tile(32, 48)),
		"HEIF of tiles of different sizes": heifOf("heic", item{
			Kind: "grid", Data: bmfftest.Grid(2, 1, 96, 48), Properties: size(96, 48),
		}, tile(64, 48), tile(32, 48)),
		"HEIF of a grid that is larger than its tiles":                     gridOf(2, 1, 200, 48, tile(64, 48)),
		"HEIF with a clean aperture that divides by 0":                     heifOf("heic", codedItem(t, "gray.heic", bmfftest.Aperture(32, 0, 32, 1, 0, 1, 0, 1))),
		"HEIF with a clean aperture without a pixel":                       heifOf("heic", codedItem(t, "gray.heic", bmfftest.Aperture(0, 1, 32, 1, 0, 1, 0, 1))),
		"HEIF of more than 256 boxes":                                      append(bytes.Clone(whole[:24]), append(bytes.Repeat(bmfftest.Box("free", nil), 300), whole[24:]...)...),
		"HEIF cut before its last pixel":                                   whole[:len(whole)-10],
		"HEIC whose coded image has no readable header":                    heifOf("heic", headless),
		"HEIC that its decoder rejects":                                    heifOf("heic", garbage),
		"HEIC with predictions from other images":                          heifOf("heic", predicted(t, hevc)),
		"HEIC whose stream has far more pixels than its properties":        heifOf("heic", resizedItem(codedItem(t, "flat.heic"), 8)),
		"HEIC with an alpha image of AV1":                                  withAlphaOf(hevc, av1()),
		"AVIF that its decoder rejects":                                    heifOf("avif", damagedAV1(av1())),
		"HEIC of tiles that are sampled in different ways":                 gridOfTwo(hevc, codedItem(t, "sampling-444.heic")),
		"HEIC of more than 512 tiles":                                      gridOf(32, 17, 32*256, 17*256, tile(256, 256)),
		"HEIC of more than 64 tiles that are smaller than 256 × 256":       gridOf(13, 5, 13*64, 5*64, tile(64, 64)),
		"HEIC with more coded pixels than twice the shown ones plus 64 Mi": gridOf(2, 1, 8192, 64, tile(4096, 16384)),
	}
}

// predicted returns a coded image whose first slice says that it is predicted from other
// pictures: slice_type is the third field of its header (ITU-T H.265, 7.3.6.1), P is 010
// and I is 011.
func predicted(t testing.TB, of bmfftest.Item) bmfftest.Item {
	t.Helper()

	const lengthBytes, unitHeader, firstSlices, lastSlices = 4, 2, 16, 21

	of.Data = bytes.Clone(of.Data)

	for at := 0; at < len(of.Data); {
		if kind := of.Data[at+lengthBytes] >> 1 & 0x3f; kind >= firstSlices && kind <= lastSlices {
			of.Data[at+lengthBytes+unitHeader] &^= 0b00000100

			return of
		}

		at += lengthBytes + int(binary.BigEndian.Uint32(of.Data[at:]))
	}

	t.Fatal("no slice")

	return of
}

// resizedItem returns a coded image with a square size in its properties.
func resizedItem(of bmfftest.Item, side int) bmfftest.Item {
	for i, property := range of.Properties {
		if property.Kind == "ispe" {
			of.Properties[i] = bmfftest.Size(side, side)
		}
	}

	return of
}

// withAlphaOf builds a HEIC with an alpha image.
func withAlphaOf(picture, alpha bmfftest.Item) []byte {
	alpha.Hidden = true
	alpha.Properties = append(alpha.Properties, bmfftest.Auxiliary("urn:mpeg:hevc:2015:auxid:1"))
	file := bmfftest.File{
		Items: []bmfftest.Item{picture, alpha}, LongIndices: true,
		References: []bmfftest.Reference{{Kind: "auxl", From: 2, To: []uint32{1}}},
	}

	return file.Bytes()
}

// hevcOf returns the decoder configuration of a HEIC's image.
func hevcOf(of bmfftest.Item) []byte {
	for _, property := range of.Properties {
		if property.Kind == "hvcC" {
			return property.Data
		}
	}

	return nil
}

func damagedAV1(of bmfftest.Item) bmfftest.Item {
	of.Data = append(bytes.Clone(of.Data[:len(of.Data)/4]), bytes.Repeat([]byte("\xff"), 40)...)

	return of
}
