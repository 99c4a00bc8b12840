package heif

import (
	"bytes"
	"encoding/binary"
	"slices"

	"triptych/picture/failure"
	"triptych/picture/metadata/bmff"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/format"
	"triptych/picture/metadata/report"
)

// asIs writes a file with only the primary image of a HEIC or AVIF: its coded images with
// the same pixels, its alpha, the gain map of ISO 21496-1, and the properties that describe
// pixels. Everything else is dropped: EXIF, XMP and other items, thumbnails, depth, image
// sequences, boxes of vendors, and data in the coded images that no decoder needs.
//
// Rejections: those of inspect.
func asIs(source []byte, kinds report.Set) (pieces [][]byte, kept []string, err error) {
	view := container.NewWindow(bytes.NewReader(source), int64(len(source)))

	info, err := inspect(view)
	if err != nil {
		return nil, nil, err
	}

	carries, err := carried(view)
	if err != nil {
		return nil, nil, err
	}

	found, err := open(view)
	if err != nil {
		return nil, nil, err
	}

	kinds.Add(carries...)

	w := &writer{
		primary: found, written: bmff.Written{Brands: brandsFor(source, info.Format, found.layout)}, kinds: kinds,
		numbers: map[*bmff.Item]uint16{}, data: map[string]coded{}, configs: map[*byte]config{}, left: int64(len(source)),
	}

	if w.written.Primary, err = w.image(found.layout, false); err != nil {
		return nil, nil, err
	}

	if err := w.alpha(); err != nil {
		return nil, nil, err
	}

	withGainMap, err := w.gainMap()
	if err != nil {
		return nil, nil, err
	}

	if withGainMap {
		delete(kinds, report.GainMap)

		kept = []string{report.GainMap}

		w.written.Brands = append(w.written.Brands, bmff.KindTMap)
	}

	// A file may list the transformations of an item in several boxes.
	const mostProperties = 255

	for _, part := range w.written.Parts {
		if len(part.Properties) > mostProperties {
			return nil, nil, failure.New(failure.Corrupt, "%s with an image of %d properties", formatName(info.Format), len(part.Properties))
		}
	}

	return w.written.Bytes(), kept, nil
}

// brandsFor returns the brands of a file with only an image. The brand heix is for a HEIC
// of more than the Main profile (ISO/IEC 23008-12, annex B.4). Of the brands of the source,
// those of still images are kept.
func brandsFor(source []byte, name format.Name, layout bmff.Layout) []string {
	const profileAt, main, mainStill = 1, 1, 3

	brand := "avif"

	if name == format.HEIC {
		brand = "heic"

		config := exactly(layout.Tiles[0].Find("hvcC"), profileAt+1)
		if profile := config[profileAt] & 0x1f; profile != main && profile != mainStill {
			brand = "heix"
		}
	}

	brands := []string{brand, "mif1", brand}

	const start, brandBytes = 16, 4

	end := int(min(int64(binary.BigEndian.Uint32(source)), int64(len(source))))
	for at := start; at+brandBytes <= end; at += brandBytes {
		switch found := string(source[at : at+brandBytes]); found {
		case "miaf", "MiHE", "MiHB", "MiHA", "MA1A", "MA1B", "1pic":
			if !slices.Contains(brands, found) {
				brands = append(brands, found)
			}
		}
	}

	return brands
}

// writer collects the parts of the new file.
type writer struct {
	primary

	written bmff.Written
	kinds   report.Set
	numbers map[*bmff.Item]uint16
	data    map[string]coded // by the place in the source
	configs map[*byte]config // by the property in the source
	left    int64            // bytes of data that may still be added
}

// add adds a part with the next number.
func (w *writer) add(item *bmff.Item, part bmff.Part) uint16 {
	part.ID = uint16(len(w.written.Parts) + 1) //nolint:gosec // CheckCost limits the tiles of three images.
	w.written.Parts = append(w.written.Parts, part)
	w.numbers[item] = part.ID

	return part.ID
}

// refer adds a reference to a part.
func (w *writer) refer(kind string, from uint16, to ...uint16) {
	part := &w.written.Parts[from-1]
	part.References = append(part.References, bmff.PartReference{Kind: kind, To: to})
}

