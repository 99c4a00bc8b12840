package png

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"

	"triptych/picture/failure"
)

// animation holds the frames that the chunks of an APNG describe (PNG, third edition,
// 11.3.4).
type animation struct {
	header

	control int // the offset of acTL; 0 for a still image
	claimed int // frames, according to acTL
	frames  []frame
	cut     int // where the first damage visible in the chunks begins; 0 if there is none
	next    uint32
	image   bool // an IDAT was found
	none    bool // the animation is damaged from its beginning
}

// frame is a frame of an animation.
type frame struct {
	at            int // the offset of its fcTL
	width, height int
	image         bool     // its pixels are the image data
	packed        [][]byte // the data of its fdAT chunks
}

// walkAnimation reads the chunks of a file up to its end, or up to the first damage of
// its animation.
func walkAnimation(file []byte) (*animation, error) {
	found := &animation{}

	for offset := len(signature); found.cut == 0; {
		here, err := chunkAt(file, offset)

		switch {
		case err != nil && found.image:
			found.damaged(chunk{kind: here.kind, offset: offset})

			return found, nil
		case err != nil:
			return nil, err
		case here.kind == "IEND":
			return found, nil
		case here.kind == "IHDR" && len(here.data) == headerBytes:
			if found.header, err = parseHeader(here.data, offset); err != nil {
				return nil, err
			}
		case !found.take(file, here):
			found.damaged(here)
		}

		if here.kind == "IDAT" && found.control == 0 {
			return found, nil
		}

		offset = here.next()
	}

	return found, nil
}

// damaged ends the animation before the frame that a chunk belongs to.
func (a *animation) damaged(here chunk) {
	last := len(a.frames) - 1

	switch {
	case a.control == 0:
	case !a.image: // The image is still.
		a.none, a.frames = true, nil
	case here.kind != "fcTL" && last >= 0 && !a.frames[last].image:
		a.cutAt(last)
	default: // The chunk begins a frame, or belongs to none.
		a.cut = here.offset
	}
}

// take reads a chunk, and reports whether an animation may have it at this place.
func (a *animation) take(file []byte, here chunk) bool {
	const controlBytes, frameBytes = 8, 26

	if a.none {
		return true
	}

	switch here.kind {
	case "acTL":
		if a.control == 0 && !a.image && len(here.data) == controlBytes {
			a.control, a.claimed = here.offset, int(binary.BigEndian.Uint32(here.data))
		}
	case "IDAT":
		separate := a.image && (len(a.frames) > 0 && !a.frames[len(a.frames)-1].image)
		a.image = true

		return !separate
	case "fcTL":
		return here.sealed(file) && len(here.data) == frameBytes && a.frame(here)
	case "fdAT":
		return here.sealed(file) && a.data(here)
	}

	return true
}

// frame begins a frame.
func (a *animation) frame(here chunk) bool {
	const widthAt, heightAt, leftAt, topAt, disposalAt, blendAt, mostDisposal, mostBlend = 4, 8, 12, 16, 24, 25, 2, 1

	number := func(at int) int { return int(binary.BigEndian.Uint32(here.data[at:])) }
	begun := frame{at: here.offset, width: number(widthAt), height: number(heightAt), image: !a.image}
	left, top := number(leftAt), number(topAt)

	switch {
	case !a.numbered(here.data), len(a.frames) == a.claimed,
		begun.width == 0, begun.height == 0, left+begun.width > a.width, top+begun.height > a.height,
		here.data[disposalAt] > mostDisposal, here.data[blendAt] > mostBlend,
		begun.image && (len(a.frames) > 0 || begun.width != a.width || begun.height != a.height):
		return false
	}

	a.frames = append(a.frames, begun)

	return true
}

// data adds data to the pixels of a frame.
func (a *animation) data(here chunk) bool {
	if len(a.frames) == 0 || !a.numbered(here.data) {
		return false
	}

	last := &a.frames[len(a.frames)-1]
	last.packed = append(last.packed, here.data[lengthBytes:])

	return !last.image
}

// numbered reports whether a chunk has the next sequence number. The numbers start at 0,
// and fcTL and fdAT share them.
func (a *animation) numbered(data []byte) bool {
	if len(data) < lengthBytes || binary.BigEndian.Uint32(data) != a.next {
		return false
	}

	a.next++

	return true
}

// affordable limits the pixels of all frames.
func (a *animation) affordable(maxPixels int64) error {
	pixels := int64(0)

	for _, frame := range a.frames {
		// A side has at most 31 bits, and the sum is bounded at each step.
		if pixels += int64(frame.width) * int64(frame.height); pixels > maxPixels {
			return failure.New(failure.TooManyPixels, "an animation of %d frames has more than %d pixels", len(a.frames), maxPixels)
		}
	}

	return nil
}

// whole reports whether a frame has all its pixels, as rows with known filters.
func (f *frame) whole(ctx context.Context, of header) (bool, error) {
	if f.image {
		return true, nil
	}

	parts := make([]io.Reader, len(f.packed))
	for i, part := range f.packed {
		parts[i] = bytes.NewReader(part)
	}

	stream, err := zlib.NewReader(io.MultiReader(parts...))
	if err != nil {
		return false, nil
	}
	defer stream.Close()

	unpacked := bufio.NewReaderSize(stream, unpackedBytes)

	places := adam7[:]
	if !of.interlaced {
		places = onePass
	}

	for _, place := range places {
		width, height := (f.width-place.x+place.stepX-1)/place.stepX, (f.height-place.y+place.stepY-1)/place.stepY
		if width <= 0 || height <= 0 {
			continue
		}

		if whole, err := rowsWhole(ctx, unpacked, of.rowBytes(width), height); !whole || err != nil {
			return whole, err
		}
	}

	// The checksum of the pixels follows them. Little else may follow.
	_, err = unpacked.Discard(unpackedBytes)

	return errors.Is(err, io.EOF), nil
}

// onePass is the only pass of an image that is not interlaced.
var onePass = []pass{{0, 0, 1, 1}}

// unpackedBytes is the number of bytes of a frame that are held at a time.
const unpackedBytes = 64 << 10

// rowsWhole reads rows. Each row follows the number of its filter.
func rowsWhole(ctx context.Context, from *bufio.Reader, rowBytes, height int) (bool, error) {
	const mostFilter, rowsBetween = 4, 64

	for y := range height {
		if y%rowsBetween == 0 && ctx.Err() != nil {
			return false, fmt.Errorf("review an APNG: %w", ctx.Err())
		}

		if filter, err := from.ReadByte(); err != nil || filter > mostFilter {
			return false, nil //nolint:nilerr // The frame is damaged.
		}

		if _, err := from.Discard(rowBytes); err != nil {
			return false, nil //nolint:nilerr // As above.
		}
	}

	return true, nil
}
