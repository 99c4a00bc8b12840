package metadata

import "triptych/shared/faults"

// inspectPNG walks to the first IDAT: the animation control chunk must stand
// before it, and an orientation counts only there.
func inspectPNG(view *window) (Info, error) {
	var (
		info        Info
		orientation int
		controlled  bool // there was an animation control chunk
	)

	err := walkPNG(view, func(here chunk, offset int64) error {
		switch here.kind {
		case "IHDR":
			header, err := view.at(offset, headerBytes+chunkCRC)
			if err != nil {
				return err
			}

			if err := checkCRC(here.kind, pngSum(here.kind, header[:headerBytes]), header[headerBytes:]); err != nil {
				return err
			}

			info, err = parseHeader(header[:headerBytes])

			return err
		case "acTL":
			if controlled || here.length != controlBytes {
				return nil
			}

			control, err := view.at(offset, controlBytes+chunkCRC)
			if err != nil || !rightCRC(here.kind, control) {
				return err
			}

			if frames := pngFrames(control[:controlBytes]); frames > 0 {
				info.Frames, controlled = frames, true
			}

			return nil
		case "eXIf":
			if orientation != 0 {
				return nil
			}

			block, err := inspectEXIF(view, here, offset)
			orientation = orientationOf(block)

			return err
		}

		return nil
	})
	if err != nil {
		return Info{}, err
	}

	if orientation != 0 {
		info.Orientation = orientation
	}

	return info, nil
}

// inspectEXIF reads the start of an eXIf chunk, or nothing where its checksum is
// wrong. That of a longer one than is read is not looked at.
func inspectEXIF(view *window, here chunk, offset int64) ([]byte, error) {
	if here.length > maxEXIF {
		return view.at(offset, maxEXIF)
	}

	data, err := view.at(offset, int(here.length)+chunkCRC)
	if err != nil || !rightCRC(here.kind, data) {
		return nil, err
	}

	return data[:here.length], nil
}

// rightCRC says whether a chunk's data are followed by their checksum.
func rightCRC(kind string, data []byte) bool {
	end := len(data) - chunkCRC

	return checkCRC(kind, pngSum(kind, data[:end]), data[end:]) == nil
}

// walkPNG calls visit for every chunk with its data's offset, up to and with the
// first IDAT.
func walkPNG(view *window, visit func(here chunk, offset int64) error) error {
	offset := int64(len(pngSignature))

	for count := range maxSegments {
		header, err := view.at(offset, chunkHeader)
		if err != nil {
			return err
		}

		here, err := parseChunk(header, offset)
		if err != nil {
			return err
		}

		switch {
		case count == 0:
			if err := checkFirst(here); err != nil {
				return err
			}
		case here.kind == "IHDR":
			return faults.New(faults.Corrupt, "second PNG header at byte %d", offset)
		case here.kind == "IEND":
			return faults.New(faults.Corrupt, "PNG without image data")
		}

		offset += chunkHeader

		if err := visit(here, offset); err != nil || here.kind == "IDAT" {
			return err
		}

		offset += here.length + chunkCRC
	}

	return faults.New(faults.Corrupt, "more than %d PNG chunks before the image data", maxSegments)
}
