package webp

import (
	"context"
	"image"
	"time"
)

// Animation collects the frames of an animated WebP (RFC 9649, 2.7.1.1). Each frame
// covers the whole canvas and replaces the previous one.
type Animation struct {
	size   image.Point
	loops  int
	alpha  bool
	frames []byte
}

// NewAnimation starts an animation of a size that is played loops times; 0 means forever.
func NewAnimation(width, height, loops int) *Animation {
	return &Animation{size: image.Pt(width, height), loops: loops}
}

// Add encodes a frame of the animation's size with a duration. Its rejections are those
// of [Encode].
func (a *Animation) Add(ctx context.Context, frame *image.NRGBA, shown time.Duration, quality int) error {
	const (
		header, widthAt, heightAt, durationAt, flagsAt = 16, 6, 9, 12, 15

		noBlending = 1 << 1 // The frame replaces the canvas, including alpha.
		longest    = 1<<24 - 1
	)

	made, err := encode(ctx, packed4(frame), a.size.X, a.size.Y, inputRGBA, quality)
	if err != nil {
		return err
	}

	chunks, alpha, err := imageChunks(made)
	if err != nil {
		return err
	}

	data := make([]byte, header, header+len(chunks))
	putUint24(data[widthAt:], a.size.X-1)
	putUint24(data[heightAt:], a.size.Y-1)
	putUint24(data[durationAt:], int(min(shown.Milliseconds(), longest)))
	data[flagsAt] = noBlending

	a.frames = chunk(a.frames, "ANMF", append(data, chunks...))
	a.alpha = a.alpha || alpha

	return nil
}

// File returns the file of the animation.
func (a *Animation) File() ([]byte, error) {
	flags := byte(flagAnimation)
	if a.alpha {
		flags |= flagAlpha
	}

	const mostLoops = 1<<16 - 1

	loops := min(a.loops, mostLoops)
	body := extended(flags, a.size.X, a.size.Y)
	// A background of transparent black, and the number of loops.
	body = chunk(body, "ANIM", []byte{0, 0, 0, 0, byte(loops), byte(loops >> 8)}) //nolint:gosec // Two bytes.

	return riff(append(body, a.frames...))
}
