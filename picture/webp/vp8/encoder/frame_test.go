package encoder

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"triptych/picture/planes"
	"triptych/picture/webp/vp8"
)

func TestFrame_rejects(t *testing.T) {
	valid := func() *planes.Image { return drawn(20, 10, contents(1)["flat"]) }

	for name, c := range map[string]struct {
		change  func(img *planes.Image)
		quality int
		want    error
	}{
		"no width":         {func(img *planes.Image) { img.Width = 0 }, 80, ErrSize},
		"too wide":         {func(img *planes.Image) { img.Width = MaxSide + 1 }, 80, ErrSize},
		"RGB":              {func(img *planes.Image) { img.Model = planes.RGB }, 80, ErrModel},
		"a plane missing":  {func(img *planes.Image) { img.Planes = img.Planes[:2] }, 80, ErrPlanes},
		"4:4:4":            {func(img *planes.Image) { img.Planes[1] = img.Planes[0] }, 80, ErrPlanes},
		"samples missing":  {func(img *planes.Image) { img.Planes[2].Pix = img.Planes[2].Pix[1:] }, 80, ErrPlanes},
		"negative quality": {func(*planes.Image) {}, -1, ErrQuality},
		"quality 101":      {func(*planes.Image) {}, 101, ErrQuality},
	} {
		t.Run(name, func(t *testing.T) {
			img := valid()
			c.change(img)

			if _, err := Frame(t.Context(), img, Options{Quality: c.quality}); !errors.Is(err, c.want) {
				t.Errorf("%v, not %v", err, c.want)
			}
		})
	}
}

func TestFrame_budget(t *testing.T) {
	img := drawn(200, 160, contents(1)["noise"])
	before := 0

	for _, share := range []int{3, 4, 6, 10, 25, 60} { // bits of a macroblock
		f, err := newFrame(img, Options{Quality: 90})
		if err != nil {
			t.Fatal(err)
		}

		f.budget.bits = share * bit * len(f.macroblocks)
		if err := f.code(t.Context()); err != nil {
			t.Fatal(err)
		}

		spent, subblocks := 0, 0

		for i := range f.macroblocks {
			mb := &f.macroblocks[i]
			spent += chromaModeCosts[mb.chroma] + f.budget.flags

			if mb.luma == vp8.BySubblocks {
				subblocks++
			} else {
				spent += lumaModeCosts[mb.luma]
			}
		}

		least := (lumaModeCosts[vp8.DC] + chromaModeCosts[vp8.DC] + f.budget.flags) * len(f.macroblocks)
		if f.budget.used > max(f.budget.bits, least) {
			t.Errorf("a share of %d bits: %d of %d bits used", share, f.budget.used/bit, f.budget.bits/bit)
		}

		if subblocks == 0 && f.budget.used != spent || subblocks > 0 && f.budget.used <= spent {
			t.Errorf("a share of %d bits: %d bits counted, %d used", share, f.budget.used/bit, spent/bit)
		}

		if subblocks < before || share <= 5 && subblocks > 0 || share == 60 && subblocks < len(f.macroblocks)/2 {
			t.Errorf("a share of %d bits: %d macroblocks have subblocks", share, subblocks)
		}

		before = subblocks

		data, err := f.write()
		if err != nil {
			t.Fatal(err)
		}

		f.filter()

		for i, got := range decoded(t, file(data)) {
			same(t, "x/image", got, f.planes()[i])
		}
	}
}

// TestFrame_partitions shows that the first partition of the largest image with two of them is
// short enough: noise takes the most bytes.
func TestFrame_partitions(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	img := drawn(256, 256, func(int, int, int) byte { return byte(255 * random.IntN(2)) })

	f, err := newFrame(img, Options{Quality: 100})
	if err != nil {
		t.Fatal(err)
	}

	if err := f.code(t.Context()); err != nil {
		t.Fatal(err)
	}

	data, err := f.write()
	if err != nil {
		t.Fatal(err)
	}

	if first := len(f.written[0].out); !f.divided || first*mostDivided/len(f.macroblocks) > longestPartition/2 {
		t.Errorf("the first partition has %d of %d bytes for %d macroblocks", first, len(data), len(f.macroblocks))
	}
}

func TestFrame_fewDecisionsKept(t *testing.T) {
	img := drawn(200, 160, contents(1)["noise"])

	for _, kept := range []int{0, 5_000, 100_000} {
		f, err := newFrame(img, Options{Quality: 90})
		if err != nil {
			t.Fatal(err)
		}

		f.mostKept = kept
		if err := f.code(t.Context()); err != nil {
			t.Fatal(err)
		}

		if kept := f.kept(); kept > f.mostKept {
			t.Errorf("%d decisions are kept, more than %d", kept, f.mostKept)
		}

		data, err := f.write()
		if err != nil {
			t.Fatal(err)
		}

		f.filter()

		for i, got := range decoded(t, file(data)) {
			same(t, "x/image", got, f.planes()[i])
		}
	}
}

func TestFrame_alpha(t *testing.T) {
	for name, visible := range map[string]func(x, y int) bool{
		"nothing":    func(_, _ int) bool { return false },
		"a pixel":    func(x, y int) bool { return x == 99 && y == 69 },
		"a half":     func(x, _ int) bool { return x > 40 },
		"everything": func(_, _ int) bool { return true },
	} {
		alpha := planes.New(100, 70)

		for y := range 70 {
			for x := range 100 {
				if visible(x, y) {
					alpha.Row(y)[x] = 1
				}
			}
		}

		img := drawn(100, 70, contents(1)["edges"])
		file, want := encoded(t, img, Options{Quality: 80, Alpha: &alpha})

		for i, got := range decoded(t, file) {
			same(t, name+", x/image", got, want[i])
		}

		for at, a := range alpha.Pix {
			if d := int(lumaRange[img.Planes[0].Pix[at]]) - int(want[0][at]); a > 0 && d*d > 60*60 {
				t.Fatalf("%s: visible sample %d is %d, not %d", name, at, want[0][at], lumaRange[img.Planes[0].Pix[at]])
			}
		}

		if whole, _ := encoded(t, img, Options{Quality: 80}); len(file) > len(whole) || name == "a half" && len(file) > len(whole)*3/4 {
			t.Errorf("%s: %d bytes, and %d without alpha", name, len(file), len(whole))
		}
	}

	wrong := planes.New(99, 70)
	if _, err := Frame(t.Context(), drawn(100, 70, contents(1)["flat"]), Options{Alpha: &wrong}); !errors.Is(err, ErrPlanes) {
		t.Errorf("alpha of another size: %v", err)
	}
}

func TestFrame_contextEnds(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	end()

	if _, err := Frame(ctx, drawn(20, 10, contents(1)["flat"]), Options{Quality: 80}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
