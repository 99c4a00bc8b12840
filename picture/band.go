package picture

import (
	"image"

	"triptych/picture/colormodel"
	"triptych/picture/planes"
)

// bandRows is the number of rows that pass through all steps at a time, while they are in
// the cache of the processor. It is even, so that no pair of rows of 4:2:0 is divided.
const bandRows = 16

// band is some rows of a frame. Steps change its samples, which are copies, or replace
// its planes.
type band struct {
	planes.Image

	top   int          // the first row in the frame
	alpha planes.Plane // no samples if all pixels are opaque
}

// eachBand runs steps on copies of the frame's rows, band by band, and passes the results
// to store.
func (f frame) eachBand(list []step, store func(*band)) {
	scratch := f.scratch(list)

	for top := 0; top < f.picture.Height; top += bandRows {
		b := f.band(top, scratch)
		for _, s := range list {
			s.run(b)
		}

		store(b)
	}
}

// scratch returns planes for the rows of a band. It returns nil without steps, because
// then no row changes.
func (f frame) scratch(list []step) []planes.Plane {
	if len(list) == 0 {
		return nil
	}

	made := make([]planes.Plane, len(f.picture.Planes))
	for i := range made {
		made[i] = planes.New(f.picture.Width, min(bandRows, f.picture.Height))
	}

	return made
}

// band returns the rows of a frame from row top on, copied to scratch if there is any.
func (f frame) band(top int, scratch []planes.Plane) *band {
	bottom := min(top+bandRows, f.picture.Height)
	b := &band{top: top, Image: planes.Image{Model: f.picture.Model, Width: f.picture.Width, Height: bottom - top}}

	for i := range f.picture.Planes {
		rows := rowsOf(f.picture.Planes[i], top, bottom)

		if scratch != nil {
			made := rowsOf(scratch[i], 0, bottom-top)
			for y := range made.Height {
				copy(made.Row(y), rows.Row(y))
			}

			rows = made
		}

		b.Planes = append(b.Planes, rows)
	}

	if f.alpha != nil {
		b.alpha = rowsOf(*f.alpha, top, bottom)
	}

	return b
}

// rowsOf returns some rows of a plane, which share its samples.
func rowsOf(plane planes.Plane, top, bottom int) planes.Plane {
	plane.Pix, plane.Height = plane.Pix[top*plane.Stride:], bottom-top

	return plane
}

// subsample stores a band in an image, with a quarter of its chroma samples.
func (b *band) subsample(into *planes.Image) {
	for y := range b.Height {
		copy(into.Planes[0].Row(b.top+y), b.Planes[0].Row(y))
	}

	for i := range into.Planes[1:] {
		to := &into.Planes[1+i]
		colormodel.Halve(rowsOf(*to, b.top/2, (b.top+b.Height+1)/2), b.Planes[1+i])
	}
}

// subsampleVisible is subsample for a band with alpha.
func (b *band) subsampleVisible(into *planes.Image) {
	for y := range b.Height {
		copy(into.Planes[0].Row(b.top+y), b.Planes[0].Row(y))
	}

	for i := range into.Planes[1:] {
		to := &into.Planes[1+i]
		colormodel.HalveVisible(rowsOf(*to, b.top/2, (b.top+b.Height+1)/2), b.Planes[1+i], b.alpha)
	}
}

// interleave stores a band in an image, as pixels.
func (b *band) interleave(into *image.NRGBA) {
	first, second, third := b.Planes[0], b.Planes[0], b.Planes[0]
	if b.Model == planes.RGB {
		second, third = b.Planes[1], b.Planes[2]
	}

	for y := range b.Height {
		out := into.Pix[(b.top+y)*into.Stride : (b.top+y+1)*into.Stride]
		red, green, blue := first.Row(y), second.Row(y), third.Row(y)

		for x := range red {
			pixel := out[4*x : 4*x+4 : 4*x+4]
			pixel[0], pixel[1], pixel[2], pixel[3] = red[x], green[x], blue[x], opaque
		}

		if b.alpha.Pix != nil {
			for x, alpha := range b.alpha.Row(y) {
				out[4*x+3] = alpha
			}
		}
	}
}
