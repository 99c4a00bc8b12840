package planes

import "image"

// Sink receives the rows of an image as they are decoded, so that a decoder does not hold
// all of them at a time. All decoders that deliver rows use this interface.
type Sink interface {
	// Begin is called first, and describes the rows.
	Begin(shape Shape)
	// Take receives the available rows of each plane. They are valid until it returns. A
	// sink must not change them.
	Take(rows []Window)
	// Needs returns the first row of a plane that the sink needs again. Later windows
	// begin at or above that row. It returns the height of the plane if it needs no row.
	Needs(plane int) int
}

// Shape describes the rows that a sink receives.
type Shape struct {
	// Image has the model and all sizes. Its planes have no samples. A sink must not
	// change it.
	Image *Image
	// Alpha says whether an alpha plane of the size of the image follows those of the
	// colors.
	Alpha Alpha
	// Region is the part of the file that the image covers, in pixels of the full size.
	Region image.Rectangle
}

// Deliver passes a whole image to a sink.
func Deliver(img *Image, alpha *Plane, as Alpha, sink Sink) {
	sink.Begin(Shape{Image: img.Bare(), Alpha: as, Region: image.Rect(0, 0, img.Width, img.Height)})

	rows := make([]Window, 0, len(img.Planes)+1)
	for _, plane := range img.Planes {
		rows = append(rows, Window{Plane: plane})
	}

	if as != Opaque {
		rows = append(rows, Window{Plane: *alpha})
	}

	sink.Take(rows)
}

// Tee is a sink that passes the rows to several sinks. It has at least one.
type Tee []Sink

// Begin implements [Sink].
func (t Tee) Begin(shape Shape) {
	for _, sink := range t {
		sink.Begin(shape)
	}
}

// Take implements [Sink].
func (t Tee) Take(rows []Window) {
	for _, sink := range t {
		sink.Take(rows)
	}
}

// Needs implements [Sink].
func (t Tee) Needs(plane int) int {
	first := t[0].Needs(plane)
	for _, sink := range t[1:] {
		first = min(first, sink.Needs(plane))
	}

	return first
}
