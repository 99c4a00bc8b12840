package heif

import (
	"encoding/binary"
	"slices"

	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff"
	meta "triptych/picture/metadata/heif"
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
			writer.parts[0].References = append(writer.parts[0].References, bmff.PartReference{Kind: "prem", To: []uint16{uint16(first + 1)}}) //nolint:gosec // at most 512 tiles.
		}

		writer.parts[first].References = append(writer.parts[first].References, bmff.PartReference{Kind: "auxl", To: []uint16{1}})
	}

	written := bmff.Written{Brands: []string{"avif", "mif1", "avif"}, Primary: 1, Parts: writer.parts}

	return written.Bytes(), nil
}

// auxiliaryType returns the property that marks an image as alpha: its own property, or
// that of its tiles.
func auxiliaryType(alpha bmff.Layout) bmff.Property {
	data := alpha.Items[0].Find("auxC")
	if meta.AuxiliaryOf(alpha.Items[0]) != meta.Alpha {
		data = alpha.Tiles[0].Find("auxC")
	}

	return bmff.Property{Kind: "auxC", Essential: true, Data: data}
}

// nclx builds a colr property (ISO/IEC 14496-12, 12.1.5).
func nclx(coding metadata.Coding) bmff.Property {
	const full = 0x80

	data := []byte("nclx")
	for _, number := range []uint16{coding.Primaries, coding.Transfer, coding.Matrix} {
		data = binary.BigEndian.AppendUint16(data, number)
	}

	if coding.FullRange {
		return bmff.Property{Kind: "colr", Data: append(data, full)}
	}

	return bmff.Property{Kind: "colr", Data: append(data, 0)}
}

// avifWriter collects parts. Their numbers start with 1.
type avifWriter struct {
	file  *bmff.File
	parts []bmff.Part
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
	if own.Kind == "auxC" && meta.AuxiliaryOf(whole) != meta.Alpha { // The grid is that of the color image.
		properties = slices.DeleteFunc(properties, func(p bmff.Property) bool { return p.Kind == "pixi" })
	}

	made := bmff.Part{Kind: bmff.KindGrid, Data: content, Properties: append(properties, own)}
	made.ID = uint16(len(w.parts) + 1) //nolint:gosec // at most 512 tiles, twice.

	var tiles []uint16
	for i := range layout.Tiles {
		tiles = append(tiles, made.ID+1+uint16(i))
	}

	made.References = []bmff.PartReference{{Kind: "dimg", To: tiles}}
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

		w.parts[len(w.parts)-1].Hidden = true
	}

	return nil
}

func (w *avifWriter) coded(item *bmff.Item, own ...bmff.Property) error {
	content, err := w.read(item)
	if err != nil {
		return err
	}

	w.parts = append(w.parts, bmff.Part{
		ID: uint16(len(w.parts) + 1), Kind: item.Kind, Data: content, Properties: append(kept(item), own...), //nolint:gosec // As above.
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
