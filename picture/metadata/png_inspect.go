package metadata

import (
	"bytes"
	"cmp"
	"encoding/binary"

	"triptych/picture/failure"
)

// lateBytes is the number of bytes at the end of a PNG that are searched for chunks after
// the pixels. Following the chunk headers would mean reading through the whole file.
const lateBytes = 256 << 10

// lateOrientation reads the orientation of an eXIf chunk at the end of a file, and that
// of a text chunk. Bytes with the name, the length and the checksum of such a chunk are
// treated as one.
func lateOrientation(view *window) (orientation, raw int, err error) {
	length := int(min(view.size, lateBytes))

	end, err := view.at(view.size-int64(length), length)
	if err != nil {
		return 0, 0, err
	}

	const tag = 4 // bytes of a length or a name

	for at := tag; at+tag <= len(end) && orientation == 0; at++ {
		kind := string(end[at : at+tag])
		if kind != "eXIf" && kind != "tEXt" && kind != "zTXt" {
			continue
		}

		size := int64(binary.BigEndian.Uint32(end[at-tag:]))
		data := end[at+tag:]

		if size > int64(len(data)-chunkCRC) || !rightCRC(kind, data[:size+chunkCRC]) {
			continue
		}

		if data = bytes.Clone(data[:size]); kind == "eXIf" {
			orientation = orientationOf(data[:min(len(data), maxEXIF)])
		} else if raw == 0 {
			raw = orientationOf(rawEXIF(kind, data))
		}
	}

	return orientation, raw, nil
}

// inspectPNG reads to the first IDAT, because the animation control chunk must come
// before it. An orientation may also come after the last IDAT.
func inspectPNG(view *window) (Info, error) { //nolint:cyclop,funlen,gocognit // A flat table of chunks.
	var (
		info        Info
		orientation int
		raw         int  // that of a text chunk
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
		case "cICP":
			coding, err := inspectCoding(view, here, offset)
			if info.Coding.Primaries == 0 {
				coding.Peak = info.Coding.Peak
				info.Coding = coding
			}

			return err
		case "mDCV", "cLLI":
			peak, err := inspectLight(view, here, offset)
			if peak != 0 && (here.kind == "cLLI" || info.Coding.Peak == 0) {
				info.Coding.Peak = peak
			}

			return err
		case "eXIf":
			if orientation != 0 {
				return nil
			}

			block, err := inspectEXIF(view, here, offset)
			orientation = orientationOf(block)

			return err
		case "tEXt", "zTXt":
			if raw != 0 || here.length > maxRawEXIF {
				return nil
			}

			data, err := view.at(offset, int(here.length)+chunkCRC)
			if err == nil && rightCRC(here.kind, data) {
				raw = orientationOf(rawEXIF(here.kind, data[:here.length]))
			}

			return err
		}

		return nil
	})
	if err != nil {
		return Info{}, err
	}

	if orientation == 0 {
		late, lateRaw, err := lateOrientation(view)
		if err != nil {
			return Info{}, err
		}

		orientation = cmp.Or(late, raw, lateRaw)
	}

	if orientation != 0 {
		info.Orientation = orientation
	}

	return info, nil
}

// inspectCoding reads a cICP chunk (PNG, third edition, 11.3.2.6). It returns a zero
// value if the chunk is malformed.
func inspectCoding(view *window, here chunk, offset int64) (Coding, error) {
	const codingBytes = 4
	if here.length != codingBytes {
		return Coding{}, nil
	}

	data, err := view.at(offset, codingBytes+chunkCRC)
	if err != nil || !rightCRC(here.kind, data) {
		return Coding{}, err
	}

	return Coding{
		Primaries: uint16(data[0]), Transfer: uint16(data[1]), Matrix: uint16(data[2]), FullRange: data[3] == 1,
	}, nil
}

// inspectLight reads the maximum light in a cLLI or mDCV chunk, in cd/m² (PNG, third
// edition, 11.3.2.7 and 11.3.2.8). It returns 0 if the chunk is malformed.
func inspectLight(view *window, here chunk, offset int64) (float64, error) {
	const unit, displayAt = 10_000, 16

	length, at := int64(controlBytes), 0
	if here.kind == "mDCV" {
		length, at = displayBytes, displayAt
	}

	if here.length != length {
		return 0, nil
	}

	data, err := view.at(offset, int(length)+chunkCRC)
	if err != nil || !rightCRC(here.kind, data) {
		return 0, err
	}

	return float64(binary.BigEndian.Uint32(data[at:])) / unit, nil
}

// inspectEXIF reads the start of an eXIf chunk. It returns nothing if the checksum is
// wrong. If the chunk is longer than the part that is read, the checksum is not verified.
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

// rightCRC reports whether a chunk's data is followed by the correct checksum.
func rightCRC(kind string, data []byte) bool {
	end := len(data) - chunkCRC

	return checkCRC(kind, pngSum(kind, data[:end]), data[end:]) == nil
}

// walkPNG calls visit for every chunk, with the offset of its data, up to and including
// the first IDAT.
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
			return failure.New(failure.Corrupt, "second PNG header at byte %d", offset).At(offset)
		case here.kind == "IEND":
			return failure.New(failure.Corrupt, "PNG without image data")
		}

		offset += chunkHeader

		if err := visit(here, offset); err != nil || here.kind == "IDAT" {
			return err
		}

		offset += here.length + chunkCRC
	}

	return failure.New(failure.Corrupt, "more than %d PNG chunks before the image data", maxSegments)
}
