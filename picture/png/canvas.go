package png

import "triptych/picture/planes"

// parts is a row in planes, 8 bits per sample.
type parts struct {
	planes [3][]byte // gray uses only the first
	alpha  []byte    // empty if there is no alpha
}

// first returns the first pixels of a row.
func (p parts) first(width int) parts {
	for i := range p.planes {
		p.planes[i] = p.planes[i][:min(width, len(p.planes[i]))]
	}

	p.alpha = p.alpha[:min(width, len(p.alpha))]

	return p
}

// canvas is an image while it is decoded.
type canvas struct {
	container

	picture *planes.Image
	alpha   *planes.Plane // allocated at the first pixel that is not opaque

	samples parts  // a buffer for a row that is not decoded straight into its place
	bytes   []byte // the same for a row whose samples do not have 8 bits
}

// premultiply multiplies the colors of the complete image by alpha.
func (c *canvas) premultiply() {
	if c.alpha == nil {
		return
	}

	for y := range c.height {
		alpha := c.alpha.Row(y)
		if planes.AllOpaque(alpha) {
			continue
		}

		for i := range c.picture.Planes {
			planes.PremultiplyRow(c.picture.Planes[i].Row(y), alpha)
		}
	}
}

// kind returns the kind of alpha of the complete image.
func (c *canvas) kind(options Options) planes.Alpha {
	switch {
	case c.alpha == nil:
		return planes.Opaque
	case options.Premultiplied:
		return planes.Premultiplied
	default:
		return planes.Straight
	}
}

// newCanvas creates a canvas with its planes, or only with their sizes.
func newCanvas(found container, whole bool) *canvas {
	into := &canvas{container: found, picture: &planes.Image{
		Model: planes.Gray, Width: found.width, Height: found.height,
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

// row returns the place of row y. The caller must store its alpha with keepAlpha.
func (c *canvas) row(y int) parts {
	there := parts{alpha: c.samples.alpha}
	for i := range c.picture.Planes {
		there.planes[i] = c.picture.Planes[i].Row(y)
	}

	return there
}

// keepAlpha stores alpha in row y, at every step-th pixel. Before the first pixel that is
// not opaque, there is no plane to store it in.
func (c *canvas) keepAlpha(y, x, step int, alpha []byte) {
	if c.alpha == nil {
		if planes.AllOpaque(alpha) {
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
