package resize

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"

	"triptych/picture/planes"
)

// noise returns a plane of random samples with a stride that may be larger than the
// width.
func noise(seed uint64, width, height int) planes.Plane {
	random := rand.New(rand.NewPCG(seed, 1))
	p := planes.Plane{Width: width, Height: height, Stride: width + int(seed%5)}
	p.Pix = make([]byte, p.Stride*height)

	for i := range p.Pix {
		p.Pix[i] = byte(random.Uint32())
		if seed%3 == 0 { // Only 0 and 255: with them the overshoot of the filter is largest.
			p.Pix[i] = byte(int8(p.Pix[i]) >> 7)
		}
	}

	// No bytes follow the last sample. Reading there panics, or shows in the results of
	// assembly.
	p.Pix = p.Pix[:p.Stride*(height-1)+width]

	return p
}

func flat(value byte, width, height int) planes.Plane {
	p := planes.New(width, height)
	for i := range p.Pix {
		p.Pix[i] = value
	}

	return p
}

func mirrored(p planes.Plane) planes.Plane {
	q := planes.New(p.Width, p.Height)
	for y := range p.Height {
		for x, v := range p.Row(y) {
			q.Row(y)[p.Width-1-x] = v
		}
	}

	return q
}

func equal(t *testing.T, what string, got, want planes.Plane) {
	t.Helper()

	if got.Width != want.Width || got.Height != want.Height {
		t.Fatalf("%s: %d×%d, want %d×%d", what, got.Width, got.Height, want.Width, want.Height)
	}

	for y := range want.Height {
		for x, v := range want.Row(y) {
			if got.Row(y)[x] != v {
				t.Fatalf("%s: (%d, %d) is %d, want %d", what, x, y, got.Row(y)[x], v)
			}
		}
	}
}

// both runs a test with and without the assembly.
func both(t *testing.T, test func(t *testing.T)) {
	t.Helper()

	was := accelerated
	defer func() { accelerated = was }()

	t.Run("plain", func(t *testing.T) { accelerated = false; test(t) })

	if was {
		t.Run("AVX2", func(t *testing.T) { accelerated = true; test(t) })
	}
}

// reference resizes in float64 by the definition: every weight of the two-dimensional
// window, no rounding, no order of passes.
func reference(src planes.Plane, from Rect, width, height int) [][]float64 {
	weigh := func(source int, from, to float64, results, i int) []float64 {
		step := (to - from) / float64(results)
		widen := max(math.Abs(step), 1)
		weights, sum := make([]float64, source), 0.0

		for j := range weights {
			x := (float64(j) + 0.5 - from - (float64(i)+0.5)*step) / widen
			if x == 0 {
				weights[j] = 1
			} else if math.Abs(x) < 3 {
				weights[j] = math.Sin(math.Pi*x) / (math.Pi * x) * math.Sin(math.Pi*x/3) / (math.Pi * x / 3)
			}

			sum += weights[j]
		}

		for j := range weights {
			weights[j] /= sum
		}

		return weights
	}

	result := make([][]float64, height)

	for y := range result {
		result[y] = make([]float64, width)
		down := weigh(src.Height, from.Y0, from.Y1, height, y)

		for x := range result[y] {
			across := weigh(src.Width, from.X0, from.X1, width, x)
			sum := 0.0

			for j, a := range down {
				for i, b := range across {
					if a != 0 && b != 0 {
						sum += a * b * float64(src.Pix[j*src.Stride+i])
					}
				}
			}

			result[y][x] = min(max(sum, 0), 255)
		}
	}

	return result
}

type job struct {
	name          string
	src           [2]int
	from          Rect
	width, height int
}

var jobs = []job{
	{"five quarters", [2]int{100, 75}, Whole(100, 75), 80, 60},
	{"half", [2]int{80, 60}, Whole(80, 60), 40, 30},
	{"a ninth, odd sizes", [2]int{91, 73}, Whole(91, 73), 10, 8},
	{"to one sample", [2]int{40, 30}, Whole(40, 30), 1, 1},
	{"a crop with fractions", [2]int{70, 50}, Rect{10.25, 5.5, 50.75, 45.125}, 33, 17},
	{"mirrored", [2]int{70, 50}, Rect{70, 50, 0, 0}, 33, 17},
	{"beyond the edge", [2]int{33, 21}, Rect{0, 0, 34, 22}, 17, 11},
	{"twice as large", [2]int{20, 15}, Whole(20, 15), 40, 30},
	{"a tiny source", [2]int{3, 2}, Whole(3, 2), 9, 5},
	{"one sample", [2]int{1, 1}, Whole(1, 1), 5, 4},
	{"wider and lower", [2]int{30, 60}, Whole(30, 60), 45, 20},
}

