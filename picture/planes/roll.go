package planes

// Roll is some rows of a plane that comes row by row: those from row Top on, with
// room for Height of them.
type Roll struct {
	Plane

	Top   int
	Total int // the plane's rows, beyond which there is never room
}

// NewRoll makes a roll for a plane, with room for so many rows at first.
func NewRoll(width, total, rows int) Roll {
	return Roll{Plane: New(width, min(rows, total)), Total: total}
}

// Reserve makes room for all rows before row beyond. Of those that are there, which
// end before row filled, it drops those before row keep. Where the ones that stay take
// more than half of the room it grows, so that no row is moved often.
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

// At is row y of the plane.
func (r *Roll) At(y int) []byte { return r.Row(y - r.Top) }

// Rows is the window of the first width samples of the rows before row filled.
func (r *Roll) Rows(width, filled int) Window {
	window := Window{Plane: r.Plane, Top: r.Top}
	window.Width, window.Height = width, max(filled-r.Top, 0)
	window.Pix = window.Pix[:window.Height*window.Stride]

	return window
}
