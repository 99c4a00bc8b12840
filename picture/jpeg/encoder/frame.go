package encoder

import (
	"fmt"

	"triptych/picture/jpeg/t81"
	"triptych/picture/planes"
)

// longest is the longest side that a frame header can contain (T.81, B.2.2).
const longest = 1<<16 - 1

// frame is an image divided into blocks and minimum coded units (T.81, A.2). An MCU has,
// of each component, as many blocks as its horizontal × vertical sampling factor.
type frame struct {
	width, height      int
	components         []component
	mcusWide, mcusHigh int
	quantizers         [planesAtMost]*quantizer // for the components
	keeps              int                      // the maximum number of tokens that a part keeps
	progressive        bool
}

type component struct {
	plane planes.Plane
	h, v  int // sampling factors

	// destination selects the codes: 0 for gray and luminance, 1 for chrominance.
	destination int

	blocksWide, blocksHigh int // blocks with samples; MCUs at the edges may have further blocks
}

// newFrame determines the sampling factors from the planes of an image.
func newFrame(img *planes.Image) (*frame, error) {
	if img.Width < 1 || img.Height < 1 || img.Width > longest || img.Height > longest {
		return nil, fmt.Errorf("%d×%d: %w", img.Width, img.Height, ErrSize)
	}

	if img.Model != planes.Gray && img.Model != planes.YCbCr {
		return nil, fmt.Errorf("model %d: %w", img.Model, ErrModel)
	}

	if len(img.Planes) != img.Model.Components() {
		return nil, fmt.Errorf("%d planes: %w", len(img.Planes), ErrPlanes)
	}

	f := &frame{width: img.Width, height: img.Height, keeps: tokensKept}
	h, v := 1, 1 // of the first component, relative to the others

	if img.Model == planes.YCbCr {
		h, v = factor(img.Width, img.Planes[1].Width), factor(img.Height, img.Planes[1].Height)
	}

	f.mcusWide, f.mcusHigh = blocks(f.width, h), blocks(f.height, v)

	for i, plane := range img.Planes {
		c := component{plane: plane, h: h, v: v, blocksWide: blocks(plane.Width, 1), blocksHigh: blocks(plane.Height, 1)}
		want := [2]int{f.width, f.height}

		if i > 0 {
			c.h, c.v, c.destination = 1, 1, 1
			want = [2]int{(f.width + h - 1) / h, (f.height + v - 1) / v}
		}

		if want != [2]int{plane.Width, plane.Height} || plane.Stride < plane.Width ||
			len(plane.Pix) < (plane.Height-1)*plane.Stride+plane.Width {
			return nil, fmt.Errorf("plane %d of %d×%d in an image of %d×%d: %w",
				i, plane.Width, plane.Height, f.width, f.height, ErrPlanes)
		}

		f.components = append(f.components, c)
	}

	return f, nil
}

// factor is the number of pixels per chroma sample: 1 or 2.
func factor(pixels, samples int) int {
	if samples == pixels {
		return 1
	}

	return 2 // newFrame checks whether this is correct.
}

// blocks is the number of groups of `factor` blocks that hold a number of samples.
func blocks(samples, factor int) int {
	side := t81.BlockSide * factor

	return (samples + side - 1) / side
}
