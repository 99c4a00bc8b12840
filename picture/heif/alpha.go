package heif

import (
	"context"
	"image"
	"slices"

	"triptych/picture/failure"
	"triptych/picture/heif/hevc"
	"triptych/picture/metadata/bmff"
	meta "triptych/picture/metadata/heif"
	"triptych/picture/planes"
)

// alphaOf returns the alpha of the primary image, and whether colors are multiplied by
// it. If a grid has no alpha but each of its tiles has, the alpha is a grid of the tiles'
// alpha, with the layout of the grid. For an image without alpha, the layout has no
// items.
func alphaOf(file *bmff.File, layout bmff.Layout) (alpha bmff.Layout, premultiplied bool, err error) {
	if item := meta.AlphaItem(file, file.Primary); item != nil {
		alpha, err = file.LayoutOf(item)

		return alpha, file.Premultiplied(file.Primary), err
	}

	tiles := meta.AlphaOfTiles(file, layout)
	if tiles == nil {
		return bmff.Layout{}, false, nil
	}

	alpha = layout
	alpha.Tiles = tiles

	return alpha, slices.ContainsFunc(layout.Tiles, file.Premultiplied), nil
}

// openAlpha finds the alpha of a HEIC, and checks its cost. The transformations of alpha
// are those of the image (ISO/IEC 23008-12, 6.4.7), so its own are ignored.
func (h *HEIC) openAlpha() error {
	alpha, premultiplied, err := alphaOf(h.file, h.layout)
	if err != nil || alpha.Items == nil {
		return err
	}

	if alpha.Tiles[0].Kind != bmff.KindHEVC {
		return failure.New(failure.UnsupportedFormat, "HEIC with an alpha image of type %q", alpha.Tiles[0].Kind)
	}

	if err := meta.CheckCost(alpha, h.layout.Width*h.layout.Height); err != nil {
		return err
	}

	h.Alpha, h.alpha, h.premultiplied = true, alpha, premultiplied

	return nil
}

// decodeAlpha decodes the alpha of the shown part, of the image's size. It returns nil if
// all pixels are opaque. Samples have the full range, whatever the file says about their
// range (ISO/IEC 23000-22, 7.3.5.2). Alpha of another size is scaled to the nearest sample.
func (h *HEIC) decodeAlpha(ctx context.Context, maxBytes int64, threads int) (*planes.Plane, error) {
	alike, err := meta.Coded(h.file, h.alpha.Tiles[0])
	if err != nil {
		return nil, err
	}

	size := image.Rect(0, 0, h.alpha.Width, h.alpha.Height)
	stored := planes.New(size.Dx(), size.Dy())
	maxBytes -= int64(len(stored.Pix))
	into := []planes.Roll{{Plane: stored, Total: stored.Height}}

	coding := h.coding
	coding.FullRange, coding.Transfer = true, 0
	convert := newGray(alike, coding)
	from := &tiles{file: h.file, layout: h.alpha, crop: size, alike: alike, maxBytes: maxBytes, threads: threads}

	err = from.each(ctx, func(at place, decoded hevc.Part) error {
		convert.convert(into, at.area, &decoded.Picture, at.from)

		return nil
	})
	if err != nil {
		return nil, err
	}

	shown := planes.New(h.Width, h.Height)
	opaqueOnly := true

	for y := range shown.Height {
		row, source := shown.Row(y), stored.Row((h.crop.Min.Y+y)*stored.Height/h.layout.Height)
		if stored.Width == h.layout.Width {
			copy(row, source[h.crop.Min.X:])
		} else {
			for x := range row {
				row[x] = source[(h.crop.Min.X+x)*stored.Width/h.layout.Width]
			}
		}

		opaqueOnly = opaqueOnly && planes.AllOpaque(row)
	}

	if opaqueOnly {
		return nil, nil //nolint:nilnil // An opaque image has no alpha.
	}

	return &shown, nil
}
