package heif

import (
	"context"
	"errors"
	"image"

	"triptych/picture/failure"
	"triptych/picture/heif/hevc"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/metadata/bmff"
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

// taker receives a part of a tile.
type taker func(at place, part hevc.Part) error

// each decodes all needed tiles, and calls take for each in the order of the rows. With
// several threads, the next tiles are decoded at the same time. A single tile is passed in
// several parts, as soon as their rows are decoded.
func (t *tiles) each(ctx context.Context, take taker) error {
	if err := t.plan(); err != nil {
		return err
	}

	if len(t.list) == 1 {
		return t.decode(ctx, t.list[0], t.maxBytes, take)
	}

	samples := int64(t.alike.Width) * int64(t.alike.Height)
	threads := min(t.threads, len(t.list))

	if ahead := int64(threads) * perThread; threads > 1 && ahead*samples*mostBytesPerPixel <= t.maxBytes {
		return t.concurrently(ctx, threads, t.maxBytes/ahead, take)
	}

	for _, next := range t.list {
		decoded, err := t.decodeWhole(ctx, next.item, t.maxBytes, t.threads)
		if err != nil {
			return err
		}

		if err := take(next, hevc.Part{Picture: *decoded}); err != nil {
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

func (t *tiles) concurrently(ctx context.Context, threads int, maxBytes int64, take taker) error {
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

				group.Do(func() { made.picture, made.err = t.decodeWhole(ctx, t.list[i].item, maxBytes, 1) })

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

		if err := take(next, hevc.Part{Picture: *made.picture}); err != nil {
			return err
		}
	}

	return nil
}

// decodeWhole decodes a tile, and checks that it agrees with its headers.
func (t *tiles) decodeWhole(ctx context.Context, item *bmff.Item, maxBytes int64, threads int) (*hevc.Picture, error) {
	one, err := t.open(item)
	if err != nil {
		return nil, err
	}

	decoded, err := hevc.Decode(ctx, one.config, one.data, one.options(maxBytes, threads))
	if err != nil {
		return nil, one.explain(err)
	}

	return decoded, one.agrees(decoded)
}

// decode decodes a tile, and passes its needed rows to take.
func (t *tiles) decode(ctx context.Context, at place, maxBytes int64, take taker) error {
	one, err := t.open(at.item)
	if err != nil {
		return err
	}

	top, bottom := at.from.Y, at.from.Y+at.area.Dy()

	err = hevc.DecodeRows(ctx, one.config, one.data, one.options(maxBytes, t.threads), func(part hevc.Part) error {
		if err := one.agrees(&part.Picture); err != nil {
			return err
		}

		from, to := max(part.Top, top), min(part.Top+part.Planes[0].Height, bottom)
		if from >= to {
			return nil
		}

		some := at
		some.area.Min.Y, some.area.Max.Y = at.area.Min.Y+from-top, at.area.Min.Y+to-top
		some.from.Y = from - part.Top

		return take(some, part)
	})
	if err != nil {
		return one.explain(err)
	}

	return nil
}
