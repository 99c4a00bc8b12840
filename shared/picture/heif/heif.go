// Package heif decodes the primary picture of HEIC and AVIF files (ISO/IEC
// 23008-12), as phones make them. The decoders are libheif with libde265, and
// libavif with libaom, which run as WebAssembly: see
// [triptych/shared/picture/sandbox]. What they may take of memory is bounded, and
// they end when their context does.
//
// HEIC: rotations and crops that the file asks for are applied. Samples of more than
// 8 bits become 8. Alpha, which no phone writes, is dropped.
//
// AVIF: rotations and mirroring are not applied, and a clean aperture (a crop) is
// ignored. Of an animation it is the first frame.
package heif

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"triptych/shared/faults"
	"triptych/shared/picture/sandbox"
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
		return faults.Wrap(faults.TooManyPixels, err, "%s that needs more than %d MiB to decode", format, options.MaxBytes>>20)
	default:
		return faults.Wrap(faults.Corrupt, err, "%s that its decoder refuses", format)
	}
}

// errRefused says that a decoder gave no reason.
var errRefused = errors.New("no picture")

// room is an instance with a file and its place for numbers.
type room struct {
	*sandbox.Instance

	file, size uint64
	numbers    uint64
}

// enter starts a decoder with a file, and with a place for the numbers that it
// answers.
func enter(ctx context.Context, library *sandbox.Library, data []byte, numbers int64, options Options) (*room, error) {
	const numberBytes = 4

	instance, err := library.Start(ctx, options.MaxBytes)
	if err != nil {
		return nil, err //nolint:wrapcheck // It names itself.
	}

	entered := &room{Instance: instance, size: uint64(len(data))}

	entered.file, err = instance.Put(ctx, data)
	if err == nil {
		entered.numbers, err = instance.Alloc(ctx, numbers*numberBytes)
	}

	if err != nil {
		instance.Close()

		return nil, err //nolint:wrapcheck // As above.
	}

	return entered, nil
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
func (r *room) at(index uint64) uint64 { return r.numbers + index*4 } //nolint:mnd // Bytes.

// decode calls the decoder. It answers 0 where it refuses the file.
func (r *room) decode(ctx context.Context, arguments ...uint64) error {
	done, err := r.Call(ctx, "decode", append([]uint64{r.file, r.size}, arguments...)...)

	switch {
	case err != nil:
		return err //nolint:wrapcheck // It names itself.
	case done == 0 && r.Starved():
		return sandbox.ErrMemory
	case uint32(done) == 0: //nolint:gosec // A C int.
		return errRefused
	default:
		return nil
	}
}
