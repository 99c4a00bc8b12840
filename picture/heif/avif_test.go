package heif_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/heif"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff"
	"triptych/picture/metadata/bmff/bmfftest"
	"triptych/picture/planes"
)

// drawn has the patches of testdata/bt709-limited.avif, as avifdec 0.11.1 shows them.
var drawn = [12][3]float64{
	{255, 1, 3}, {0, 255, 11}, {1, 0, 243}, {255, 255, 255}, {0, 0, 0}, {128, 128, 128},
	{254, 200, 11}, {0, 180, 178}, {201, 0, 193}, {181, 120, 92}, {60, 90, 137}, {30, 61, 21},
}

const avifWidth, avifHeight, avifSide = 128, 96, 32

// av1Item returns the coded image of a file without its color properties.
func av1Item(t *testing.T, extra ...bmfftest.Property) bmfftest.Item {
	t.Helper()

	data, err := os.ReadFile("testdata/bt709-limited.avif")
	if err != nil {
		t.Fatal(err)
	}

	file, err := bmff.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}

	coded, err := file.Read(file.Primary, 1<<20)
	if err != nil {
		t.Fatal(err)
	}

	return bmfftest.Item{Kind: "av01", Data: coded, Properties: append([]bmfftest.Property{
		{Kind: "av1C", Data: file.Primary.Find("av1C"), Essential: true},
		{Kind: "pixi", Data: file.Primary.Find("pixi")}, bmfftest.Size(avifWidth, avifHeight),
	}, extra...)}
}

func decodeAVIF(t *testing.T, file []byte) (*planes.Image, error) {
	t.Helper()

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}

	picture, _, err := heif.DecodeAVIF(context.Background(), file, info, heif.Options{MaxBytes: 200 << 20})

	return picture, err
}

// TestAVIF_colors checks where the colors of an AVIF come from: nclx on the image or on
// its tiles, otherwise the sequence header.
func TestAVIF_colors(t *testing.T) {
	nclx := bmfftest.NCLX(1, 13, 1, false)
	icc := bmfftest.Profile(profile)

	avifGrid := func(onGrid, onTiles []bmfftest.Property) *bmfftest.File {
		file := &bmfftest.File{
			Items: []bmfftest.Item{{
				Kind: "grid", Data: bmfftest.Grid(2, 1, 2*avifWidth, avifHeight),
				Properties: append([]bmfftest.Property{bmfftest.Size(2*avifWidth, avifHeight)}, onGrid...),
			}},
			References: []bmfftest.Reference{{Kind: "dimg", From: 1, To: []uint32{2, 3}}},
		}
		for range 2 {
			file.Items = append(file.Items, av1Item(t, onTiles...))
		}

		return file
	}

	for name, file := range map[string]*bmfftest.File{
		"nclx":            {Items: []bmfftest.Item{av1Item(t, nclx)}},
		"sequence header": {Items: []bmfftest.Item{av1Item(t)}},
		"profile":         {Items: []bmfftest.Item{av1Item(t, icc)}},
		"grid, nclx":      avifGrid([]bmfftest.Property{nclx}, nil),
		"grid, tiles":     avifGrid(nil, []bmfftest.Property{nclx}),
		"grid, none":      avifGrid(nil, nil),
		"grid, profile":   avifGrid([]bmfftest.Property{icc}, []bmfftest.Property{nclx}),
	} {
		t.Run(name, func(t *testing.T) {
			file.Major, file.Compatible = "avif", []string{"mif1", "avif"}

			picture, err := decodeAVIF(t, file.Bytes())
			if err != nil {
				t.Fatal(err)
			}

			for y := avifSide / 2; y < picture.Height; y += avifSide {
				for x := avifSide / 2; x < picture.Width; x += avifSide {
					got, want := pixel(picture, x, y), drawn[y/avifSide*patchesAcross+x%avifWidth/avifSide]
					for i := range got {
						if math.Abs(got[i]-want[i]) > 3 {
							t.Fatalf("at %d, %d: got %.0f, want %.0f", x, y, got, want)
						}
					}
				}
			}
		})
	}
}

// TestAVIF_unsupportedMatrix checks that an unsupported matrix is rejected by name,
// and not shown in wrong colors.
func TestAVIF_unsupportedMatrix(t *testing.T) {
	for _, matrix := range []int{10, 11, 13, 14} {
		file := &bmfftest.File{Items: []bmfftest.Item{av1Item(t, bmfftest.NCLX(1, 13, matrix, true))}}
		if _, err := decodeAVIF(t, file.Bytes()); !failure.Is(err, failure.UnsupportedFormat) {
			t.Errorf("matrix %d: %v", matrix, err)
		}
	}
}

// TestAVIF_HDR checks that PQ in an AVIF is tone-mapped as in a HEIC. White and black
// stay the same, and values between them become brighter than their codes.
func TestAVIF_HDR(t *testing.T) {
	file := &bmfftest.File{Items: []bmfftest.Item{av1Item(t, bmfftest.NCLX(9, 16, 1, false))}}

	picture, err := decodeAVIF(t, file.Bytes())
	if err != nil {
		t.Fatal(err)
	}

	for patch, want := range map[int]float64{3: 255, 4: 0, 5: 181} { // White, black, and a code of 128.
		got := pixel(picture, patch%4*avifSide+8, patch/4*avifSide+8)
		for i := range got {
			if max(got[i]-want, want-got[i]) > 2 {
				t.Errorf("patch %d: %v, want %.0f", patch, got, want)
			}
		}
	}
}
