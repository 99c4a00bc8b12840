package png

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"triptych/picture/failure"
	"triptych/picture/inflate"
)

// animation holds the frames that the chunks of an APNG describe (PNG, third edition,
// 11.3.4).
type animation struct {
	header

	control int // the offset of acTL; 0 for a still image
	claimed int // frames, according to acTL
	frames  []frame
	cut     int // the offset where the file is cut, because of damage; 0 if it is not cut
	next    uint32
	image   bool // an IDAT was found
	none    bool // damaged before the image data: the file becomes a still image
}

// frame is a frame of an animation.
type frame struct {
	at            int // the offset of its fcTL
	width, height int
	image         bool     // its pixels are in the IDAT chunks
	packed        [][]byte // the data of its fdAT chunks
}

// walkAnimation reads the chunks of a file up to the end of the file, or up to the first
// damage of the animation.
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

// damaged ends the animation before the frame that a damaged chunk belongs to.
func (a *animation) damaged(here chunk) {
	last := len(a.frames) - 1

	switch {
	case a.control == 0:
	case !a.image: // No frame remains: the file is a still image.
		a.none, a.frames = true, nil
	case here.kind != "fcTL" && last >= 0 && !a.frames[last].image:
		a.cutAt(last)
	default: // The chunk begins a frame, or does not belong to a frame.
		a.cut = here.offset
	}
}

// take reads a chunk. It returns false if the chunk is damaged, or not allowed at this
// position of an animation.
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

// frame adds the frame that an fcTL chunk describes. It returns false if the chunk is not
// valid.
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

// data adds the compressed pixels of an fdAT chunk to the last frame. It returns false if
// the chunk is not valid.
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

// affordable returns an error if all frames together have more than maxPixels.
func (a *animation) affordable(maxPixels int64) error {
	pixels := int64(0)

	for _, frame := range a.frames {
		// The sum cannot overflow: a side has at most 31 bits, and the sum is compared with
		// maxPixels at each step.
		if pixels += int64(frame.width) * int64(frame.height); pixels > maxPixels {
			return failure.New(failure.TooManyPixels, "an animation of %d frames has more than %d pixels", len(a.frames), maxPixels)
		}
	}

	return nil
}

// whole reports whether the data of a frame is complete: it has all rows, every row has a
// defined filter, and the checksum is right. It does not check a frame in IDAT chunks.
func (f *frame) whole(ctx context.Context, of header) (bool, error) {
	if f.image {
		return true, nil
	}

	unpacked := inflate.NewReader(inflate.Parts(f.packed...))

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

	// The stream must end after fewer than MaxNext more bytes. The reader verifies the
	// checksum at the end of the stream.
	_, err := unpacked.Next(inflate.MaxNext)

	return errors.Is(err, io.EOF), nil
}

// onePass is the only pass of an image that is not interlaced.
var onePass = []pass{{0, 0, 1, 1}}

// rowsWhole reads rows, and reports whether all rows are complete. The byte before each row
// is the number of its filter.
func rowsWhole(ctx context.Context, from *inflate.Reader, rowBytes, height int) (bool, error) {
	const mostFilter, rowsBetween = 4, 64

	for y := range height {
		if y%rowsBetween == 0 && ctx.Err() != nil {
			return false, fmt.Errorf("review an APNG: %w", ctx.Err())
		}

		if filter, err := from.Next(1); err != nil || filter[0] > mostFilter {
			return false, nil //nolint:nilerr // The frame is damaged.
		}

		for left := rowBytes; left > 0; left -= inflate.MaxNext {
			if _, err := from.Next(min(left, inflate.MaxNext)); err != nil {
				return false, nil //nolint:nilerr // As above.
			}
		}
	}

	return true, nil
}
