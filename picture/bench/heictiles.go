package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"

	"triptych/picture/metadata/bmff"
	"triptych/picture/metadata/bmff/bmfftest"
)

// tileSide is the side of the tiles that phones write, in pixels.
const tileSide = 512

// tileHEIC writes a HEIC of a grid of tiles, each encoded by heif-enc.
func tileHEIC(ctx context.Context, from, to string) error {
	data, err := os.ReadFile(from) //nolint:gosec // The user's own folder.
	if err != nil {
		return fmt.Errorf("read a photo: %w", err)
	}

	photo, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("decode %s: %w", from, err)
	}

	folder, err := os.MkdirTemp("", "triptych-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for tiles: %w", err)
	}
	defer os.RemoveAll(folder)

	width, height := photo.Bounds().Dx(), photo.Bounds().Dy()
	columns, rows := (width+tileSide-1)/tileSide, (height+tileSide-1)/tileSide
	file := bmfftest.File{LongIndices: true, Items: []bmfftest.Item{{
		Kind: bmff.KindGrid, Data: bmfftest.Grid(columns, rows, width, height),
		Properties: []bmfftest.Property{bmfftest.Size(width, height)},
	}}}
	grid := bmfftest.Reference{Kind: "dimg", From: 1}

	for y := 0; y < height; y += tileSide {
		for x := 0; x < width; x += tileSide {
			tile := image.NewRGBA(image.Rect(0, 0, tileSide, tileSide))
			draw.Draw(tile, tile.Bounds(), photo, image.Pt(x, y), draw.Src)

			item, err := encodeTile(ctx, tile, folder)
			if err != nil {
				return err
			}

			file.Items = append(file.Items, item)
			grid.To = append(grid.To, uint32(len(file.Items))) //nolint:gosec // A few hundred.
		}
	}

	file.References = []bmfftest.Reference{grid}

	if err := os.WriteFile(to, file.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write a HEIC of tiles: %w", err)
	}

	return nil
}

// encodeTile returns the item of a tile.
func encodeTile(ctx context.Context, tile image.Image, folder string) (bmfftest.Item, error) {
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, tile); err != nil {
		return bmfftest.Item{}, fmt.Errorf("encode a tile: %w", err)
	}

	input, output := filepath.Join(folder, "tile.png"), filepath.Join(folder, "tile.heic")
	if err := os.WriteFile(input, drawn.Bytes(), 0o600); err != nil {
		return bmfftest.Item{}, fmt.Errorf("write a tile: %w", err)
	}

	if err := encodeHEIC(ctx, input, output); err != nil {
		return bmfftest.Item{}, err
	}

	data, err := os.ReadFile(output) //nolint:gosec // Our own folder.
	if err != nil {
		return bmfftest.Item{}, fmt.Errorf("read a tile: %w", err)
	}

	file, err := bmff.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return bmfftest.Item{}, fmt.Errorf("open a tile: %w", err)
	}

	coded, err := file.Read(file.Primary, int64(len(data)))
	if err != nil {
		return bmfftest.Item{}, fmt.Errorf("read a tile: %w", err)
	}

	return bmfftest.Item{Kind: bmff.KindHEVC, Hidden: true, Data: coded, Properties: []bmfftest.Property{
		{Kind: "hvcC", Essential: true, Data: file.Primary.Find("hvcC")}, bmfftest.Size(tileSide, tileSide),
	}}, nil
}
