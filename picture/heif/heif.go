// Package heif decodes the primary image of HEIC and AVIF files (ISO/IEC 23008-12), such as
// phones write. The decoder of HEIC is [triptych/picture/heif/hevc]. That of AVIF is libavif
// with libaom, which run as WebAssembly: see [triptych/picture/sandbox]. Its memory is
// limited, and it stops when its context ends.
//
// A clean aperture (a crop) is applied. Rotations and mirroring are not applied, because
// metadata.Info reports them to the caller. Samples of more than 8 bits become 8 bits. Only
// the first frame of an animation is decoded.
//
// # Structure and color
//
// [triptych/picture/metadata/bmff] reads the structure of a file, for all formats.
//
// The tiles of a HEIC are decoded as the sink of the rows needs them: one row of tiles after
// the other, and with two threads two tiles at a time. An image of one piece is decoded by
// rows of blocks. The package converts the samples once,
// with all of their bits, as metadata.Coding describes.
//
// For AVIF the package writes a new file for the decoder, with all tiles and the known color
// properties, and libavif converts to RGB. The new file always has the same form. It does not
// contain properties that the decoder must not apply.
//
// HDR (PQ, HLG) is tone-mapped, and other transfer characteristics are converted: see
// [triptych/picture/tone].
package heif

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/sandbox"
)

// Options configures a decoder.
type Options struct {
	// MaxBytes is the maximum memory of a decoder. For HEIC it includes the rows of the
	// result, for AVIF the decoder's copy of the file and its result.
	MaxBytes int64
	// Threads is the number of tiles of a HEIC that are decoded at the same time, or of the
	// goroutines that decode an image of one piece.
	Threads int
	// Premultiplied multiplies the colors of a HEIC by alpha ÷ 255, if there is alpha.
	Premultiplied bool
}

// Prepare compiles the decoder of AVIF. Without it, the first AVIF compiles the decoder.
func Prepare() error { return libavif.Prepare() }

// decodeError returns the error for a failed decoding: its code depends on the cause.
func decodeError(ctx context.Context, format string, err error, options Options) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("decode the %s: %w", format, ctx.Err())
	case errors.Is(err, sandbox.ErrMemory):
		return failure.Wrap(failure.TooManyPixels, err, "%s file that needs more than %d MiB of memory to decode", format, options.MaxBytes>>20)
	default:
		return failure.Wrap(failure.Corrupt, err, "%s file that the decoder rejects", format)
	}
}

// errRefused reports that a decoder failed without a reason.
var errRefused = errors.New("the decoder returned no image")

// errTooLong reports that the parts of a file together need more than the memory of a
// decoder.
var errTooLong = fmt.Errorf("%w: the parts of the file share bytes, and together exceed the memory", sandbox.ErrMemory)

// room is a decoder instance with memory for a file, for the numbers that the decoder
// returns, and for a result.
type room struct {
	*sandbox.Instance

	file, size, numbers, out uint64
}

// newRoom starts a decoder, and allocates memory for the numbers that the decoder returns.
func newRoom(ctx context.Context, library *sandbox.Library, numbers int64, options Options) (*room, error) {
	const numberBytes = 4

	instance, err := library.Start(ctx, options.MaxBytes)
	if err != nil {
		return nil, err
	}

	made := &room{Instance: instance}

	made.numbers, err = instance.Alloc(ctx, numbers*numberBytes)
	if err != nil {
		instance.Close()

		return nil, err
	}

	return made, nil
}

// load copies a file, which is given in pieces, into the memory of the decoder. The file
// replaces the previous file.
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

// result allocates memory for a result, and frees the previous result.
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

// number returns the number with this index, which the decoder has returned.
func (r *room) number(index uint64) uint32 {
	const numberBytes = 4

	data, err := r.Bytes(r.numbers+index*numberBytes, numberBytes)
	if err != nil {
		return 0
	}

	return binary.LittleEndian.Uint32(data)
}

// at returns the address of the number with this index.
func (r *room) at(index uint64) uint64 { return r.numbers + index*4 }

// decode calls the decoder, which returns 0 if it rejects the file.
func (r *room) decode(ctx context.Context, arguments ...uint64) error {
	done, err := r.Call(ctx, "decode", append([]uint64{r.file, r.size}, arguments...)...)

	switch {
	case err != nil:
		return err
	case done == 0 && r.Starved():
		return sandbox.ErrMemory
	case uint32(done) == 0: //nolint:gosec // The result is a C int.
		return errRefused
	default:
		return nil
	}
}
