package encoder

import (
	"bytes"
	"image"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	reference "golang.org/x/image/webp"

	"triptych/picture/planes"
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
