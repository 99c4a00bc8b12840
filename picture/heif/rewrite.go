package heif

import (
	"slices"

	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff"
)

// rewriteAVIF writes an AVIF of only the primary image and its alpha, in consecutive
// pieces. It contains the tiles, the grid, and the known color properties. It contains no
// transformations and no profiles.
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

// auxiliaryType returns the property that marks an image as alpha: its own property, or
// that of its tiles.
func auxiliaryType(alpha bmff.Layout) bmff.Property {
	data := alpha.Items[0].Find("auxC")
	if !isAlpha(alpha.Items[0].Auxiliary()) {
		data = alpha.Tiles[0].Find("auxC")
	}

	return bmff.Property{Kind: "auxC", Essential: true, Data: data}
}

// nclx builds a colr property (ISO/IEC 14496-12, 12.1.5).
func nclx(coding metadata.Coding) bmff.Property {
	const full = 0x80

	data := append([]byte("nclx"), number(coding.Primaries)...)
	data = append(append(data, number(coding.Transfer)...), number(coding.Matrix)...)

	if coding.FullRange {
		return bmff.Property{Kind: "colr", Data: append(data, full)}
	}

	return bmff.Property{Kind: "colr", Data: append(data, 0)}
}

// avifWriter collects parts. Their numbers start with 1.
type avifWriter struct {
	file  *bmff.File
	parts []part
	left  int64 // bytes that may still be added
}

// picture adds an image, followed by its tiles. own is an additional property of the
// image.
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
	if own.Kind == "auxC" && !isAlpha(whole.Auxiliary()) { // The grid is that of the color image.
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
			err = w.coded(tile, own) // Tiles of alpha are alpha, too.
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

// read reads an item's data. The sum of all data is limited to the decoder's memory,
// because items may share bytes.
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

// kept returns the properties that a decoder needs (AV1 Image File Format, 2.2 and 2.3),
// each once.
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
