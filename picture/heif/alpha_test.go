package heif_test

import (
	"bytes"
	"context"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/heif"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff/bmfftest"
	"triptych/picture/planes"
)

var alphaType = bmfftest.Auxiliary("urn:mpeg:hevc:2015:auxid:1")

// withAlpha adds an alpha image in one piece to a file. Its samples are the luma of a
// stream.
func withAlpha(file *bmfftest.File, s *bmfftest.Stream, extra ...bmfftest.Property) *bmfftest.File {
	config, data := s.Coded(nil)

	file.Items = append(file.Items, bmfftest.Item{
		Kind: "hvc1", Data: data, Hidden: true,
		Properties: append([]bmfftest.Property{config, bmfftest.Size(streamWidth, streamHeight), alphaType}, extra...),
	})
	file.References = append(file.References, bmfftest.Reference{
		Kind: "auxl", From: uint32(len(file.Items)), To: []uint32{1},
	})

	return file
}

// decodeAlpha decodes a file with alpha.
func decodeAlpha(t *testing.T, file []byte, options heif.Options) (*planes.Image, *planes.Plane) {
	t.Helper()

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}

	options.MaxBytes = 200 << 20

	picture, alpha, err := heif.DecodeHEIC(context.Background(), file, info, options)
	if err != nil {
		t.Fatal(err)
	}

	if alpha == nil {
		t.Fatal("no alpha")
	}

	return picture, alpha
}

// compareAlpha compares the middles of patches with the luma of the patches, as alpha that
// covers the image with columns × rows patches.
func compareAlpha(t *testing.T, alpha *planes.Plane, side, columns, rows int) {
	t.Helper()

	for row := range rows {
		for column := range columns {
			got, want := alpha.Row(row*side + side/2)[column*side+side/2], patches[row%3*patchesAcross+column%4][0]
			if int(got) != want {
				t.Errorf("patch %d, %d: alpha %d, want %d", column, row, got, want)
			}
		}
	}
}

// TestDecodeHEIC_alpha checks images with alpha: in one piece, of tiles, of another size,
// and the colors as the caller wants them.
func TestDecodeHEIC_alpha(t *testing.T) {
	source := stream(t, "420-8")
	colors := func(patch int) [3]float64 { return coding{6, false}.rgb(patch, 8) }

	t.Run("one piece", func(t *testing.T) {
		picture, alpha := decodeAlpha(t, withAlpha(single(source, nil), source).Bytes(), heif.Options{})
		comparePatches(t, picture, 3, colors)
		compareAlpha(t, alpha, patchSide, 4, 3)
	})

	t.Run("10 bits", func(t *testing.T) {
		deep := stream(t, "420-10")

		_, alpha := decodeAlpha(t, withAlpha(single(source, nil), deep).Bytes(), heif.Options{})
		compareAlpha(t, alpha, patchSide, 4, 3)
	})

	t.Run("half the size", func(t *testing.T) {
		picture, alpha := decodeAlpha(t, withAlpha(grid(source, nil, nil, nil), source).Bytes(), heif.Options{Threads: 2})
		comparePatches(t, picture, 3, colors)
		compareAlpha(t, alpha, 2*patchSide, 4, 3)
	})

	t.Run("alpha of each tile", func(t *testing.T) {
		file := grid(source, nil, nil, nil)
		config, data := source.Coded(nil)

		for tile := range uint32(4) {
			file.Items = append(file.Items, bmfftest.Item{
				Kind: "hvc1", Data: data, Hidden: true,
				Properties: []bmfftest.Property{config, bmfftest.Size(streamWidth, streamHeight), alphaType},
			})
			file.References = append(file.References, bmfftest.Reference{Kind: "auxl", From: 6 + tile, To: []uint32{2 + tile}})
		}

		picture, alpha := decodeAlpha(t, file.Bytes(), heif.Options{Threads: 2})
		comparePatches(t, picture, 3, colors)
		compareAlpha(t, alpha, patchSide, 8, 6)
	})

	t.Run("cropped", func(t *testing.T) {
		// From (16, 16) on, and alpha with a crop of its own, which is ignored.
		clap := bmfftest.Aperture(48, 1, 32, 1, 8, 1, 8, 1)

		_, alpha := decodeAlpha(t, withAlpha(single(source, nil, clap), source, clap).Bytes(), heif.Options{})
		if got, want := int(alpha.Row(8)[8]), patches[5][0]; got != want || alpha.Width != 48 || alpha.Height != 32 {
			t.Errorf("%d × %d, alpha %d, want %d", alpha.Width, alpha.Height, got, want)
		}
	})

	t.Run("multiplied", func(t *testing.T) {
		straight, alpha := decodeAlpha(t, withAlpha(single(source, nil), source).Bytes(), heif.Options{})
		want := straight.Premultiplied(*alpha)

		got, _ := decodeAlpha(t, withAlpha(single(source, nil), source).Bytes(), heif.Options{Premultiplied: true})
		for i := range got.Planes {
			if !bytes.Equal(got.Planes[i].Pix, want.Planes[i].Pix) {
				t.Errorf("plane %d differs", i)
			}
		}
	})

	t.Run("multiplied in the file", func(t *testing.T) {
		file := withAlpha(single(source, nil), source)
		straight, alpha := decodeAlpha(t, file.Bytes(), heif.Options{})
		file.References = append(file.References, bmfftest.Reference{Kind: "prem", From: 1, To: []uint32{2}})

		kept, _ := decodeAlpha(t, file.Bytes(), heif.Options{Premultiplied: true})
		divided, _ := decodeAlpha(t, file.Bytes(), heif.Options{})

		for i := range kept.Planes {
			if !bytes.Equal(kept.Planes[i].Pix, straight.Planes[i].Pix) {
				t.Errorf("plane %d is multiplied twice", i)
			}

			row := bytes.Clone(straight.Planes[i].Row(20))
			planes.UnpremultiplyRow(row, alpha.Row(20))

			if !bytes.Equal(divided.Planes[i].Row(20), row) {
				t.Errorf("plane %d is not divided", i)
			}
		}
	})
}

// TestOpenHEIC_alphaOfManyPixels rejects an alpha image that costs far more than the image.
func TestOpenHEIC_alphaOfManyPixels(t *testing.T) {
	file := withAlpha(single(stream(t, "420-8"), nil), stream(t, "420-8"))
	file.Items[1].Properties[1] = bmfftest.Size(16384, 16384)
	data := file.Bytes()

	info, err := metadata.Inspect(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}

	if _, err := heif.OpenHEIC(data, info); !failure.Is(err, failure.TooManyPixels) {
		t.Error(err)
	}
}
