package decoder

import (
	"math/rand/v2"
	"testing"

	"triptych/picture/webp/vp8"
)

// randomCanvas returns a canvas of noise around a level, so that filters and limits apply.
func randomCanvas(random *rand.Rand) (c canvas) {
	level, spread := random.IntN(256), 1+random.IntN(256)
	for i := range c {
		c[i] = byte(max(0, min(level+random.IntN(spread)-spread/2, 255)))
	}

	return c
}

func eachKernel(t *testing.T, run func(t *testing.T, random *rand.Rand)) {
	t.Helper()

	if !hasKernels() {
		t.Skip("no kernels")
	}

	random := rand.New(rand.NewPCG(7, 8))
	for range 20000 {
		run(t, random)
	}
}

func TestInverse_kernels(t *testing.T) {
	eachKernel(t, func(t *testing.T, random *rand.Rand) {
		t.Helper()

		var in [2]vp8.Coefficients

		limit := 1 << (1 + random.IntN(16))
		for i := range in {
			for k := range 1 + random.IntN(vp8.BlockSize) {
				in[i][vp8.Zigzag[k]] = int16(random.IntN(limit) - limit/2)
			}
		}

		single := randomCanvas(random)
		pair, plain := single, single
		left, right := in[0], in[1]

		plain.inverseDCT(lumaAt, &left)
		plain.inverseDCT(lumaAt+vp8.BlockSide, &right)

		if left != (vp8.Coefficients{}) || right != left {
			t.Fatal("the coefficients are not cleared")
		}

		left, right = in[0], in[1]
		single.inverse(lumaAt, &left)
		single.inverse(lumaAt+vp8.BlockSide, &right)

		copied := in
		pair.inverse2(lumaAt, &copied)

		if single != plain || pair != plain || left != (vp8.Coefficients{}) || copied != ([2]vp8.Coefficients{}) {
			t.Fatalf("%v: the kernels make other samples", in)
		}
	})
}

// TestInverseDCT_shared compares the transform with that of the encoder.
func TestInverseDCT_shared(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))

	for range 20000 {
		var (
			in   vp8.Coefficients
			want vp8.Block
		)

		for i := range in {
			in[i] = int16(random.IntN(2*exactLimit-1) - exactLimit + 1)
		}

		c := randomCanvas(random)
		for i := range want {
			want[i] = c[lumaAt+i/4*pitch+i%4]
		}

		copied := in
		vp8.InverseDCT(&want, &want, &copied)
		c.inverseDCT(lumaAt, &in)

		for i := range want {
			if got := c[lumaAt+i/4*pitch+i%4]; got != want[i] {
				t.Fatalf("sample %d of %v: %d, not %d", i, copied, got, want[i])
			}
		}
	}
}

func TestTrueMotion_kernels(t *testing.T) {
	eachKernel(t, func(t *testing.T, random *rand.Rand) {
		t.Helper()

		kernel := randomCanvas(random)
		plain := kernel

		for _, plane := range []struct{ at, side int }{{lumaAt, 16}, {uAt, 8}, {vAt, 8}} {
			kernel.trueMotionKernel(plane.at, plane.side)
			plain.trueMotion(plane.at, plane.side)
		}

		if kernel != plain {
			t.Fatal("the kernels make other samples")
		}
	})
}

// TestPredictSubblock_shared compares the predictions with those of the encoder.
func TestPredictSubblock_shared(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))

	for range 2000 {
		for mode := range vp8.SubblockMode(vp8.SubblockModes) {
			var (
				e    vp8.SubblockEdges
				want vp8.Block
			)

			c := randomCanvas(random)
			for i := range vp8.BlockSide {
				e[i] = c[lumaAt+(3-i)*pitch-1]
			}

			copy(e[4:], c[lumaAt-pitch-1:])
			vp8.PredictSubblock(&want, mode, &e)
			c.predictSubblock(mode, lumaAt)

			for i := range want {
				if got := c[lumaAt+i/4*pitch+i%4]; got != want[i] {
					t.Fatalf("mode %d, sample %d: %d, not %d", mode, i, got, want[i])
				}
			}
		}
	}
}

func TestFilter_kernels(t *testing.T) {
	eachKernel(t, func(t *testing.T, random *rand.Rand) {
		t.Helper()

		const (
			stride = 40
			at     = 8*stride + 8
		)

		l := newLimits(random.IntN(vp8.MostLevel+1), random.IntN(8))
		if l.inner == 0 {
			return
		}

		var samples [3][stride * 30]byte

		level, spread := random.IntN(256), 1+random.IntN(80)

		for i := range samples {
			for k := range samples[i] {
				samples[i][k] = byte(max(0, min(level+random.IntN(spread)-spread/2, 255)))
			}
		}

		left, above, inner := random.IntN(2) == 0, random.IntN(2) == 0, random.IntN(2) == 0
		kernel, plain := samples, samples
		l.filterLuma(kernel[0][:], at, stride, left, above, inner)
		l.filterChroma(kernel[1][:], kernel[2][:], at, stride, left, above, inner)

		for i, side := range sides {
			l.strength.FilterBlock(plain[i][:], at, stride, side, left, above, inner)
		}

		if kernel != plain {
			t.Fatalf("%+v: the kernels make other samples", l)
		}
	})
}

func TestWiden_kernels(t *testing.T) {
	var all [256 + 13]byte
	for i := range all {
		all[i] = byte(i)
	}

	luma, chroma := all, all
	widenLumaKernel(luma[:])
	widenChromaKernel(chroma[:])

	for i, sample := range all {
		if luma[i] != fullLuma[sample] || chroma[i] != fullChroma[sample] {
			t.Errorf("sample %d: %d and %d, not %d and %d", sample, luma[i], chroma[i], fullLuma[sample], fullChroma[sample])
		}
	}

	if fullLuma[16] != 0 || fullLuma[235] != 255 || fullChroma[16] != 0 || fullChroma[128] != 128 || fullChroma[240] != 255 {
		t.Error("the ends of the range are wrong")
	}
}

// TestDecode_testdata compares the decoder with golang.org/x/image, on files with one, two and
// eight partitions, and with both filters.
func TestDecode_testdata(t *testing.T) {
	for name, frame := range seedFrames(t) {
		for _, kernels := range []bool{false, hasKernels()} {
			func() {
				defer func(was bool) { vectorized = was }(vectorized)

				vectorized = kernels

				got, err := decodeRaw(frame)
				if err != nil {
					t.Fatal(err)
				}

				want, err := byReference(frame)
				if err != nil || string(got) != string(want) {
					t.Errorf("%s, kernels %v: other samples, %v", name, kernels, err)
				}
			}()
		}
	}
}
