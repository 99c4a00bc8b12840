package png

import (
	"bytes"

	"triptych/picture/planes"
)

// parts is a row in planes, 8 bits a sample.
type parts struct {
	planes [3][]byte // the first alone in grey
	alpha  []byte    // empty where there is none
}

// first is the first pixels of a row.
func (p parts) first(width int) parts {
	for i := range p.planes {
		p.planes[i] = p.planes[i][:min(width, len(p.planes[i]))]
	}

	p.alpha = p.alpha[:min(width, len(p.alpha))]

	return p
}

// canvas is a picture while it is decoded.
type canvas struct {
	container

	picture *planes.Image
	alpha   *planes.Plane // made when the first pixel comes that is not opaque

	samples parts  // a row's room, where it does not go to its place at once
	bytes   []byte // the same for a row whose samples are not of 8 bits
}

// newCanvas makes a canvas with its planes, or with their sizes alone.
func newCanvas(found container, whole bool) *canvas {
	into := &canvas{container: found, picture: &planes.Image{
		Model: planes.Grey, Width: found.width, Height: found.height,
		Planes: make([]planes.Plane, found.planes()),
	}}

	if len(into.picture.Planes) > 1 {
		into.picture.Model = planes.RGB
	}

	for i := range into.picture.Planes {
		into.picture.Planes[i] = planes.Plane{Width: found.width, Height: found.height}
		if whole {
			into.picture.Planes[i] = planes.New(found.width, found.height)
		}

		if found.interlaced {
			into.samples.planes[i] = make([]byte, found.width)
		}
	}

	if whole && found.alphaPlanes() > 0 {
		into.samples.alpha = make([]byte, found.width)
	}

	if found.depth != 8 {
		into.bytes = make([]byte, found.width*found.channels())
	}

	return into
}

// row is where row y goes. Its alpha has to be kept.
func (c *canvas) row(y int) parts {
	there := parts{alpha: c.samples.alpha}
	for i := range c.picture.Planes {
		there.planes[i] = c.picture.Planes[i].Row(y)
	}

	return there
}

// keepAlpha lays alpha into row y, so far apart. Up to the first pixel that is
// not opaque there is no plane to lay it into.
func (c *canvas) keepAlpha(y, x, step int, alpha []byte) {
	if c.alpha == nil {
		if allOpaque(alpha) {
			return
		}

		plane := planes.New(c.width, c.height)
		for i := range plane.Pix {
			plane.Pix[i] = opaque
		}

		c.alpha = &plane
	}

	scatter(c.alpha.Row(y), alpha, x, step)
}

// allOpaque says whether there is nothing but the largest alpha: a comparison of
// memory, which runs many bytes at a time.
func allOpaque(alpha []byte) bool {
	for len(alpha) > 0 {
		n := min(len(alpha), len(opaqueRun))
		if !bytes.Equal(alpha[:n], opaqueRun[:n]) {
			return false
		}

		alpha = alpha[n:]
	}

	return true
}

// opaqueRun is pixels that hide what is behind them.
var opaqueRun = bytes.Repeat([]byte{opaque}, 1024)
