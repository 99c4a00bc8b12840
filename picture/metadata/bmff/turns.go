package bmff

// turns is the combination of all rotations and mirrorings of an image, as a matrix. A
// pixel of the stored image lies x to the right of the middle and y below it. In the
// shown image it lies a·x + b·y to the right and c·x + d·y below.
type turns struct{ a, b, c, d int }

var (
	upright     = turns{1, 0, 0, 1}
	quarterLeft = turns{0, 1, -1, 0} // counterclockwise (ISO/IEC 23008-12, 6.5.10)
	mirrored    = turns{-1, 0, 0, 1} // swaps left and right
	flipped     = turns{1, 0, 0, -1} // swaps top and bottom (6.5.12)
)

// then returns the combination of t and a later transformation.
func (t turns) then(next turns) turns {
	return turns{
		next.a*t.a + next.b*t.c, next.a*t.b + next.b*t.d,
		next.c*t.a + next.d*t.c, next.c*t.b + next.d*t.d,
	}
}

// orientation returns EXIF's value, 1 to 8 (CIPA DC-008, 4.6.5.1.5).
func (t turns) orientation() int {
	for orientation, turned := range []turns{
		upright, mirrored, {-1, 0, 0, -1}, flipped, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, -1, 0}, quarterLeft,
	} {
		if t == turned {
			return orientation + 1
		}
	}

	return 1
}
