package planes

// Whole is a sink that keeps all rows of an image.
type Whole struct {
	Image *Image
	// Alpha is nil if the rows have no alpha.
	Alpha *Plane

	filled []int // rows of each plane so far
}

// Begin implements [Sink].
func (w *Whole) Begin(shape Shape) {
	w.Image, w.Alpha = shape.Image.Bare(), nil

	for i, plane := range w.Image.Planes {
		w.Image.Planes[i] = New(plane.Width, plane.Height)
	}

	w.filled = make([]int, len(w.Image.Planes))

	if shape.Alpha != Opaque {
		alpha := New(w.Image.Width, w.Image.Height)
		w.Alpha, w.filled = &alpha, append(w.filled, 0)
	}
}

// Take implements [Sink].
func (w *Whole) Take(rows []Window) {
	for i := range rows {
		into := w.Alpha
		if i < len(w.Image.Planes) {
			into = &w.Image.Planes[i]
		}

		for end := rows[i].Top + rows[i].Height; w.filled[i] < end; w.filled[i]++ {
			copy(into.Row(w.filled[i]), rows[i].Row(w.filled[i]-rows[i].Top))
		}
	}
}

// Needs implements [Sink].
func (w *Whole) Needs(plane int) int { return w.filled[plane] }
