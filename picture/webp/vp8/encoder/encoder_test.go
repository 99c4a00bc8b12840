package encoder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	reference "golang.org/x/image/webp"

	"triptych/picture/planes"
	"triptych/picture/webp/vp8"
)

// drawn returns an image in YCbCr 4:2:0 of which each sample is drawn by a function.
func drawn(width, height int, draw func(plane, x, y int) byte) *planes.Image {
	img := &planes.Image{Model: planes.YCbCr, Width: width, Height: height, Planes: []planes.Plane{
		planes.New(width, height), planes.New((width+1)/2, (height+1)/2), planes.New((width+1)/2, (height+1)/2),
	}}

	for i := range img.Planes {
		for y := range img.Planes[i].Height {
			row := img.Planes[i].Row(y)
			for x := range row {
				row[x] = draw(i, x, y)
			}
		}
	}

	return img
}

// contents are images of every kind, by name.
func contents(seed uint64) map[string]func(plane, x, y int) byte {
	random := rand.New(rand.NewPCG(seed, 1))

	return map[string]func(plane, x, y int) byte{
		"noise":    func(_, _, _ int) byte { return byte(random.Uint32()) },
		"extremes": func(_, _, _ int) byte { return byte(255 * random.IntN(2)) },
		"gradient": func(plane, x, y int) byte { return byte(64*plane + x + 2*y) },
		"flat":     func(plane, _, _ int) byte { return byte(100 + 30*plane) },
		"edges":    func(plane, x, y int) byte { return byte(255 * ((x/7 + y/5 + plane) % 2)) },
		"faint":    func(_, x, y int) byte { return byte(120 + x/8 + y/8 + random.IntN(4)) },
	}
}

// encoded returns a file and the planes of the encoder's own reconstruction. Small images of an
// even width also have two partitions.
func encoded(t testing.TB, img *planes.Image, o Options) ([]byte, [][]byte) {
	t.Helper()

	f, err := newFrame(img, o)
	if err != nil {
		t.Fatal(err)
	}

	f.divided = f.divided || img.Width%2 == 0

	if err := f.code(t.Context()); err != nil {
		t.Fatal(err)
	}

	data, err := f.write()
	if err != nil {
		t.Fatal(err)
	}

	f.filter()

	return file(data), f.planes()
}

// planes returns the samples of the reconstruction within the image.
func (f *frame) planes() [][]byte {
	all := make([][]byte, len(f.reconstruction))

	for i := range f.reconstruction {
		c := &f.reconstruction[i]
		width, height := f.img.Width, f.img.Height

		if i > 0 {
			width, height = (width+1)/2, (height+1)/2
		}

		for y := range height {
			all[i] = append(all[i], c.pix[c.origin+y*c.stride:][:width]...)
		}
	}

	return all
}

// decoded returns the planes that golang.org/x/image decodes.
func decoded(t testing.TB, file []byte) [][]byte {
	t.Helper()

	img, err := reference.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}

	made := img.(*image.YCbCr)
	width, height := made.Rect.Dx(), made.Rect.Dy()
	all := make([][]byte, 3)

	for y := range height {
		all[0] = append(all[0], made.Y[y*made.YStride:][:width]...)
	}

	for y := range (height + 1) / 2 {
		all[1] = append(all[1], made.Cb[y*made.CStride:][:(width+1)/2]...)
		all[2] = append(all[2], made.Cr[y*made.CStride:][:(width+1)/2]...)
	}

	return all
}

// dwebp returns the planes that libwebp decodes, one after the other. It skips a test if
// the program is not installed.
func dwebp(t testing.TB, file []byte) []byte {
	t.Helper()

	program, err := exec.LookPath("dwebp")
	if err != nil {
		t.Skip("dwebp is not installed")
	}

	dir := t.TempDir()
	in, out := filepath.Join(dir, "a.webp"), filepath.Join(dir, "a.yuv")

	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}

	if message, err := exec.Command(program, "-quiet", "-yuv", in, "-o", out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, message)
	}

	made, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}

	return made
}

