package decoder

import (
	"image"

	"triptych/shared/picture/jpeg/t81"
	"triptych/shared/picture/planes"
)

// component is one component of the picture, as it is decoded.
type component struct {
	frameComponent

	// blocks is how many blocks it has across and down in scans of its own
	// (A.2.2): those with samples of the picture.
	blocks image.Point
	// wanted are the blocks that are transformed and stored, whole MCUs.
	wanted image.Rectangle
	// plane has room for all of the wanted blocks, or for some rows of samples from
	// row top on.
	plane planes.Plane
	top   int
	// quantisation has the divisors in the order of the blocks' coefficients; nil
	// before the component's first scan, which fixes them.
	quantisation *coefficients
	// scanned is set when its (first) DC coefficients have been read.
	scanned bool
	// covered are the blocks that have been read: all of its MCUs', or those of a
	// scan of its own.
	covered image.Point

	progress *progress // in progressive files

	dc, ac     *huffman // of the current scan
	open       *openTable
	prediction int32 // the DC coefficient before (F.1.1.5.1)
}

// arrange lays out the planes for a region in pixels.
func (d *decoder) arrange(wanted image.Rectangle) {
	picture := image.Rect(0, 0, d.frame.Width, d.frame.Height)
	across, down := t81.BlockSide*d.frame.across, t81.BlockSide*d.frame.down

	wanted = wanted.Intersect(picture)
	if wanted.Empty() {
		wanted = picture
	}

	d.mcus = image.Rect(wanted.Min.X/across, wanted.Min.Y/down, ceil(wanted.Max.X, across), ceil(wanted.Max.Y, down))
	d.region = image.Rect(d.mcus.Min.X*across, d.mcus.Min.Y*down, d.mcus.Max.X*across, d.mcus.Max.Y*down).Intersect(picture)

	for _, described := range d.frame.components {
		c := &component{frameComponent: described}
		c.blocks = image.Point{
			X: ceil(ceil(d.frame.Width*c.Across, d.frame.across), t81.BlockSide),
			Y: ceil(ceil(d.frame.Height*c.Down, d.frame.down), t81.BlockSide),
		}
		c.wanted = image.Rect(d.mcus.Min.X*c.Across, d.mcus.Min.Y*c.Down, d.mcus.Max.X*c.Across, d.mcus.Max.Y*c.Down)
		d.components = append(d.components, c)
	}
}

// allocate makes a component's plane, once.
func (d *decoder) allocate(c *component) {
	if c.plane.Pix == nil {
		c.plane = planes.New(c.wanted.Dx()*d.side, c.wanted.Dy()*d.side)
	}
}

// mcuCount is how many MCUs an interleaved scan has across and down.
func (d *decoder) mcuCount() image.Point {
	return image.Point{
		X: ceil(d.frame.Width, t81.BlockSide*d.frame.across),
		Y: ceil(d.frame.Height, t81.BlockSide*d.frame.down),
	}
}

// outline is the picture, its planes without samples.
func (d *decoder) outline() *planes.Image {
	picture := &planes.Image{
		Model:  d.model(),
		Width:  ceil(d.region.Dx()*d.side, t81.BlockSide),
		Height: ceil(d.region.Dy()*d.side, t81.BlockSide),
	}

	for _, c := range d.components {
		picture.Planes = append(picture.Planes, planes.Plane{
			Width:  ceil(picture.Width*c.Across, d.frame.across),
			Height: ceil(picture.Height*c.Down, d.frame.down),
		})
	}

	return picture
}

// finish returns the picture: each plane cut from the blocks that hold it.
func (d *decoder) finish() *planes.Image {
	picture := d.outline()
	if d.stream != nil {
		return picture
	}

	for i, c := range d.components {
		c.plane.Width, c.plane.Height = picture.Planes[i].Width, picture.Planes[i].Height
		c.extend(d.side)
		picture.Planes[i] = c.plane
	}

	d.uninvert(picture)

	return picture
}

// extend repeats a plane's last column and row where the samples go on and the
// blocks do not. With sampling factors of 2 and 3 a picture of 9 pixels across has
// 6 samples, one block; an eighth of it has 2 pixels, and ceil(2 × 2 ÷ 3) is 2
// samples, of which that block has one.
func (c *component) extend(side int) {
	width := max(min(c.plane.Width, (c.covered.X-c.wanted.Min.X)*side), 1)
	height := max(min(c.plane.Height, (c.covered.Y-c.wanted.Min.Y)*side), 1)

	for y := 0; y < height && width < c.plane.Width; y++ {
		row := c.plane.Row(y)
		for x := width; x < len(row); x++ {
			row[x] = row[width-1]
		}
	}

	for y := height; y < c.plane.Height; y++ {
		copy(c.plane.Row(y), c.plane.Row(height-1))
	}
}
