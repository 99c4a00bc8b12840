//go:build !purego

package decoder

import (
	"golang.org/x/sys/cpu"

	"triptych/picture/webp/vp8"
)

// hasKernels reports whether the processor and the operating system support AVX2.
func hasKernels() bool { return cpu.X86.HasAVX2 }

// inverse is [canvas.inverseDCT] in assembly, with sums of 16 bits. It clears the
// coefficients.
func (c *canvas) inverse(at int, in *vp8.Coefficients) {
	_ = c[at+3*pitch+vp8.BlockSide-1]
	inverseAVX2(&c[at], in)
}

// inverse2 does the same for two blocks side by side.
func (c *canvas) inverse2(at int, in *[2]vp8.Coefficients) {
	_ = c[at+3*pitch+2*vp8.BlockSide-1]
	inverse2AVX2(&c[at], in)
}

// trueMotionKernel is [canvas.trueMotion] in assembly, for a side of 8 or 16.
func (c *canvas) trueMotionKernel(at, side int) {
	_, _ = c[at-pitch-1], c[at+(side-1)*pitch+side-1]
	trueMotionAVX2(&c[at], side)
}

// vectorBytes is the length of a vector of the kernels that stretch.
const vectorBytes = 32

// widenLumaKernel and widenChromaKernel are [widen] in assembly.
func widenLumaKernel(samples []byte) {
	if vectors := len(samples) / vectorBytes; vectors > 0 {
		widenLumaAVX2(&samples[0], vectors)
		samples = samples[vectors*vectorBytes:]
	}

	widen(samples, &fullLuma)
}

func widenChromaKernel(samples []byte) {
	if vectors := len(samples) / vectorBytes; vectors > 0 {
		widenChromaAVX2(&samples[0], vectors)
		samples = samples[vectors*vectorBytes:]
	}

	widen(samples, &fullChroma)
}

// filterLuma filters the luma of a macroblock as [vp8.Strength.FilterBlock] does. The checks of
// the first and the last sample cover all samples.
func (l *limits) filterLuma(pix []byte, at, stride int, left, above, inner bool) {
	const half = vp8.MacroblockSide / 2

	_ = pix[at+(vp8.MacroblockSide-1)*stride+vp8.MacroblockSide-1]

	if left {
		_ = pix[at-vp8.BlockSide]
		edgeAcrossAVX2(&pix[at], &pix[at+half*stride], stride, &l.outside)
	}

	if inner {
		for x := at + vp8.BlockSide; x < at+vp8.MacroblockSide; x += vp8.BlockSide {
			innerAcrossAVX2(&pix[x], &pix[x+half*stride], stride, &l.inside)
		}
	}

	if above {
		_ = pix[at-vp8.BlockSide*stride]
		edgeDownAVX2(&pix[at], &pix[at+half], stride, &l.outside)
	}

	if inner {
		for y := vp8.BlockSide; y < vp8.MacroblockSide; y += vp8.BlockSide {
			innerDownAVX2(&pix[at+y*stride], &pix[at+y*stride+half], stride, &l.inside)
		}
	}
}

// filterChroma does the same for both planes of chroma.
func (l *limits) filterChroma(u, v []byte, at, stride int, left, above, inner bool) {
	const last = vp8.ChromaSide - 1

	_, _ = u[at+last*stride+last], v[at+last*stride+last]

	if left {
		_ = u[at-vp8.BlockSide]
		edgeAcrossAVX2(&u[at], &v[at], stride, &l.outside)
	}

	if inner {
		innerAcrossAVX2(&u[at+vp8.BlockSide], &v[at+vp8.BlockSide], stride, &l.inside)
	}

	if above {
		_ = u[at-vp8.BlockSide*stride]
		edgeDownAVX2(&u[at], &v[at], stride, &l.outside)
	}

	if inner {
		y := vp8.BlockSide * stride
		innerDownAVX2(&u[at+y], &v[at+y], stride, &l.inside)
	}
}

//go:noescape
func inverseAVX2(dst *byte, c *vp8.Coefficients)

//go:noescape
func inverse2AVX2(dst *byte, c *[2]vp8.Coefficients)

//go:noescape
func trueMotionAVX2(dst *byte, side int)

//go:noescape
func widenLumaAVX2(p *byte, vectors int)

//go:noescape
func widenChromaAVX2(p *byte, vectors int)

//go:noescape
func innerDownAVX2(first, second *byte, stride int, t *thresholds)

//go:noescape
func edgeDownAVX2(first, second *byte, stride int, t *thresholds)

//go:noescape
func innerAcrossAVX2(first, second *byte, stride int, t *thresholds)

//go:noescape
func edgeAcrossAVX2(first, second *byte, stride int, t *thresholds)