func TestPlane_followsDefinition(t *testing.T) {
	for _, g := range jobs {
		t.Run(g.name, func(t *testing.T) {
			both(t, func(t *testing.T) {
				for seed := range uint64(3) {
					src := noise(seed, g.src[0], g.src[1])
					got := Plane(src, g.from, g.width, g.height, Options{})
					most, total := 0.0, 0.0

					for y, row := range reference(src, g.from, g.width, g.height) {
						for x, want := range row {
							off := math.Abs(float64(got.Row(y)[x]) - want)
							most, total = max(most, off), total+off
						}
					}

					// Rounding to whole samples causes up to ½, and ¼ in the mean.
					if mean := total / float64(g.width*g.height); most > 1 || g.width*g.height >= 16 && mean > 0.3 {
						t.Errorf("off by up to %.3f, %.3f in the mean", most, mean)
					}
				}
			})
		})
	}
}

func TestPlane_plainGoEqualsAssembly(t *testing.T) {
	if !accelerated {
		t.Skip("there is no assembly for this machine")
	}

	defer func() { accelerated = true }()

	check := func(what string, src planes.Plane, from Rect, width, height int) {
		t.Helper()

		accelerated = true
		fast := Plane(src, from, width, height, Options{})
		accelerated = false

		equal(t, what, fast, Plane(src, from, width, height, Options{}))
	}

	for width := 1; width <= 70; width++ {
		for _, to := range []int{1, 2, 7, 8, 9, 16, 31, 40, 64, 70} {
			src := noise(uint64(width), width, 1+width/2)
			check(fmt.Sprintf("%d to %d", width, to), src, Whole(src.Width, src.Height), to, 1+to/3)
		}
	}

	for _, g := range jobs {
		check(g.name, noise(6, g.src[0], g.src[1]), g.from, g.width, g.height)
	}

	check("many taps", noise(3, 1500, 900), Whole(1500, 900), 9, 11)
}

// Parts may lie anywhere, also partly or completely outside the plane.
func TestPlane_anyPart(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 1))
	was := accelerated

	defer func() { accelerated = was }()

	for round := range 2000 {
		src := noise(uint64(round), 1+random.IntN(60), 1+random.IntN(60))
		edge := func() float64 { return random.Float64()*160 - 50 }
		from := Rect{edge(), edge(), edge(), edge()}
		width, height := 1+random.IntN(40), 1+random.IntN(40)

		if round%50 == 0 {
			from.X1 *= 1e200
		}

		what := fmt.Sprintf("%v of %d×%d to %d×%d", from, src.Width, src.Height, width, height)
		value := byte(round)

		accelerated = was
		fast := Plane(src, from, width, height, Options{Threads: 2})
		equal(t, what, Plane(flat(value, src.Width, src.Height), from, width, height, Options{}), flat(value, width, height))

		accelerated = false

		equal(t, what, fast, Plane(src, from, width, height, Options{}))
	}
}

func TestPlane_flatStaysFlat(t *testing.T) {
	both(t, func(t *testing.T) {
		for _, value := range []byte{0, 1, 127, 254, 255} {
			for side := 1; side <= 70; side++ {
				for _, to := range []int{1, 3, 8, 33, 64} {
					got := Plane(flat(value, side, 71-side), Whole(side, 71-side), to, 65-to, Options{})
					equal(t, fmt.Sprintf("%d×%d of %d", side, 71-side, value), got, flat(value, to, 65-to))
				}
			}
		}

		// Thousands of taps, each of which weighs less than one unit.
		equal(t, "60,000 to 1", Plane(flat(200, 60000, 2), Whole(60000, 2), 1, 1, Options{}), flat(200, 1, 1))
	})
}

