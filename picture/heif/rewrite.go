package heif

import (
	"slices"

	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff"
)

// rewriteAVIF writes an AVIF of the primary picture and its alpha alone, in pieces that
// follow each other: its tiles, how they make up the picture, and its colors as they are
// known. Transformations and profiles stay behind.
func rewriteAVIF(file *bmff.File, layout bmff.Layout, coding metadata.Coding, options Options) ([][]byte, error) {
	writer := &avifWriter{file: file, left: options.MaxBytes}

	if err := writer.picture(layout, nclx(coding)); err != nil {
		return nil, err
	}

	alpha, premultiplied, err := alphaOf(file, layout)
	if err != nil {
		return nil, err
	}

	if alpha.Items != nil {
		first := len(writer.parts)

		if err := writer.picture(alpha, auxiliaryType(alpha)); err != nil {
			return nil, err
		}

		if premultiplied {
			writer.parts[0].references = append(writer.parts[0].references, reference{"prem", []uint16{uint16(first + 1)}}) //nolint:gosec // at most 512 tiles.
		}

		writer.parts[first].references = append(writer.parts[first].references, reference{"auxl", []uint16{1}})
	}

	return container("avif", writer.parts), nil
}

// alphaOf is the alpha of the primary picture, and whether colors are multiplied by it. A
// grid without alpha has that of its tiles, if each of them has one: its layout is that
// of the grid then. A picture without alpha has a layout without items.
func alphaOf(file *bmff.File, layout bmff.Layout) (alpha bmff.Layout, premultiplied bool, err error) {
	if item := alphaItem(file, file.Primary); item != nil {
		alpha, err = file.LayoutOf(item)

		return alpha, file.Premultiplied(file.Primary), err
	}

	if layout.Items[0].Kind != bmff.KindGrid {
		return bmff.Layout{}, false, nil
	}

	alpha = layout
	alpha.Tiles = nil

	for _, tile := range layout.Tiles {
		item := alphaItem(file, tile)
		if item == nil || item.Kind != tile.Kind {
			return bmff.Layout{}, false, nil
		}

		alpha.Tiles = append(alpha.Tiles, item)
		premultiplied = premultiplied || file.Premultiplied(tile)
	}

	return alpha, premultiplied, nil
}

func alphaItem(file *bmff.File, of *bmff.Item) *bmff.Item {
	for _, item := range file.Auxiliaries(of) {
		if isAlpha(item.Auxiliary()) {
			return item
		}
	}

	return nil
}

func isAlpha(urn string) bool {
	return urn == "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" || urn == "urn:mpeg:hevc:2015:auxid:1"
}

// auxiliaryType is the property that makes a picture alpha: its own, or that of its tiles.
func auxiliaryType(alpha bmff.Layout) bmff.Property {
	data := alpha.Items[0].Find("auxC")
	if !isAlpha(alpha.Items[0].Auxiliary()) {
		data = alpha.Tiles[0].Find("auxC")
	}

	return bmff.Property{Kind: "auxC", Essential: true, Data: data}
}

// nclx is a colr property (ISO/IEC 14496-12, 12.1.5).
func nclx(coding metadata.Coding) bmff.Property {
	const full = 0x80

	data := append([]byte("nclx"), number(coding.Primaries)...)
	data = append(append(data, number(coding.Transfer)...), number(coding.Matrix)...)

	if coding.FullRange {
		return bmff.Property{Kind: "colr", Data: append(data, full)}
	}

	return bmff.Property{Kind: "colr", Data: append(data, 0)}
}

// avifWriter collects parts, whose numbers count from 1.
type avifWriter struct {
	file  *bmff.File
	parts []part
	left  int64 // bytes that data may have still
}

// picture adds a picture, and the tiles that it is made of behind it. One property is the
// picture's own.
func (w *avifWriter) picture(layout bmff.Layout, own bmff.Property) error {
	whole := layout.Items[0]

	if whole.Kind != bmff.KindGrid {
		return w.coded(whole, own)
	}

	content, err := w.read(whole)
	if err != nil {
		return err
	}

	properties := kept(whole)
	if own.Kind == "auxC" && !isAlpha(whole.Auxiliary()) { // The grid is that of colors.
		properties = slices.DeleteFunc(properties, func(p bmff.Property) bool { return p.Kind == "pixi" })
	}

	made := part{kind: bmff.KindGrid, data: content, properties: append(properties, own)}
	made.id = uint16(len(w.parts) + 1) //nolint:gosec // at most 512 tiles, twice.

	var tiles []uint16
	for i := range layout.Tiles {
		tiles = append(tiles, made.id+1+uint16(i))
	}

	made.references = []reference{{"dimg", tiles}}
	w.parts = append(w.parts, made)

	for _, tile := range layout.Tiles {
		if own.Kind != "auxC" {
			err = w.coded(tile)
		} else {
			err = w.coded(tile, own) // Tiles of alpha are alpha.
		}

		if err != nil {
			return err
		}

		w.parts[len(w.parts)-1].hidden = true
	}

	return nil
}

func (w *avifWriter) coded(item *bmff.Item, own ...bmff.Property) error {
	content, err := w.read(item)
	if err != nil {
		return err
	}

	w.parts = append(w.parts, part{
		id: uint16(len(w.parts) + 1), kind: item.Kind, data: content, properties: append(kept(item), own...), //nolint:gosec // As above.
	})

	return nil
}

// read reads an item's data, which may be no longer in all than the decoder may have:
// items may share bytes.
func (w *avifWriter) read(item *bmff.Item) ([]byte, error) {
	length, err := w.file.Length(item)
	if err != nil {
		return nil, err
	}

	if w.left -= length; w.left < 0 {
		return nil, errTooLong
	}

	return w.file.Read(item, length)
}

// kept are the properties that a decoder needs (AV1 Image File Format, 2.2 and 2.3), each
// once.
func kept(item *bmff.Item) (properties []bmff.Property) {
	for _, kind := range []string{"ispe", "pixi", "av1C", "a1op", "lsel", "a1lx"} {
		for _, property := range item.Properties {
			if property.Kind == kind {
				properties = append(properties, property)

				break
			}
		}
	}

	return properties
}
