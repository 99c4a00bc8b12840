package planes

// Roll is a row window: it holds some rows of a plane that is filled row by row. It has
// room for Height rows, from row Top on.
type Roll struct {
	Plane

	Top   int
	Total int // the number of rows of the plane; there is never room beyond them
}

// NewRoll creates a Roll for a plane, with room for the given number of rows at first.
func NewRoll(width, total, rows int) Roll {
	return Roll{Plane: New(width, min(rows, total)), Total: total}
}

// Reserve makes room for all rows before row beyond. The current rows end before row
// filled. Reserve drops those before row keep. If the remaining rows take more than half
// of the room, the Roll grows, so that no row is moved often.
func (r *Roll) Reserve(keep, filled, beyond int) {
	if beyond <= r.Top+r.Height {
		return
	}

	keep = max(r.Top, min(keep, filled))
	kept := r.Pix[(keep-r.Top)*r.Stride : (filled-r.Top)*r.Stride]

	if need := beyond - keep; 2*need > r.Height {
		r.Plane = New(r.Width, min(2*need, r.Total-keep))
	}

	copy(r.Pix, kept)
	r.Top = keep
}

// At returns row y of the plane.
func (r *Roll) At(y int) []byte { return r.Row(y - r.Top) }

// Rows returns the window of the first width samples of the rows before row filled.
func (r *Roll) Rows(width, filled int) Window {
	window := Window{Plane: r.Plane, Top: r.Top}
	window.Width, window.Height = width, max(filled-r.Top, 0)
	window.Pix = window.Pix[:window.Height*window.Stride]

	return window
}
