//go:build !amd64 || purego

package decoder

import "triptych/picture/webp/vp8"

// hasKernels returns false, because there are no kernels for this processor.
func hasKernels() bool { return false }

func (c *canvas) inverse(at int, in *vp8.Coefficients) { c.inverseDCT(at, in) }

func (c *canvas) inverse2(at int, in *[2]vp8.Coefficients) {
	c.inverseDCT(at, &in[0])
	c.inverseDCT(at+vp8.BlockSide, &in[1])
}

func (c *canvas) trueMotionKernel(at, side int) { c.trueMotion(at, side) }

func widenLumaKernel(samples []byte) { widen(samples, &fullLuma) }

func widenChromaKernel(samples []byte) { widen(samples, &fullChroma) }

func (l *limits) filterLuma(pix []byte, at, stride int, left, above, inner bool) {
	l.strength.FilterBlock(pix, at, stride, vp8.MacroblockSide, left, above, inner)
}

func (l *limits) filterChroma(u, v []byte, at, stride int, left, above, inner bool) {
	l.strength.FilterBlock(u, at, stride, vp8.ChromaSide, left, above, inner)
	l.strength.FilterBlock(v, at, stride, vp8.ChromaSide, left, above, inner)
}
