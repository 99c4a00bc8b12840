package heif

import (
	"context"
	"errors"
	"fmt"
	"image"

	"triptych/picture/failure"
	"triptych/picture/heif/hevc"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/metadata/bmff"
	meta "triptych/picture/metadata/heif"
	"triptych/picture/workers"
)

// tiles decodes the coded images of an image. An image that is not tiled has one.
type tiles struct {
	file     *bmff.File
	layout   bmff.Layout
	crop     image.Rectangle   // the part that is needed
	alike    bitstream.Picture // how all tiles are sampled
	maxBytes int64             // the memory for decoding
	threads  int

	list []place
}

// place is a tile that is needed.
type place struct {
	item *bmff.Item
	// area is the needed part of the tile, in pixels of the crop.
	area image.Rectangle
	// from is the needed part's first pixel in the tile.
	from image.Point
	// first and last report whether the tile is the first or the last one of its row.
	first, last bool
}

// plan lists the needed tiles in the order of the rows. The limit of their bytes exists
// because items may share bytes.
func (t *tiles) plan() error {
	left := t.maxBytes

	for i, item := range t.layout.Tiles {
		corner := image.Pt(i%t.layout.Columns*t.layout.TileWidth, i/t.layout.Columns*t.layout.TileHeight)
		whole := image.Rectangle{Min: corner, Max: corner.Add(image.Pt(t.layout.TileWidth, t.layout.TileHeight))}

		area := whole.Intersect(t.crop)
		if area.Empty() {
			continue
		}

		length, err := t.file.Length(item)
		if err != nil {
			return err
		}

		if left -= length; left < 0 {
			return failure.New(failure.TooManyPixels, "HEIC whose tiles share bytes, and together exceed %d MiB", t.maxBytes>>20)
		}

		next := place{item: item, area: area.Sub(t.crop.Min), from: area.Min.Sub(corner), first: true, last: true}

		if count := len(t.list); count > 0 && t.list[count-1].area.Min.Y == next.area.Min.Y {
			t.list[count-1].last, next.first = false, false
		}

		t.list = append(t.list, next)
	}

	return nil
}

// perThread is the number of tiles for each goroutine that may be decoded before they are
// taken.
const perThread = 2

// each decodes all needed tiles, and calls take for each in the order of the rows. With
// several threads, the next tiles are decoded at the same time.
func (t *tiles) each(ctx context.Context, take func(place, *hevc.Picture) error) error {
	if err := t.plan(); err != nil {
		return err
	}

	samples := int64(t.alike.Width) * int64(t.alike.Height)
	threads := min(t.threads, len(t.list))

	if ahead := int64(threads) * perThread; threads > 1 && ahead*samples*mostBytesPerPixel <= t.maxBytes {
		return t.concurrently(ctx, threads, t.maxBytes/ahead, take)
	}

	for _, next := range t.list {
		decoded, err := t.decode(ctx, next.item, t.maxBytes)
		if err != nil {
			return err
		}

		if err := take(next, decoded); err != nil {
			return err
		}
	}

	return nil
}

// mostBytesPerPixel is more than the memory of a decoded pixel: three samples of two bytes,
// and the state of its block.
const mostBytesPerPixel = 8

// result is a decoded tile, or the reason why there is none.
type result struct {
	picture *hevc.Picture
	err     error
}

// errPanic stops taking tiles after a panic of another goroutine, which Wait repeats.
var errPanic = errors.New("a tile's goroutine panicked")

func (t *tiles) concurrently(ctx context.Context, threads int, maxBytes int64, take func(place, *hevc.Picture) error) error {
	ctx, cancel := context.WithCancel(ctx)

	var group workers.Group

	jobs, done := make(chan int, threads*perThread), make([]chan result, threads*perThread)
	for i := range done {
		done[i] = make(chan result, 1)
	}

	for range threads {
		group.Go(func() {
			for i := range jobs {
				made := result{err: errPanic}

				group.Do(func() { made.picture, made.err = t.decode(ctx, t.list[i].item, maxBytes) })

				done[i%len(done)] <- made
			}
		})
	}

	defer group.Wait()
	defer close(jobs)
	defer cancel()

	begun := 0

	for i, next := range t.list {
		for ; begun < len(t.list) && begun < i+len(done); begun++ {
			jobs <- begun
		}

		made := <-done[i%len(done)]
		if made.err != nil {
			return made.err
		}

		if err := take(next, made.picture); err != nil {
			return err
		}
	}

	return nil
}

// sparePixels is the number of pixels that a tile may have beyond twice those in its
// properties. Encoders add pixels to reach whole blocks.
const sparePixels = 1 << 16

// decode decodes a tile, and checks that it agrees with its headers.
func (t *tiles) decode(ctx context.Context, item *bmff.Item, maxBytes int64) (*hevc.Picture, error) {
	header, err := meta.Coded(t.file, item)
	if err != nil {
		return nil, err
	}

	mostPixels := 2*int64(t.layout.TileWidth)*int64(t.layout.TileHeight) + sparePixels
	if err := t.check(header, item, mostPixels); err != nil {
		return nil, err
	}

	data, err := t.file.Read(item, t.maxBytes)
	if err != nil {
		return nil, err
	}

	decoded, err := hevc.Decode(ctx, item.Find("hvcC"), data, hevc.Options{MaxPixels: 2 * mostPixels, MaxBytes: maxBytes})

	switch {
	case failure.Is(err, failure.Truncated): // The data of the item is complete.
		return nil, failure.Wrap(failure.Corrupt, err, "HEIC whose item %d ends before its last pixel", item.ID)
	case err != nil:
		return nil, fmt.Errorf("decode item %d of the HEIC: %w", item.ID, err)
	}

	if decoded.Width != header.Width || decoded.Height != header.Height || decoded.Chroma != chromaOf(header) ||
		decoded.Depth != header.Depth || decoded.Chroma != hevc.Gray && decoded.DepthOfColor != header.DepthOfColor {
		return nil, failure.New(failure.Corrupt, "HEIC whose decoded images differ from their headers")
	}

	return decoded, nil
}

// check compares the header of a tile with the properties of its item, and with the other
// tiles.
func (t *tiles) check(header bitstream.Picture, item *bmff.Item, mostPixels int64) error {
	if width, height := item.Size(); width > header.Width || height > header.Height {
		return failure.New(failure.Corrupt, "%d × %d pixels in the file, %d × %d in the stream", width, height, header.Width, header.Height)
	}

	if int64(header.Width)*int64(header.Height) > mostPixels {
		return failure.New(failure.TooManyPixels, "%d × %d pixels in the stream, of which %d × %d are shown",
			header.Width, header.Height, t.layout.TileWidth, t.layout.TileHeight)
	}

	if header.Gray != t.alike.Gray || header.HalfWidth != t.alike.HalfWidth || header.HalfHeight != t.alike.HalfHeight ||
		header.Depth != t.alike.Depth || header.DepthOfColor != t.alike.DepthOfColor {
		return failure.New(failure.UnsupportedFormat, "HEIC whose tiles are sampled in different ways")
	}

	return nil
}

// chromaOf returns the sampling of chroma in a header.
func chromaOf(header bitstream.Picture) hevc.Chroma {
	switch {
	case header.Gray:
		return hevc.Gray
	case header.HalfHeight:
		return hevc.Chroma420
	case header.HalfWidth:
		return hevc.Chroma422
	default:
		return hevc.Chroma444
	}
}
