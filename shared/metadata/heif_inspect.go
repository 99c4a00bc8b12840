package metadata

import "triptych/shared/faults"

// Coding is what the samples of a picture mean (ISO/IEC 23091-2, as a HEIF's nclx
// has it): its zero value says nothing.
type Coding struct {
	// Primaries, Transfer and Matrix are 1 for ITU-R BT.709; 12 are the primaries of
	// Display P3, 9 those of BT.2020; a Matrix of 5 or 6 is BT.601.
	Primaries, Transfer, Matrix uint16
	// FullRange says that samples go from 0 to the largest number.
	FullRange bool
	// Known is false where the file does not say.
	Known bool
}

// property is one that the primary picture has, in the order in which it is
// applied.
type property struct {
	kind string
	data []byte
}

// heif is what a HEIF's meta box says.
type heif struct {
	meta       []byte
	primary    uint32
	properties []property
}

func openHEIF(view *window) (heif, error) {
	meta, err := metaBox(view)
	if err != nil {
		return heif{}, err
	}

	pitm := fields(box(meta, "pitm"))
	version := pitm.uint(1)
	pitm.uint(3) // flags

	found := heif{meta: meta, primary: pitm.id(version > 0)}
	found.readProperties()

	return found, nil
}

// readProperties collects the primary picture's, by the associations in ipma
// (ISO/IEC 23008-12, 9.3).
func (h *heif) readProperties() {
	iprp := box(h.meta, "iprp")

	var all []property

	eachBox(box(iprp, "ipco"), func(kind string, data []byte) bool {
		all = append(all, property{kind, data})

		return true
	})

	ipma := fields(box(iprp, "ipma"))
	version := ipma.uint(1)
	long := ipma.uint(3)&1 != 0 // indices of 15 bits, not 7

	for entries := ipma.uint(4); entries > 0 && len(ipma) > 0; entries-- {
		item := ipma.id(version > 0)

		for count := ipma.uint(1); count > 0 && len(ipma) > 0; count-- {
			var index int
			if long {
				index = int(ipma.uint(2) & 0x7fff)
			} else {
				index = int(ipma.uint(1) & 0x7f)
			}

			if item == h.primary && index > 0 && index <= len(all) {
				h.properties = append(h.properties, all[index-1])
			}
		}
	}
}

func inspectHEIF(view *window, format Format) (Info, error) {
	found, err := openHEIF(view)
	if err != nil {
		return Info{}, err
	}

	info := Info{Format: format, Orientation: Upright, Frames: 1, Components: 3, Precision: 8}
	turns := upright

	for _, property := range found.properties {
		turns = property.describe(&info, turns)
	}

	if info.Width <= 0 || info.Height <= 0 || info.Width > 1<<30 || info.Height > 1<<30 {
		return Info{}, faults.New(faults.Corrupt, "HEIF whose picture has %d × %d pixels", info.Width, info.Height)
	}

	info.Orientation = turns.orientation()
	info.Samples = int64(info.Width) * int64(info.Height) * int64(info.Components)

	return info, nil
}

// describe adds what a property says of the picture, and returns its turns with its
// own behind them.
func (p property) describe(info *Info, turned turns) turns {
	data := fields(p.data)

	switch p.kind {
	case "ispe":
		data.uint(4) // version and flags
		info.Width, info.Height = int(data.uint(4)), int(data.uint(4))
	case "clap":
		info.Width, info.Height = clean(data, info.Width, info.Height)
	case "irot":
		for range data.uint(1) & 3 {
			turned = turned.then(quarterLeft)
		}
	case "imir":
		if data.uint(1)&1 == 0 {
			return turned.then(flipped)
		}

		return turned.then(mirrored)
	case "colr":
		if string(p.data[:min(4, len(p.data))]) == "nclx" {
			data.uint(4)
			info.Coding = coding(data)
		}
	case "pixi":
		data.uint(4)

		if data.uint(1) == 1 {
			info.Components = 1
		}
	}

	return turned
}

func coding(data fields) Coding {
	return Coding{
		Primaries: uint16(data.uint(2)), Transfer: uint16(data.uint(2)), Matrix: uint16(data.uint(2)), //nolint:gosec // As read.
		FullRange: data.uint(1)&0x80 != 0, Known: true,
	}
}

// clean is the size of a clean aperture (ISO/IEC 14496-12, 12.1.4): quotients of
// two numbers each. One that is none leaves the size as it is.
func clean(data fields, width, height int) (w, h int) {
	across, acrossBy := data.uint(4), data.uint(4)
	down, downBy := data.uint(4), data.uint(4)

	if acrossBy == 0 || downBy == 0 {
		return width, height
	}

	w, h = int(across/acrossBy), int(down/downBy)
	if w == 0 || h == 0 || w > width || h > height {
		return width, height
	}

	return w, h
}

// profileHEIF is the ICC profile of the primary picture.
func profileHEIF(view *window) ([]byte, error) {
	const kindBytes = 4

	found, err := openHEIF(view)
	if err != nil {
		return nil, err
	}

	for _, property := range found.properties {
		if property.kind != "colr" || len(property.data) <= kindBytes {
			continue
		}

		if kind := string(property.data[:kindBytes]); kind == "prof" || kind == "rICC" {
			return property.data[kindBytes:], nil
		}
	}

	return nil, nil
}

// kindsHEIF names the metadata that are items of their own (ISO/IEC 23008-12, annex
// A): Exif, and XMP by its media type.
func kindsHEIF(view *window) ([]string, error) {
	found, err := openHEIF(view)
	if err != nil {
		return nil, err
	}

	kinds := foundIn(found.meta)

	return kinds.report().Removed, nil
}

func foundIn(meta []byte) found {
	kinds := found{}
	iinf := box(meta, "iinf")

	const versionAndCount, longCount = 6, 8
	if len(iinf) < longCount {
		return kinds
	}

	entries := iinf[versionAndCount:]
	if iinf[0] > 0 {
		entries = iinf[longCount:]
	}

	eachBox(entries, func(_ string, infe []byte) bool {
		const idBytes, protectionBytes, kindBytes = 2, 2, 4

		at := 4 + idBytes + protectionBytes
		if len(infe) > 0 && infe[0] > 2 {
			at += idBytes
		}

		if len(infe) < at+kindBytes {
			return true
		}

		switch string(infe[at : at+kindBytes]) {
		case "Exif":
			kinds.add(kindEXIF)
		case "mime":
			kinds.add(kindXMP)
		}

		return true
	})

	return kinds
}