func TestPlane_mirrored(t *testing.T) {
	both(t, func(t *testing.T) {
		for side := 2; side <= 70; side++ {
			for _, to := range []int{1, 2, 9, 16, 37, 64} {
				src := noise(uint64(side), side, 9)
				want := mirrored(Plane(src, Whole(side, 9), to, 5, Options{}))
				what := fmt.Sprintf("%d to %d", side, to)

				equal(t, what+": a mirrored source", Plane(mirrored(src), Whole(side, 9), to, 5, Options{}), want)
				equal(t, what+": the other way", Plane(src, Rect{X0: float64(side), Y1: 9}, to, 5, Options{}), want)
			}
		}
	})
}

func TestPlane_sameSizeIsCopy(t *testing.T) {
	src := noise(7, 40, 30)
	part := planes.Plane{Pix: src.Pix[3*src.Stride+5:], Stride: src.Stride, Width: 20, Height: 10}

	equal(t, "whole", Plane(src, Whole(40, 30), 40, 30, Options{}), src)
	equal(t, "part", Plane(src, Rect{5, 3, 25, 13}, 20, 10, Options{}), part)

	got := Plane(src, Whole(40, 30), 40, 30, Options{})
	got.Pix[0]++

	if got.Pix[0] == src.Pix[0] {
		t.Error("the result shares the source's memory")
	}
}

func TestPlane_threadsSameResult(t *testing.T) {
	both(t, func(t *testing.T) {
		src := noise(8, 300, 400)
		want := Plane(src, Whole(300, 400), 211, 307, Options{})

		for _, threads := range []int{2, 3, 64} {
			equal(t, fmt.Sprint(threads), Plane(src, Whole(300, 400), 211, 307, Options{Threads: threads}), want)
		}
	})
}

func TestWeights(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))

	for range 5000 {
		source, results := 1+random.IntN(300), 1+random.IntN(300)
		from, to := random.Float64()*float64(source), random.Float64()*float64(source)
		a := newAxis(source, from, to, results, rowTaps)

		for i := range results {
			sum, magnitude := 0, 0

			for t, weight := range a.weights[i*a.taps : (i+1)*a.taps] {
				sum += int(weight)
				magnitude += max(int(weight), -int(weight))

				if at := int(a.start[i]) + t; weight != 0 && (at < a.first || at >= a.beyond || at >= source) {
					t, w := t, weight
					panic(fmt.Sprint("weight ", w, " for sample ", at, " of ", source, ", tap ", t))
				}
			}

			if sum != weightOne || magnitude >= 2*weightOne {
				t.Fatalf("%d from %v to %v in %d: result %d has sum %d, magnitude %d", source, from, to, results, i, sum, magnitude)
			}
		}
	}
}

func TestPlane_panicsWithoutSamples(t *testing.T) {
	for name, do := range map[string]func(){
		"no width":        func() { Plane(flat(1, 5, 5), Whole(5, 5), 0, 5, Options{}) },
		"an empty part":   func() { Plane(flat(1, 5, 5), Rect{2, 0, 2, 5}, 5, 5, Options{}) },
		"an empty source": func() { Plane(planes.Plane{}, Whole(5, 5), 5, 5, Options{}) },
		"not a number":    func() { Plane(flat(1, 5, 5), Rect{math.NaN(), 0, 5, 5}, 5, 5, Options{}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()

			do()
		}()
	}
}

// The samples are the same on every machine. The expected value was recorded on amd64.
func TestPlane_golden(t *testing.T) {
	both(t, func(t *testing.T) {
		sum := fnv.New64a()

		for _, j := range jobs {
			p := Plane(noise(7, j.src[0], j.src[1]), j.from, j.width, j.height, Options{})
			sum.Write(p.Pix)
		}

		if got := sum.Sum64(); got != 0xfed64d4b9ed0c42d {
			t.Errorf("%#x", got)
		}
	})
}

// A panic on a goroutine reaches the caller, who can recover from it.
func TestPlane_panicReachesCaller(t *testing.T) {
	for _, threads := range []int{1, 2} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d threads: no panic", threads)
				}
			}()

			cut := planes.New(200, 200)
			cut.Pix = cut.Pix[:150*200]
			Plane(cut, Whole(200, 200), 100, 100, Options{Threads: threads})
		}()
	}
}
