package decoder

import (
	"encoding/binary"

	"triptych/picture/webp/vp8"
)

// canvas is the samples of one macroblock and those next to it from which it is predicted
// (RFC 6386, 12): luma, then Cb and Cr side by side. A row of samples above and a column to
// the left come before each plane. Luma has four more samples above, to the right.
type canvas [pitch * (2 + vp8.MacroblockSide + vp8.ChromaSide)]byte

// The places of the planes in a canvas. pitch is the distance between rows.
const (
	pitch  = 32
	lumaAt = pitch + 8
	uAt    = lumaAt + pitch*(vp8.MacroblockSide+1)
	vAt    = uAt + pitch/2
)

// edge is the last samples of a row of macroblocks, before the loop filter, from which the
// next row is predicted. luma has four more samples at the end.
type edge struct{ luma, u, v []byte }

func newEdge(wide int) edge {
	e := edge{
		luma: make([]byte, wide*vp8.MacroblockSide+vp8.BlockSide),
		u:    make([]byte, wide*vp8.ChromaSide), v: make([]byte, wide*vp8.ChromaSide),
	}

	for _, plane := range [][]byte{e.luma, e.u, e.v} {
		for i := range plane {
			plane[i] = vp8.AboveFrame
		}
	}

	return e
}

// startRow sets the samples to the left of the frame. first is set for the first row.
func (c *canvas) startRow(first bool) {
	for _, plane := range [...]struct{ at, side int }{
		{lumaAt, vp8.MacroblockSide}, {uAt, vp8.ChromaSide}, {vAt, vp8.ChromaSide},
	} {
		c[plane.at-pitch-1] = vp8.LeftFrame
		if first {
			c[plane.at-pitch-1] = vp8.AboveFrame
		}

		for y := range plane.side {
			c[plane.at+y*pitch-1] = vp8.LeftFrame
		}
	}
}

// next moves the right samples of the macroblock to the left of the next one.
func (c *canvas) next() {
	for at := lumaAt - pitch; at < lumaAt+pitch*vp8.MacroblockSide; at += pitch {
		c[at-1] = c[at+vp8.MacroblockSide-1]
	}

	for at := uAt - pitch; at < uAt+pitch*vp8.ChromaSide; at += pitch {
		c[at-1] = c[at+vp8.ChromaSide-1]
		c[at+vAt-uAt-1] = c[at+vAt-uAt+vp8.ChromaSide-1]
	}
}

// setAbove sets the samples above macroblock x of a row. The four samples to the right are
// those of the next macroblock above. They also serve the lower rows of subblocks, whose own
// neighbors to the right do not exist yet (RFC 6386, 12.3).
func (c *canvas) setAbove(e edge, x int, first, last bool) {
	copy(c[lumaAt-pitch:][:vp8.MacroblockSide], e.luma[x*vp8.MacroblockSide:])
	copy(c[uAt-pitch:][:vp8.ChromaSide], e.u[x*vp8.ChromaSide:])
	copy(c[vAt-pitch:][:vp8.ChromaSide], e.v[x*vp8.ChromaSide:])

	right := binary.LittleEndian.Uint32(e.luma[(x+1)*vp8.MacroblockSide:])
	if last && !first { // As libwebp does: the last sample, repeated.
		right = uint32(e.luma[(x+1)*vp8.MacroblockSide-1]) * repeat4
	}

	for y := 0; y < vp8.MacroblockSide; y += vp8.BlockSide {
		binary.LittleEndian.PutUint32(c[lumaAt+(y-1)*pitch+vp8.MacroblockSide:], right)
	}
}

// keep stores the last row of the macroblock for the next row of macroblocks.
func (c *canvas) keep(e edge, x int) {
	copy(e.luma[x*vp8.MacroblockSide:], c[lumaAt+pitch*(vp8.MacroblockSide-1):][:vp8.MacroblockSide])
	copy(e.u[x*vp8.ChromaSide:], c[uAt+pitch*(vp8.ChromaSide-1):][:vp8.ChromaSide])
	copy(e.v[x*vp8.ChromaSide:], c[vAt+pitch*(vp8.ChromaSide-1):][:vp8.ChromaSide])
}

// store copies a plane of the macroblock to the frame.
func (c *canvas) store(to []byte, stride, at, side int) {
	if side == vp8.MacroblockSide {
		for y := range vp8.MacroblockSide {
			*(*[vp8.MacroblockSide]byte)(to[y*stride:]) = *(*[vp8.MacroblockSide]byte)(c[at+y*pitch:])
		}

		return
	}

	for y := range vp8.ChromaSide {
		*(*[vp8.ChromaSide]byte)(to[y*stride:]) = *(*[vp8.ChromaSide]byte)(c[at+y*pitch:])
	}
}
