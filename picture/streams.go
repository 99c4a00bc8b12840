package picture

import (
	"triptych/picture/planes"
	"triptych/picture/resize"
)

// lane resizes the rows of an image for one plan, while they are decoded. It is the sink
// of a JPEG's target.
type lane struct {
	plan    plan
	options resize.Options
	alpha   planes.Alpha
	// repeats is set if each sample of subsampled chroma is repeated instead of filtered.
	repeats bool

	light  *resize.Linear // instead of colors and mask, in linear light
	colors *resize.Stream
	mask   *resize.Stream // of alpha; nil if there is none
	planes int            // of colors
}

// Begin implements [planes.Sink].
func (l *lane) Begin(shape planes.Shape) {
	size, part := l.plan.size, l.plan.within(shape.Region)

	l.alpha, l.planes = shape.Alpha, len(shape.Image.Planes)

	if l.plan.linear() && resize.CanLinear(shape.Image.Model) {
		l.light = resize.NewLinear(shape.Image, shape.Alpha != planes.Opaque, part, size.X, size.Y, l.options)

		return
	}

	l.colors = resize.NewStream(shape.Image, part, size.X, size.Y, l.options)

	if shape.Alpha != planes.Opaque {
		mask := planes.Plane{Width: shape.Image.Width, Height: shape.Image.Height}
		l.mask = resize.NewStream(inOnePlane(mask), part, size.X, size.Y, l.options)
	}
}

// Take implements [planes.Sink].
func (l *lane) Take(rows []planes.Window) {
	if l.light != nil {
		l.light.Take(rows)

		return
	}

	l.colors.Take(rows[:l.planes])

	if l.mask != nil {
		l.mask.Take(rows[l.planes:])
	}
}

// Needs implements [planes.Sink].
func (l *lane) Needs(plane int) int {
	switch {
	case l.light != nil:
		return l.light.Needs(plane)
	case plane == l.planes:
		return l.mask.Needs(0)
	default:
		return l.colors.Needs(plane)
	}
}

// frame returns the result.
func (l *lane) frame() frame {
	if l.light != nil {
		picture, alpha := l.light.Image()

		return frame{picture: picture, alpha: alpha}
	}

	made := frame{picture: l.colors.Image(), premultiplied: l.alpha == planes.Premultiplied}
	if l.mask != nil {
		made.alpha = &l.mask.Image().Planes[0]
	}

	return made
}

// lanes resize the rows of an image for several plans.
type lanes []*lane

func newLanes(plans []plan, optionsFor func(*plan) resize.Options) lanes {
	made := make(lanes, len(plans))
	for i := range plans {
		made[i] = &lane{plan: plans[i], options: optionsFor(&plans[i])}
	}

	return made
}

// sink returns the sink of a decoder that delivers the same rows for all plans.
func (l lanes) sink(d delivery) planes.Sink {
	var original, multiplied planes.Tee

	for _, each := range l {
		var sink planes.Sink = each
		if each.repeats {
			sink = planes.Repeated(each)
		}

		if d.mixed && !each.plan.straight() {
			multiplied = append(multiplied, sink)
		} else {
			original = append(original, sink)
		}
	}

	if d.mixed {
		original = append(original, planes.Multiplied(multiplied))
	}

	return original
}

// take implements [frames]. The memory of the lane is free after that.
func (l lanes) take(i int, _ *plan) frame {
	made := l[i].frame()
	l[i] = nil

	return made
}

// inOnePlane returns a plane as a gray image.
func inOnePlane(plane planes.Plane) *planes.Image {
	return &planes.Image{Model: planes.Gray, Width: plane.Width, Height: plane.Height, Planes: []planes.Plane{plane}}
}
