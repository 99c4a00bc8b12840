// Package heif decodes the primary picture of HEIC and AVIF files (ISO/IEC
// 23008-12), as phones make them. The decoders are libheif with libde265, and
// libavif with libaom, which run as WebAssembly: see
// [triptych/picture/sandbox]. What they may take of memory is bounded, and
// they end when their context does.
//
// A clean aperture (a crop) is applied; rotations and mirroring are not, as
// metadata.Info has them. Samples of more than 8 bits become 8. Of an animation it is the
// first frame.
//
// # Structure and color
//
// The structure of a file is read by [triptych/picture/metadata/bmff], once and for all
// formats. A decoder gets a file that this package writes anew: in one form, and without
// what it must not apply. For HEIC that is one file a tile, without colors, so that
// samples come out as they are coded; they are converted once, here, by what
// metadata.Coding says, with all of their bits. For AVIF it is one file with all tiles,
// and the colors that are known of it: libavif converts to RGB.
//
// HDR (PQ, HLG) is tone-mapped, and other transfer characteristics are converted: see
// [triptych/picture/tone]. Alpha of a HEIC, which no phone writes, is
// dropped.
package heif

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/sandbox"
)

// Options bound a decoder.
type Options struct {
	// MaxBytes is the most memory that a decoder may take, its copy of the file and
	// its result included.
	MaxBytes int64
}

// Prepare makes both decoders ready, which the first picture of a format does
// otherwise.
func Prepare() error { return errors.Join(libheif.Prepare(), libavif.Prepare()) }

// fault says what a decoder's failure means for the picture.
func fault(ctx context.Context, format string, err error, options Options) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("decode the %s: %w", format, ctx.Err())
	case errors.Is(err, sandbox.ErrMemory):
		return failure.Wrap(failure.TooManyPixels, err, "%s that needs more than %d MiB to decode", format, options.MaxBytes>>20)
	default:
		return failure.Wrap(failure.Corrupt, err, "%s that its decoder refuses", format)
	}
}

// errRefused says that a decoder gave no reason.
var errRefused = errors.New("no picture")

// errTooLong says that the parts of a file are longer than a decoder's memory.
var errTooLong = fmt.Errorf("%w: parts that share their bytes", sandbox.ErrMemory)

// room is an instance with a file, a place for numbers, and one for a result.
type room struct {
	*sandbox.Instance

	file, size, numbers, out uint64
}

// enter starts a decoder, with a place for the numbers that it answers.
func enter(ctx context.Context, library *sandbox.Library, numbers int64, options Options) (*room, error) {
	const numberBytes = 4

	instance, err := library.Start(ctx, options.MaxBytes)
	if err != nil {
		return nil, err
	}

	entered := &room{Instance: instance}

	entered.numbers, err = instance.Alloc(ctx, numbers*numberBytes)
	if err != nil {
		instance.Close()

		return nil, err
	}

	return entered, nil
}

// load gives the decoder a file, which comes in pieces, instead of the one that it has.
func (r *room) load(ctx context.Context, pieces [][]byte) error {
	size := int64(0)
	for _, piece := range pieces {
		size += int64(len(piece))
	}

	at, err := r.instead(ctx, r.file, size)
	if err != nil {
		return err
	}

	r.file, r.size = at, uint64(size)

	target, err := r.Bytes(at, size)
	if err != nil {
		return err
	}

	for _, piece := range pieces {
		target = target[copy(target, piece):]
	}

	return nil
}

// result makes room for a result, instead of that which there is.
func (r *room) result(ctx context.Context, size int64) (at uint64, err error) {
	r.out, err = r.instead(ctx, r.out, size)

	return r.out, err
}

func (r *room) instead(ctx context.Context, old uint64, size int64) (uint64, error) {
	if old != 0 {
		if _, err := r.Call(ctx, "free", old); err != nil {
			return 0, err
		}
	}

	return r.Alloc(ctx, size)
}

// number reads a number that the decoder has answered.
func (r *room) number(index uint64) uint32 {
	const numberBytes = 4

	data, err := r.Bytes(r.numbers+index*numberBytes, numberBytes)
	if err != nil {
		return 0
	}

	return binary.LittleEndian.Uint32(data)
}

// at is where a number stands.
func (r *room) at(index uint64) uint64 { return r.numbers + index*4 }

// decode calls the decoder. It answers 0 where it refuses the file.
func (r *room) decode(ctx context.Context, arguments ...uint64) error {
	done, err := r.Call(ctx, "decode", append([]uint64{r.file, r.size}, arguments...)...)

	switch {
	case err != nil:
		return err
	case done == 0 && r.Starved():
		return sandbox.ErrMemory
	case uint32(done) == 0: //nolint:gosec // A C int.
		return errRefused
	default:
		return nil
	}
}
