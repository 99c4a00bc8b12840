package png

import (
	"bytes"
	"cmp"
	"encoding/binary"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
)

// maxChunks limits the number of chunks before the image data.
const maxChunks = 4096

// lateBytes is the number of bytes at the end of a PNG that are searched for chunks after
// the pixels. Following the chunk headers would mean reading through the whole file.
const lateBytes = 256 << 10

// lateOrientation reads the orientation of an eXIf chunk at the end of a file, and that
// of a text chunk. Bytes with the name, the length and the checksum of such a chunk are
// treated as a chunk.
func lateOrientation(view *container.Window) (orientation, raw int, err error) {
	length := int(min(view.Size, lateBytes))

	end, err := view.At(view.Size-int64(length), length)
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
			orientation = exif.Orientation(data[:min(len(data), container.MaxEXIFBytes)])
		} else if raw == 0 {
			raw = exif.Orientation(rawEXIF(kind, data))
		}
	}

	return orientation, raw, nil
}

// inspect reads to the first IDAT, because the animation control chunk must come
// before it. An orientation may also come after the last IDAT.
func inspect(view *container.Window) (format.Info, error) { //nolint:cyclop,funlen,gocognit // A flat table of chunks.
	var (
		info        format.Info
		orientation int
		raw         int  // that of a text chunk
		controlled  bool // there was an animation control chunk
	)

	err := walk(view, func(here container.Chunk, offset int64) error {
		switch here.Kind {
		case "IHDR":
			header, err := view.At(offset, headerBytes+chunkCRC)
			if err != nil {
				return err
			}

			if err := checkCRC(here.Kind, sumOf(here.Kind, header[:headerBytes]), header[headerBytes:]); err != nil {
				return err
			}

			info, err = parseHeader(header[:headerBytes])

			return err
		case "acTL":
			if controlled || here.Length != controlBytes {
				return nil
			}

			control, err := view.At(offset, controlBytes+chunkCRC)
			if err != nil || !rightCRC(here.Kind, control) {
				return err
			}

			if frames := framesOf(control[:controlBytes]); frames > 0 {
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
			if peak != 0 && (here.Kind == "cLLI" || info.Coding.Peak == 0) {
				info.Coding.Peak = peak
			}

			return err
		case "eXIf":
			if orientation != 0 {
				return nil
			}

			block, err := inspectEXIF(view, here, offset)
			orientation = exif.Orientation(block)

			return err
		case "tEXt", "zTXt":
			if raw != 0 || here.Length > maxRawEXIF {
				return nil
			}

			data, err := view.At(offset, int(here.Length)+chunkCRC)
			if err == nil && rightCRC(here.Kind, data) {
				raw = exif.Orientation(rawEXIF(here.Kind, data[:here.Length]))
			}

			return err
		}

		return nil
	})
	if err != nil {
		return format.Info{}, err
	}

	if orientation == 0 {
		late, lateRaw, err := lateOrientation(view)
		if err != nil {
			return format.Info{}, err
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
func inspectCoding(view *container.Window, here container.Chunk, offset int64) (format.Coding, error) {
	const codingBytes = 4
	if here.Length != codingBytes {
		return format.Coding{}, nil
	}

	data, err := view.At(offset, codingBytes+chunkCRC)
	if err != nil || !rightCRC(here.Kind, data) {
		return format.Coding{}, err
	}

	return format.Coding{
		Primaries: uint16(data[0]), Transfer: uint16(data[1]), Matrix: uint16(data[2]), FullRange: data[3] == 1,
	}, nil
}

// inspectLight reads the maximum light in a cLLI or mDCV chunk, in cd/m² (PNG, third
// edition, 11.3.2.7 and 11.3.2.8). It returns 0 if the chunk is malformed.
func inspectLight(view *container.Window, here container.Chunk, offset int64) (float64, error) {
	const unit, displayAt = 10_000, 16

	length, at := int64(controlBytes), 0
	if here.Kind == "mDCV" {
		length, at = displayBytes, displayAt
	}

	if here.Length != length {
		return 0, nil
	}

	data, err := view.At(offset, int(length)+chunkCRC)
	if err != nil || !rightCRC(here.Kind, data) {
		return 0, err
	}

	return float64(binary.BigEndian.Uint32(data[at:])) / unit, nil
}

// inspectEXIF reads the start of an eXIf chunk. It returns nothing if the checksum is
// wrong. If the chunk is longer than the part that is read, the checksum is not verified.
func inspectEXIF(view *container.Window, here container.Chunk, offset int64) ([]byte, error) {
	if here.Length > container.MaxEXIFBytes {
		return view.At(offset, container.MaxEXIFBytes)
	}

	data, err := view.At(offset, int(here.Length)+chunkCRC)
	if err != nil || !rightCRC(here.Kind, data) {
		return nil, err
	}

	return data[:here.Length], nil
}

// rightCRC reports whether a chunk's data is followed by the correct checksum.
func rightCRC(kind string, data []byte) bool {
	end := len(data) - chunkCRC

	return checkCRC(kind, sumOf(kind, data[:end]), data[end:]) == nil
}

// walk calls visit for every chunk, with the offset of its data, up to and including
// the first IDAT.
func walk(view *container.Window, visit func(here container.Chunk, offset int64) error) error {
	offset := int64(len(signature))

	for count := range maxChunks {
		header, err := view.At(offset, chunkHeader)
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
		case here.Kind == "IHDR":
			return failure.New(failure.Corrupt, "second PNG header at byte %d", offset).At(offset)
		case here.Kind == "IEND":
			return failure.New(failure.Corrupt, "PNG without image data")
		}

		offset += chunkHeader

		if err := visit(here, offset); err != nil || here.Kind == "IDAT" {
			return err
		}

		offset += here.Length + chunkCRC
	}

	return failure.New(failure.Corrupt, "more than %d PNG chunks before the image data", maxChunks)
}
