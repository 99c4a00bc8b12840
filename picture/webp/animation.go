package webp

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"time"

	"triptych/picture/planes"
	"triptych/picture/webp/vp8/encoder"
)

// Animation collects the frames of an animated WebP (RFC 9649, 2.7.1.1). Each frame
// replaces a rectangle of the previous one, including its alpha.
type Animation struct {
	size   image.Point
	loops  int
	alpha  bool
	frames []byte
}

// Frame is a rectangle of the canvas, and how long it is shown. The first frame fills the
// canvas. The coordinates of At are even.
type Frame struct {
	Picture *planes.Image // Gray, or YCbCr in 4:2:0
	Alpha   *planes.Plane // nil if all pixels are opaque
	At      image.Point
	Shown   time.Duration
}

// NewAnimation starts an animation of a size that is played loops times; 0 means forever.
func NewAnimation(width, height, loops int) *Animation {
	return &Animation{size: image.Pt(width, height), loops: loops}
}

// The header of a frame.
const (
	frameHeaderBytes                                       = 16
	leftAt, topAt, widthAt, heightAt, durationAt, blending = 0, 3, 6, 9, 12, 15

	noBlending       = 1 << 1 // The frame replaces the rectangle, including alpha.
	longestDuration  = 1<<24 - 1
	chunkHeaderBytes = 8
)

// Add encodes a frame. Its rejections are those of [Encode] and [EncodeAlpha].
func (a *Animation) Add(ctx context.Context, frame Frame, quality int) error {
	chunks, err := frameChunks(ctx, frame, quality)
	if err != nil {
		return fmt.Errorf("write a frame of %d × %d pixels: %w", frame.Picture.Width, frame.Picture.Height, err)
	}

	data := make([]byte, frameHeaderBytes, frameHeaderBytes+len(chunks))
	putUint24(data[leftAt:], frame.At.X/2)
	putUint24(data[topAt:], frame.At.Y/2)
	putUint24(data[widthAt:], frame.Picture.Width-1)
	putUint24(data[heightAt:], frame.Picture.Height-1)
	putUint24(data[durationAt:], milliseconds(frame.Shown))
	data[blending] = noBlending

	a.frames = chunk(a.frames, "ANMF", append(data, chunks...))
	a.alpha = a.alpha || frame.Alpha != nil

	return nil
}

func frameChunks(ctx context.Context, frame Frame, quality int) ([]byte, error) {
	if frame.Alpha != nil {
		if err := checkSize(frame.Picture.Width, frame.Picture.Height, MaxAlphaPixels); err != nil {
			return nil, err
		}

		return translucent(ctx, frame.Picture, frame.Alpha, quality)
	}

	if err := checkSize(frame.Picture.Width, frame.Picture.Height, MaxPixels); err != nil {
		return nil, err
	}

	data, err := encoder.Frame(ctx, frame.Picture, encoder.Options{Quality: quality})
	if err != nil {
		return nil, err
	}

	return chunk(nil, "VP8 ", data), nil
}

func milliseconds(shown time.Duration) int { return int(min(shown.Milliseconds(), longestDuration)) }

// File returns the file of the animation.
func (a *Animation) File() ([]byte, error) {
	flags := byte(flagAnimation)
	if a.alpha {
		flags |= flagAlpha
	}

	const mostLoops = 1<<16 - 1

	// A background of transparent black, and the number of loops.
	played := binary.LittleEndian.AppendUint16(make([]byte, 4), uint16(min(a.loops, mostLoops))) //nolint:gosec // It is not negative.

	body := chunk(extended(flags, a.size.X, a.size.Y), "ANIM", played)

	return riff(append(body, a.frames...))
}
