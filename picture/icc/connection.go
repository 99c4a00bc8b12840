package icc

// white is the white of the connection space, D50 (7.2.16).
var white = [results]float64{0.9642, 1, 0.8249}

// connection converts a table's results to XYZ.
type connection struct {
	lab bool
	// most is the value of the largest encoded number: L* or X (6.3.4.2).
	most float64
	// a* or b* is its encoded value, from 0 to 1, times scale, minus zero.
	scale, zero float64
	// black is the darkest color in XYZ, which is shown as 0.
	black [results]float64
}

// newConnection returns the connection for the encoding of lut16Type if old is set, and
// for that of all other types otherwise. XYZ is the same in both.
func newConnection(pcs string, old bool) (connection, error) {
	switch {
	case pcs == "Lab " && old: // As in version 2: 100 is 0xff00, 0 is 0x8000 (table 42).
		return connection{lab: true, most: 100 * 65535.0 / 65280, scale: 65535.0 / 256, zero: 128}, nil
	case pcs == "Lab ":
		return connection{lab: true, most: 100, scale: 255, zero: 128}, nil
	case pcs == "XYZ ": // 1 is 0x8000.
		return connection{most: 65535.0 / 32768}, nil
	default:
		return connection{}, unsupported("a table to the connection space " + pcs)
	}
}

// xyz decodes a table's results, relative to D50.
func (c *connection) xyz(found [results]float64) [results]float64 {
	first, second, third := found[0], found[1], found[2]
	if !c.lab {
		return [results]float64{first * c.most, second * c.most, third * c.most}
	}

	// CIE 15: L* = 116 f(Y) − 16, a* = 500 (f(X) − f(Y)), b* = 200 (f(Y) − f(Z)).
	y := (first*c.most + 16) / 116
	x := y + (second*c.scale-c.zero)/500
	z := y - (third*c.scale-c.zero)/200

	return [results]float64{white[0] * cube(x), white[1] * cube(y), white[2] * cube(z)}
}

// cube is the inverse of CIE's f.
func cube(f float64) float64 {
	const edge = 6.0 / 29

	if f > edge {
		return f * f * f
	}

	return 3 * edge * edge * (f - 4.0/29)
}

// scaled maps the darkest color to black and keeps white: black point compensation (ISO
// 18619).
func (c *connection) scaled(xyz [results]float64) [results]float64 {
	for i := range xyz {
		xyz[i] = (xyz[i] - c.black[i]) * white[i] / (white[i] - c.black[i])
	}

	return xyz
}
