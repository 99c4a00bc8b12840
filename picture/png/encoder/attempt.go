package encoder

import (
	"bytes"
	"compress/zlib"
	"io"
	"sync"

	"triptych/picture/deflate"
)

// attempt is a way to store an image.
type attempt struct {
	source

	filtered bool // with the filter of [rows.filter]; otherwise with none
}

const (
	// smallBytes is the length of the rows up to which all ways are tried.
	smallBytes = 320 << 10

	// Of a larger image, about sampleBands bands of sampleRows rows are compressed in all
	// ways.
	sampleRows, sampleBands = 24, 4

	// graphicBytes is the length of the rows up to which no file is larger than that of
	// image/png: as much as 512 × 512 pixels with alpha.
	graphicBytes = 4*512*512 + 512

	// shortPart: a larger graphic whose data is shorter than this part of its rows is
	// compressed again with the largest effort.
	shortPart = 8
)

// smallest returns the form of the image with the fewest bytes, and its zlib stream (10.1).
func (s *source) smallest(profile bool) (source, []byte) {
	forms := s.forms(profile)
	small := s.bytes() <= smallBytes

	if !small && len(forms) == 1 && !s.repeats() {
		return forms[0], (&attempt{forms[0], true}).compress(deflate.Fast, 1)
	}

	var ways []attempt

	for _, form := range forms {
		ways = append(ways, attempt{form, false})

		if form.depth == 8 {
			ways = append(ways, attempt{form, true})
		}
	}

	var (
		likely attempt
		data   []byte
	)

	if small {
		likely, data = best(ways, deflate.Medium, 1)
	} else {
		likely, _ = best(ways, deflate.Fast, s.height/(sampleRows*sampleBands))
		data = likely.compress(deflate.Fast, 1)
	}

	// What is short compresses fast.
	if small || s.bytes() <= graphicBytes && len(data) < likely.bytes()/shortPart {
		if most := likely.compress(deflate.Most, 1); len(most) < len(data) {
			data = most
		}
	}

	if s.bytes() > graphicBytes {
		return likely.source, data
	}

	// Icons repeat so much that the search does not find the best match everywhere.
	filtered := attempt{forms[0], true}
	if other := filtered.standard(); len(other) < len(data)+likely.colorBytes() {
		return filtered.source, other
	}

	return likely.source, data
}

// best compresses an image in several ways; see [attempt.compress].
func best(ways []attempt, effort deflate.Effort, share int) (attempt, []byte) {
	var (
		way   attempt
		data  []byte
		least int
	)

	for _, another := range ways {
		made := another.compress(effort, share)

		length := len(made) + another.colorBytes()
		if data == nil || length < least {
			way, data, least = another, made, length
		}
	}

	return way, data
}

// colorBytes is the length of the chunks of the palette.
func (s *source) colorBytes() int {
	if s.palette == nil {
		return 0
	}

	return len(s.palette.chunks(nil))
}

// compress returns the zlib stream of an image, or that of some of its rows: a share of 5
// means one band of rows in five.
func (a *attempt) compress(effort deflate.Effort, share int) []byte {
	packed, ok := writers[effort].Get().(*deflate.Writer)
	if ok {
		packed.Reset(nil)
	} else {
		packed = deflate.NewWriterEffort(nil, effort)
	}

	defer writers[effort].Put(packed)

	a.write(packed, share)

	return packed.Close()
}

// writers and standards are kept for the next image: to allocate their tables takes longer
// than to compress a small image.
var (
	writers   [deflate.Most + 1]sync.Pool // by effort
	standards sync.Pool
)

// standard returns the zlib stream of compress/zlib at its best level.
func (a *attempt) standard() []byte {
	var packed bytes.Buffer

	writer, ok := standards.Get().(*zlib.Writer)
	if ok {
		writer.Reset(&packed)
	} else {
		var err error
		if writer, err = zlib.NewWriterLevel(&packed, zlib.BestCompression); err != nil {
			panic(err) // The level exists.
		}
	}

	defer standards.Put(writer)

	a.write(writer, 1)

	_ = writer.Close() // A buffer never returns an error.

	return packed.Bytes()
}

// write writes the rows of a share of the image, each after its filter. The writer must not
// return errors.
func (a *attempt) write(to io.Writer, share int) {
	made := newRows(a.rowBytes(), a.step())

	for y := range a.height {
		if share > 1 && y/sampleRows%share != share/2 {
			continue
		}

		a.row(y, made.next())

		kind, row := byte(none), made.row[made.step:made.step+made.length]
		if a.filtered {
			kind, row = made.filter()
		}

		_, _ = to.Write([]byte{kind})
		_, _ = to.Write(row)
	}
}

// repeats reports whether many pixels are equal to the pixel on their left or the one
// above, as in drawings. In photos few are.
func (s *source) repeats() bool {
	const some, part = 8, 4 // one row in eight; a quarter of the pixels

	equal, all := 0, 0

	for y := some; y < s.height; y += some {
		row, above := s.at(y), s.at(y-1)
		left := s.color(row)

		for at := 0; at < len(row); at += s.pixelBytes {
			here := s.color(row[at:])
			if here == left || here == s.color(above[at:]) {
				equal++
			}

			left = here
			all++
		}
	}

	return equal > all/part
}
