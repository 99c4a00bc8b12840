package webp

import (
	"context"
	"encoding/binary"
	"fmt"

	"triptych/picture/failure"
	lossy "triptych/picture/webp/vp8/decoder"
	lossless "triptych/picture/webp/vp8l/decoder"
)

// MaxAnimatedPixels limits the pixels of all frames of an animation. [Review] reads them, which
// takes up to 10 seconds of a processor.
const MaxAnimatedPixels = 250_000_000

// maxReviewBytes limits the memory of a decoder.
const maxReviewBytes = 320 << 20

// Review reads all images of a sanitized WebP, as strictly as libwebp does, and returns the part
// that libwebp reads. This is the file itself, or an animation up to the first frame that libwebp
// rejects. A cut file is in new memory, because Review never writes to file.
//
// Rejections: Corrupt if a static image or the first frame is damaged; TooManyPixels if an image
// takes too much memory, or if all frames together have more than MaxAnimatedPixels. When ctx
// ends, Review returns ctx's error.
func Review(ctx context.Context, file []byte) ([]byte, error) {
	frames, err := framesOf(file)
	if err != nil {
		return nil, err
	}

	if len(frames) == 0 {
		first, err := First(file)
		if err != nil {
			return nil, err
		}

		return file, first.review(ctx)
	}

	for i := range frames {
		err := frames[i].review(ctx)

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
	Picture

	at int // where its chunk starts
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
			frame := animationFrame{at: at}
			frame.frame(data[:length])
			frames = append(frames, frame)
			pixels += int64(frame.Area.Dx()) * int64(frame.Area.Dy())
		}

		at += chunkHeaderBytes + length + length&1
	}

	if pixels > MaxAnimatedPixels {
		return nil, failure.New(failure.TooManyPixels, "an animation of %d frames has %d pixels, more than %d",
			len(frames), pixels, MaxAnimatedPixels)
	}

	return frames, nil
}

// review reads a frame.
func (f *animationFrame) review(ctx context.Context) error {
	f.Canvas = f.Area.Max // Its position is not checked here.
	if err := f.check(); err != nil {
		return err
	}

	return f.Picture.review(ctx)
}

// review reads an image without making its pixels.
func (p *Picture) review(ctx context.Context) error {
	err := p.skip(ctx)
	if failure.Is(err, failure.Truncated) { // The file itself is complete.
		return failure.Wrap(failure.Corrupt, err, "a WebP image that libwebp rejects")
	}

	return err
}

func (p *Picture) skip(ctx context.Context) error {
	if p.lossless {
		d, err := lossless.New(p.bitstream, lossless.Options{MaxBytes: maxReviewBytes})
		if err != nil {
			return err
		}

		return d.Skip(ctx)
	}

	if err := lossy.Check(ctx, p.bitstream); err != nil {
		return err
	}

	alpha, err := newAlphaRows(p, maxReviewBytes)
	if err != nil {
		return err
	}

	return alpha.skip(ctx)
}

func uint24(data []byte) int { return int(data[0]) | int(data[1])<<8 | int(data[2])<<16 }
