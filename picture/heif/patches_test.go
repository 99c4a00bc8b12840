package heif_test

import (
	"bytes"
	"context"
	"image"
	"math"
	"os"
	"path/filepath"
	"testing"

	"triptych/picture/heif"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff/bmfftest"
	"triptych/picture/planes"
)

// patches are the samples of testdata/*.hevc, row by row: luma, blue, red, in 8 bits.
// Samples of more bits are shifted, and their lowest bit is set.
var patches = [12][3]int{
	{16, 128, 128}, {235, 128, 128}, {128, 128, 128}, {81, 90, 200},
	{145, 70, 60}, {60, 200, 110}, {180, 150, 100}, {100, 100, 160},
	{200, 110, 140}, {50, 140, 120}, {120, 160, 90}, {160, 90, 150},
}

const (
	streamWidth, streamHeight = 64, 48
	patchesAcross             = 4
	patchSide                 = 16
)

// stream reads a test file. The position of its VUI was found by reading its bits by
// hand.
func stream(t testing.TB, name string) *bmfftest.Stream {
	t.Helper()

	annex, err := os.ReadFile(filepath.Join("testdata", name+".hevc"))
	if err != nil {
		t.Fatal(err)
	}

	made := map[string]bmfftest.Stream{
		"420-8": {VUI: 166, Format: 1, Depth: 8}, "422-8": {VUI: 166, Format: 2, Depth: 8},
		"444-8": {VUI: 169, Format: 3, Depth: 8}, "420-10": {VUI: 170, Format: 1, Depth: 10},
	}[name]
	made.Annex = annex

	return &made
}

// single builds an image that is not tiled.
func single(s *bmfftest.Stream, signal *bmfftest.Signal, extra ...bmfftest.Property) *bmfftest.File {
	config, data := s.Coded(signal)

	return &bmfftest.File{Items: []bmfftest.Item{{
		Kind: "hvc1", Data: data,
		Properties: append([]bmfftest.Property{config, bmfftest.Size(streamWidth, streamHeight)}, extra...),
	}}}
}

// grid builds an image of two by two tiles, which are equal.
func grid(s *bmfftest.Stream, signal *bmfftest.Signal, onGrid, onTiles []bmfftest.Property) *bmfftest.File {
	const width, height = 2 * streamWidth, 2 * streamHeight

	config, data := s.Coded(signal)
	file := &bmfftest.File{
		Items: []bmfftest.Item{{
			Kind: "grid", Data: bmfftest.Grid(2, 2, width, height),
			Properties: append([]bmfftest.Property{bmfftest.Size(width, height)}, onGrid...),
		}},
		References: []bmfftest.Reference{{Kind: "dimg", From: 1, To: []uint32{2, 3, 4, 5}}},
	}

	for range 4 {
		file.Items = append(file.Items, bmfftest.Item{
			Kind: "hvc1", Data: data, Hidden: true,
			Properties: append([]bmfftest.Property{config, bmfftest.Size(streamWidth, streamHeight)}, onTiles...),
		})
	}

	return file
}

func decode(t testing.TB, file []byte) (*planes.Image, metadata.Info) {
	t.Helper()

	picture, info, err := decodeWith(t, file, heif.Options{MaxBytes: 200 << 20})
	if err != nil {
		t.Fatal(err)
	}

	return picture, info
}

func decodeWith(t testing.TB, file []byte, options heif.Options) (*planes.Image, metadata.Info, error) {
	t.Helper()

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}

	picture, _, err := heif.DecodeHEIC(context.Background(), file, info, options)

	return picture, info, err
}

// pixel returns the color of a pixel in RGB. YCbCr is converted by JFIF's formulas.
func pixel(picture *planes.Image, x, y int) (rgb [3]float64) {
	var of [3]float64

	for i := range of {
		plane := &picture.Planes[min(i, len(picture.Planes)-1)]
		of[i] = float64(plane.Row(y * plane.Height / picture.Height)[x*plane.Width/picture.Width])
	}

	if picture.Model != planes.YCbCr {
		return of
	}

	luma, blue, red := of[0], of[1]-128, of[2]-128

	return clamped([3]float64{luma + 1.402*red, luma - 0.344136*blue - 0.714136*red, luma + 1.772*blue})
}

func clamped(rgb [3]float64) [3]float64 {
	for i := range rgb {
		rgb[i] = max(0, min(rgb[i], 255))
	}

	return rgb
}

// comparePatches compares the middle and the edges of each patch.
func comparePatches(t *testing.T, picture *planes.Image, near float64, want func(patch int) [3]float64) {
	t.Helper()

	for top := 0; top < picture.Height; top += patchSide {
		for left := 0; left < picture.Width; left += patchSide {
			patch := top%streamHeight/patchSide*patchesAcross + left%streamWidth/patchSide

			for _, at := range []image.Point{{0, 0}, {patchSide / 2, patchSide / 2}, {patchSide - 1, patchSide - 1}} {
				got, right := pixel(picture, left+at.X, top+at.Y), want(patch)
				for i := range got {
					if math.Abs(got[i]-right[i]) > near {
						t.Fatalf("patch %d at %d, %d: got %.0f, want %.0f", patch, left+at.X, top+at.Y, got, right)
					}
				}
			}
		}
	}
}
