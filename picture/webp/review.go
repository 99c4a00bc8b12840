package webp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/sandbox"
)

// MaxAnimatedPixels limits the pixels of all frames of an animation. [Review] decodes
// them, which takes 4 to 10 seconds of a processor.
const MaxAnimatedPixels = 250_000_000

// Review decodes a whole sanitized WebP by libwebp, and returns the part that libwebp
// reads. This is the file itself, or an animation up to the first frame that libwebp
// rejects. A cut file is in new memory, because Review never writes to file.
//
// Rejections: Corrupt if libwebp rejects a static image or the first frame; TooManyPixels
// if an image takes too much memory, or if all frames together have more than
// MaxAnimatedPixels. When ctx ends, Review returns ctx's error.
func Review(ctx context.Context, file []byte) ([]byte, error) {
	frames, err := framesOf(file)
	if err != nil {
		return nil, err
	}

	reader, err := newReader(ctx)
	if err != nil {
		return nil, err
	}
	defer reader.Close()

	if len(frames) == 0 {
		return file, reader.read(ctx, file)
	}

	for i := range frames {
		err := reader.read(ctx, frames[i].single())

		switch {
		case failure.Is(err, failure.Corrupt) && i > 0:
			return riff(file[riffHeaderBytes:frames[i].at:frames[i].at])
		case err != nil:
			return nil, fmt.Errorf("read frame %d: %w", i+1, err)
		}
	}

	return file, nil
}

const riffHeaderBytes = 12

// animationFrame is an ANMF chunk (RFC 9649, 2.7.1.1).
type animationFrame struct {
	at            int // where its chunk starts
	width, height int
	chunks        []byte // ALPH, and VP8 or VP8L
}

// framesOf returns the frames of an animation, or none for a static image.
func framesOf(file []byte) ([]animationFrame, error) {
	var (
		frames []animationFrame
		pixels int64
	)

	for at := riffHeaderBytes; at+chunkHeaderBytes <= len(file); {
		length := int(binary.LittleEndian.Uint32(file[at+4:]))
		data := file[at+chunkHeaderBytes:]

		if length > len(data) {
			return nil, failure.New(failure.Corrupt, "WebP chunk at byte %d of %d bytes", at, length).At(int64(at))
		}

		if string(file[at:at+4]) == "ANMF" && length >= frameHeaderBytes {
			frame := animationFrame{
				at: at, width: 1 + uint24(data[widthAt:]), height: 1 + uint24(data[heightAt:]), chunks: data[frameHeaderBytes:length],
			}
			frames = append(frames, frame)
			pixels += int64(frame.width) * int64(frame.height)
		}

		at += chunkHeaderBytes + length + length&1
	}

	if pixels > MaxAnimatedPixels {
		return nil, failure.New(failure.TooManyPixels, "an animation of %d frames has %d pixels, more than %d",
			len(frames), pixels, MaxAnimatedPixels)
	}

	return frames, nil
}

// single returns a file of only this frame.
func (f *animationFrame) single() []byte {
	body := f.chunks
	if string(body[:min(len(body), 4)]) == "ALPH" {
		body = append(extended(flagAlpha, f.width, f.height), body...)
	}

	made, err := riff(body)
	if err != nil { // It cannot be longer than the original file.
		return nil
	}

	return made
}

func uint24(data []byte) int { return int(data[0]) | int(data[1])<<8 | int(data[2])<<16 }

// reader decodes images, one after the other.
type reader struct {
	*sandbox.Instance

	numbers uint64 // address of the numbers that the module returns
}

// The numbers that the module's decode function returns, each of numberBytes.
const (
	decodedWidth = iota
	decodedHeight
	decodedCount
	decodedAnimated
	decodedNumbers
)

const numberBytes = 4

// maxMemory is the memory limit of libwebp.
const maxMemory = 320 << 20

func newReader(ctx context.Context) (*reader, error) {
	instance, err := library.Start(ctx, maxMemory)
	if err != nil {
		return nil, err
	}

	numbers, err := instance.Alloc(ctx, decodedNumbers*numberBytes)
	if err != nil {
		instance.Close()

		return nil, err
	}

	return &reader{Instance: instance, numbers: numbers}, nil
}

// read decodes a static image and discards its pixels.
func (r *reader) read(ctx context.Context, file []byte) error {
	err := r.decode(ctx, file)

	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("decode a WebP: %w", ctx.Err())
	case errors.Is(err, sandbox.ErrMemory) || r.Starved():
		return failure.Wrap(failure.TooManyPixels, err, "a WebP that needs more than %d MiB to decode", maxMemory>>20)
	default:
		return failure.Wrap(failure.Corrupt, err, "a WebP that libwebp rejects")
	}
}

func (r *reader) decode(ctx context.Context, file []byte) error {
	in, err := r.Put(ctx, file)
	if err != nil {
		return err
	}

	if err := r.call(ctx, in, len(file), true, 0); err != nil {
		return err
	}

	width, height := r.number(decodedWidth), r.number(decodedHeight)

	// Y, U and V of 4:2:0, and alpha.
	out, err := r.Alloc(ctx, 2*width*height+2*((width+1)/2)*((height+1)/2))
	if err != nil {
		return err
	}

	if err := r.call(ctx, in, len(file), false, out); err != nil {
		return err
	}

	for _, at := range []uint64{in, out} {
		if _, err := r.Call(ctx, "free", at); err != nil {
			return err
		}
	}

	return nil
}

// errRefused reports that libwebp failed without a reason.
var errRefused = errors.New("libwebp returned no image")

// call decodes a file into the memory at out, or only its header.
func (r *reader) call(ctx context.Context, in uint64, size int, headerAlone bool, out uint64) error {
	const firstFrame, noDelay = 0, 0

	headerOnly := uint64(0)
	if headerAlone {
		headerOnly = 1
	}

	at := func(number uint64) uint64 { return r.numbers + number*numberBytes }

	done, err := r.Call(ctx, "decode", in, uint64(size), headerOnly, firstFrame, //nolint:gosec // A length.
		at(decodedWidth), at(decodedHeight), at(decodedCount), at(decodedAnimated), noDelay, out)

	switch {
	case err != nil:
		return err
	case uint32(done) == 0: //nolint:gosec // A C int.
		return errRefused
	default:
		return nil
	}
}

func (r *reader) number(index uint64) int64 {
	data, err := r.Bytes(r.numbers+index*numberBytes, numberBytes)
	if err != nil {
		return 0
	}

	return int64(binary.LittleEndian.Uint32(data))
}