// image adds an image with the images of which it is made, and returns its number. An image
// that exists already is not added again.
func (w *writer) image(layout bmff.Layout, hidden bool) (uint16, error) {
	var last uint16

	for i, item := range layout.Items {
		if number, twice := w.numbers[item]; twice {
			last = number

			continue
		}

		hide := hidden || i < len(layout.Items)-1

		switch {
		case i > 0:
			next := w.add(item, bmff.Part{Kind: bmff.KindIden, Hidden: hide, Properties: w.properties(item, false)})
			w.refer("dimg", next, last)
			last = next
		case item.Kind == bmff.KindGrid:
			var tiles []uint16

			for _, tile := range layout.Tiles {
				number, err := w.coded(tile, true)
				if err != nil {
					return 0, err
				}

				tiles = append(tiles, number)
			}

			last = w.add(item, bmff.Part{Kind: bmff.KindGrid, Hidden: hide, Data: gridOf(layout), Properties: w.properties(item, false)})
			w.refer("dimg", last, tiles...)
		default:
			number, err := w.coded(item, hide)
			if err != nil {
				return 0, err
			}

			last = number
		}
	}

	return last, nil
}

// gridOf returns an ImageGrid (ISO/IEC 23008-12, 6.6.2.3.2).
func gridOf(layout bmff.Layout) []byte {
	const longSides = 1

	data := []byte{0, longSides, byte(layout.Rows - 1), byte(layout.Columns - 1)} //nolint:gosec // At most 256 of each.
	data = binary.BigEndian.AppendUint32(data, uint32(layout.Width))              //nolint:gosec // As read.

	return binary.BigEndian.AppendUint32(data, uint32(layout.Height)) //nolint:gosec // As read.
}

// coded adds a coded image.
func (w *writer) coded(item *bmff.Item, hidden bool) (uint16, error) {
	if number, twice := w.numbers[item]; twice {
		return number, nil
	}

	stream, err := w.stream(item)
	if err != nil {
		return 0, err
	}

	return w.add(item, bmff.Part{Kind: item.Kind, Hidden: hidden, Data: stream.data, Properties: w.properties(item, stream.cut)}), nil
}

// coded is the data of a coded image, and whether some of it was dropped.
type coded struct {
	data []byte
	cut  bool
}

// stream returns the data of a coded image. Items may have the same data, and the file must
// not become longer than the source because of items that overlap otherwise.
func (w *writer) stream(item *bmff.Item) (made coded, err error) {
	length, err := w.file.Length(item)
	if err != nil {
		return coded{}, err
	}

	if made, twice := w.data[item.Place()]; twice {
		return made, nil
	}

	if w.left -= length; w.left < 0 {
		return coded{}, failure.New(failure.Corrupt, "%s with coded images that share bytes", kindName(item))
	}

	data, err := w.file.Read(item, length)
	if err != nil {
		return coded{}, err
	}

	if made.data, made.cut, err = w.cleanStream(item, data); err != nil {
		return coded{}, failure.Wrap(failure.Corrupt, err, "%s with a damaged coded image", kindName(item))
	}

	// In a file, a length of 0 means the rest of the file (ISO/IEC 14496-12, 8.11.3).
	if len(made.data) == 0 {
		return coded{}, failure.New(failure.Corrupt, "%s with a coded image that has no data", kindName(item))
	}

	if made.cut {
		w.kinds.Add(report.Other)
	}

	w.data[item.Place()] = made

	return made, nil
}

// alpha adds the alpha image of the primary image, or those of its tiles.
func (w *writer) alpha() error {
	if item := AlphaItem(w.file, w.file.Primary); item != nil {
		layout, err := w.file.LayoutOf(item)
		if err != nil {
			return err
		}

		if err := CheckCost(layout, w.layout.Width*w.layout.Height); err != nil {
			return err
		}

		number, err := w.image(layout, true)
		if err != nil {
			return err
		}

		w.attach(number, w.written.Primary, w.file.Premultiplied(w.file.Primary))

		return nil
	}

	for i, item := range AlphaOfTiles(w.file, w.layout) {
		number, err := w.coded(item, true)
		if err != nil {
			return err
		}

		tile := w.layout.Tiles[i]
		w.attach(number, w.numbers[tile], w.file.Premultiplied(tile))
	}

	return nil
}

// attach makes an image the alpha of another, unless it is already.
func (w *writer) attach(alpha, of uint16, premultiplied bool) {
	for _, reference := range w.written.Parts[alpha-1].References {
		if reference.Kind == "auxl" && slices.Contains(reference.To, of) {
			return
		}
	}

	w.refer("auxl", alpha, of)

	if premultiplied {
		w.refer("prem", of, alpha)
	}
}