// same compares a decoder's planes with those of the encoder.
func same(t testing.TB, by string, got, want []byte) {
	t.Helper()

	if len(got) != len(want) {
		t.Fatalf("%s: %d samples, not %d", by, len(got), len(want))
	}

	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("%s: sample %d of %d is %d, not %d", by, i, len(got), got[i], want[i])
		}
	}
}

func TestEncode_reconstruction(t *testing.T) {
	sizes := []image.Point{{1, 1}, {2, 3}, {16, 16}, {17, 15}, {33, 47}, {64, 64}, {1, 100}, {131, 1}, {150, 97}}
	qualities := []int{0, 20, 50, 80, 95, 100}

	if testing.Short() { // as under QEMU
		qualities = []int{0, 80}
	}

	for _, size := range sizes {
		for name, draw := range contents(uint64(size.X)) {
			for _, quality := range qualities {
				t.Run(fmt.Sprintf("%dx%d/%s/%d", size.X, size.Y, name, quality), func(t *testing.T) {
					img := drawn(size.X, size.Y, draw)
					file, want := encoded(t, img, Options{Quality: quality})

					for i, got := range decoded(t, file) {
						same(t, fmt.Sprintf("x/image, plane %d", i), got, want[i])
					}
				})
			}
		}
	}
}

func TestEncode_reconstructionOfLibwebp(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {35, 18}, {97, 150}, {300, 200}} {
		for name, draw := range contents(uint64(size.Y)) {
			for _, quality := range []int{0, 75, 100} {
				t.Run(fmt.Sprintf("%dx%d/%s/%d", size.X, size.Y, name, quality), func(t *testing.T) {
					file, want := encoded(t, drawn(size.X, size.Y, draw), Options{Quality: quality})
					same(t, "dwebp", dwebp(t, file), bytes.Join(want, nil))
				})
			}
		}
	}
}

func TestEncode_gray(t *testing.T) {
	img := drawn(50, 40, contents(1)["gradient"])
	gray := &planes.Image{Model: planes.Gray, Width: 50, Height: 40, Planes: img.Planes[:1]}
	file, want := encoded(t, gray, Options{Quality: 80})

	for i, got := range decoded(t, file) {
		same(t, "x/image", got, want[i])
	}

	for i, sample := range append(want[1], want[2]...) {
		if sample != 128 {
			t.Fatalf("chroma sample %d of a gray image is %d", i, sample)
		}
	}
}

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

func TestEncode_longSides(t *testing.T) {
	for _, size := range []image.Point{{MaxSide, 1}, {2, MaxSide}} {
		file, want := encoded(t, drawn(size.X, size.Y, contents(1)["faint"]), Options{Quality: 60})

		for i, got := range decoded(t, file) {
			same(t, "x/image", got, want[i])
		}
	}
}

func TestEncode_stride(t *testing.T) {
	img := drawn(50, 30, contents(1)["gradient"])

	file, err := Frame(t.Context(), img, Options{Quality: 80})
	if err != nil {
		t.Fatal(err)
	}

	wide := &planes.Image{Model: planes.YCbCr, Width: 50, Height: 30}

	for _, plane := range img.Planes {
		made := planes.Plane{Stride: plane.Width + 13, Width: plane.Width, Height: plane.Height}
		made.Pix = make([]byte, made.Stride*(plane.Height-1)+plane.Width)

		for y := range plane.Height {
			copy(made.Row(y), plane.Row(y))
		}

		wide.Planes = append(wide.Planes, made)
	}

	if got, err := Frame(t.Context(), wide, Options{Quality: 80}); err != nil || !bytes.Equal(got, file) {
		t.Errorf("the stride changes the file: %v", err)
	}
}

func TestEncode_quality(t *testing.T) {
	img := drawn(120, 90, contents(1)["noise"])
	before := 0

	for quality := 0; quality <= 100; quality += 10 {
		file, err := Frame(t.Context(), img, Options{Quality: quality})
		if err != nil {
			t.Fatal(err)
		}

		if len(file) <= before {
			t.Errorf("quality %d has %d bytes, the one before %d", quality, len(file), before)
		}

		before = len(file)
	}
}
