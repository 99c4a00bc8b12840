package heif

import (
	"triptych/shared/metadata"
	"triptych/shared/metadata/bmff"
)

// rewriteAVIF writes an AVIF of the primary picture and its alpha alone, in pieces that
// follow each other: its tiles, how they make up the picture, and its colours as they are
// known. Transformations and profiles stay behind.
func rewriteAVIF(file *bmff.File, layout bmff.Layout, coding metadata.Coding, options Options) ([][]byte, error) {
	writer := &avifWriter{file: file, left: options.MaxBytes}

	if err := writer.picture(layout, nclx(coding)); err != nil {
		return nil, err
	}

	for _, item := range file.Auxiliaries(file.Primary) {
		if !isAlpha(item.Auxiliary()) {
			continue
		}

		alpha, err := file.LayoutOf(item)
		if err != nil {
			return nil, err //nolint:wrapcheck // A fault.
		}

		first := len(writer.parts)

		if err := writer.picture(alpha, auxiliaryType(item)); err != nil {
			return nil, err
		}

		if file.Premultiplied(file.Primary) {
			writer.parts[0].references = append(writer.parts[0].references, reference{"prem", []uint16{uint16(first + 1)}}) //nolint:gosec // at most 512 tiles.
		}

		writer.parts[first].references = append(writer.parts[first].references, reference{"auxl", []uint16{1}})

		break
	}

	return container("avif", writer.parts), nil
}

func isAlpha(urn string) bool {
	return urn == "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" || urn == "urn:mpeg:hevc:2015:auxid:1"
}

func auxiliaryType(item *bmff.Item) bmff.Property {
	return bmff.Property{Kind: "auxC", Essential: true, Data: item.Find("auxC")}
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

	made := part{kind: bmff.KindGrid, data: content, properties: append(kept(whole), own)}
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
		return nil, err //nolint:wrapcheck // A fault.
	}

	if w.left -= length; w.left < 0 {
		return nil, errTooLong
	}

	return w.file.Read(item, length) //nolint:wrapcheck // As above.
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
