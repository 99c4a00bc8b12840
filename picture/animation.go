package picture

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"io"
	"time"

	"github.com/disintegration/imaging"

	"triptych/picture/gif"
	"triptych/picture/metadata"
	"triptych/picture/variant"
	"triptych/picture/webp"
)

// animate makes a variant that keeps its frames. For the format WebP, it returns an
// animated WebP. For the format auto, it also returns a static image of the first frame.
func (d *decoded) animate(ctx context.Context, i int, p *plan) (Output, error) {
	animation, err := d.animation()
	if err != nil {
		return Output{}, err
	}

	moving, err := d.playThrough(ctx, animation, p)
	if err != nil || p.want.Format == variant.WebP {
		return moving, err
	}

	first := d.frames.take(i, p).withoutOpaque()

	fallback := p.want
	fallback.Format = variant.PNG

	if first.alpha == nil {
		fallback.Format = variant.JPEG
	}

	made, err := d.encode(ctx, first, fallback)
	if err != nil {
		return Output{}, err
	}

	return beside(made, moving), nil
}

// animation returns a decoder for the frames of the file. The decoder holds one frame at
// a time.
func (d *decoded) animation() (*gif.Decoder, error) {
	// The layers are the canvas, a saved canvas, the first frame, the resized frame and the
	// resized frame before. The frame that is being decoded has one byte per pixel.
	const layers = 5
	if err := affordable(d.info, d.info.Samples*(1+layers*canvasBytes)); err != nil {
		return nil, err
	}

	return gif.NewDecoder(d.data)
}

// playThrough composes an animation frame by frame, as browsers do, and encodes the
// rectangle that differs from the frame before.
func (d *decoded) playThrough(ctx context.Context, animation *gif.Decoder, p *plan) (Output, error) {
	made := &changes{Animation: webp.NewAnimation(p.size.X, p.size.Y, plays(animation.Loops())), quality: p.want.Quality}
	canvas := image.NewNRGBA(image.Rect(0, 0, d.info.Width, d.info.Height))

	isOpaque := true

	for number := 1; ; number++ {
		frame, err := animation.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}

		if err != nil {
			return Output{}, err
		}

		area := frame.Pixels.Bounds().Intersect(canvas.Rect)

		var before *image.NRGBA
		if frame.Disposal == gif.DisposalPrevious {
			before = saved(canvas, area)
		}

		lay(canvas, frame.Pixels)

		// As soon as a frame has alpha, all later frames are resized in the same way. Pixels
		// that do not change stay the same.
		isOpaque = isOpaque && canvas.Opaque()

		if err := made.add(ctx, shrunk(canvas, p, isOpaque), shown(frame.Delay)); err != nil {
			return Output{}, fmt.Errorf("encode frame %d: %w", number, err)
		}

		switch frame.Disposal {
		case gif.DisposalPrevious:
			draw.Draw(canvas, area, before, area.Min, draw.Src)
		case gif.DisposalBackground:
			wipe(canvas, area)
		}
	}

	file, err := made.File()
	if err != nil {
		return Output{}, fmt.Errorf("encode the animation: %w", err)
	}

	return outputOf(file, metadata.WebP, p.size.X, p.size.Y), nil
}

// shrunk resizes a canvas.
func shrunk(canvas *image.NRGBA, p *plan, isOpaque bool) *image.NRGBA {
	if !byRows(p, isOpaque) {
		return imaging.Resize(part(canvas, p.crop), p.size.X, p.size.Y, imaging.Lanczos)
	}

	made := image.NewNRGBA(image.Rectangle{Max: p.size})
	scaled(canvas, p, metadata.Upright).eachBand(nil, func(b *band) { b.interleave(made) })

	return made
}

// plays converts a loop count to the number of times that an animation is shown. 0 means
// forever, both as the argument and as the result. For an animation that is shown once,
// the loop count is −1. Otherwise it is the number of repetitions.
func plays(loops int) int {
	switch {
	case loops < 0:
		return 1
	case loops == 0:
		return 0
	default:
		return loops + 1
	}
}

// shown converts a frame's delay from hundredths of a second. Browsers show a frame with
// a delay below two hundredths for a tenth of a second.
func shown(hundredths int) time.Duration {
	const hundredth, fewest, instead = 10 * time.Millisecond, 2, 10

	if hundredths < fewest {
		hundredths = instead
	}

	return time.Duration(hundredths) * hundredth
}

// saved returns a copy of an area of the canvas.
func saved(canvas *image.NRGBA, area image.Rectangle) *image.NRGBA {
	made := image.NewNRGBA(area)
	draw.Draw(made, area, canvas, area.Min, draw.Src)

	return made
}

// lay draws the opaque pixels of a frame on the canvas.
func lay(canvas *image.NRGBA, frame image.Image) {
	const bytesAPixel = 4

	var (
		area = frame.Bounds().Intersect(canvas.Rect)
		row  = make([]byte, bytesAPixel*area.Dx())
		rows = newConverter(frame)
	)

	for y := area.Min.Y; y < area.Max.Y; y++ {
		at := image.Pt(area.Min.X, y)
		to := canvas.Pix[canvas.PixOffset(at.X, y):][:len(row)]

		if rows.opaque {
			rows.row(to, at)

			continue
		}

		rows.row(row, at)

		for x := 0; x < len(row); x += bytesAPixel {
			if pixel := (*[bytesAPixel]byte)(row[x:]); pixel[bytesAPixel-1] != 0 {
				*(*[bytesAPixel]byte)(to[x:]) = *pixel
			}
		}
	}
}

// wipe makes an area of the canvas transparent.
func wipe(canvas *image.NRGBA, area image.Rectangle) {
	const bytesAPixel = 4

	for y := area.Min.Y; y < area.Max.Y; y++ {
		clear(canvas.Pix[canvas.PixOffset(area.Min.X, y):][:bytesAPixel*area.Dx()])
	}
}
