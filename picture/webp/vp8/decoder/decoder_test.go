package decoder

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	reference "golang.org/x/image/vp8"

	"triptych/picture/planes"
)

// decodeRaw decodes a frame into planes with the range of the bitstream, one after the other.
func decodeRaw(data []byte) ([]byte, error) {
	d, err := newDecoder(data)
	if err != nil {
		return nil, err
	}

	var whole planes.Whole

	d.raw = true
	d.begin(&whole)

	if err := d.run(context.Background()); err != nil {
		return nil, err
	}

	var all []byte
	for _, plane := range whole.Image.Planes {
		all = append(all, plane.Pix...)
	}

	return all, nil
}

// bitstream returns the data of the chunk "VP8 ", or nil.
func bitstream(file []byte) []byte {
	for at := 12; at+8 <= len(file); {
		length := int(binary.LittleEndian.Uint32(file[at+4:]))
		if at+8+length > len(file) {
			return nil
		}

		if string(file[at:at+4]) == "VP8 " {
			return file[at+8 : at+8+length]
		}

		at += 8 + length + length&1
	}

	return nil
}

// byReference decodes a frame by golang.org/x/image.
func byReference(data []byte) ([]byte, error) {
	d := reference.NewDecoder()
	d.Init(bytes.NewReader(data), len(data))

	if _, err := d.DecodeFrameHeader(); err != nil {
		return nil, err
	}

	img, err := d.DecodeFrame()
	if err != nil {
		return nil, err
	}

	var all []byte

	size := img.Rect.Size()
	for y := range size.Y {
		all = append(all, img.Y[y*img.YStride:][:size.X]...)
	}

	for _, plane := range [][]byte{img.Cb, img.Cr} {
		for y := range (size.Y + 1) / 2 {
			all = append(all, plane[y*img.CStride:][:(size.X+1)/2]...)
		}
	}

	return all, nil
}

// drawing is an image with flat areas, gradients, edges and noise.
func drawing(width, height int, seed uint64) image.Image {
	random := rand.New(rand.NewPCG(seed, 1))
	img := image.NewNRGBA(image.Rect(0, 0, width, height))

	for y := range height {
		for x := range width {
			c := color.NRGBA{R: uint8(x * 5), G: uint8(y * 3), B: uint8(x ^ y), A: 255}

			switch (x/23 + y/17) % 4 {
			case 0:
				c.R, c.G, c.B = uint8(random.Uint32()), uint8(random.Uint32()), uint8(random.Uint32())
			case 1:
				c.R, c.G, c.B = 200, 30, uint8(seed)
			case 2:
				c.R += uint8(random.Uint32N(20))
			}

			img.SetNRGBA(x, y, c)
		}
	}

	return img
}

// cwebp encodes an image by libwebp. It skips a test if that is not installed.
func cwebp(t testing.TB, img image.Image, arguments ...string) []byte {
	t.Helper()

	program, err := exec.LookPath("cwebp")
	if err != nil {
		t.Skip("cwebp is not installed")
	}

	folder := t.TempDir()
	in, out := filepath.Join(folder, "a.png"), filepath.Join(folder, "a.webp")

	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(in, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}

	arguments = append(arguments, "-quiet", in, "-o", out)
	if message, err := exec.Command(program, arguments...).CombinedOutput(); err != nil {
		t.Fatalf("cwebp %v: %v\n%s", arguments, err, message)
	}

	made, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}

	return made
}

// dwebp decodes a file by libwebp into planes, one after the other.
func dwebp(t testing.TB, file []byte) ([]byte, error) {
	t.Helper()

	program, err := exec.LookPath("dwebp")
	if err != nil {
		t.Skip("dwebp is not installed")
	}

	folder := t.TempDir()
	in, out := filepath.Join(folder, "a.webp"), filepath.Join(folder, "a.yuv")

	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}

	if message, err := exec.Command(program, "-quiet", "-nodither", "-yuv", in, "-o", out).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, message)
	}

	return os.ReadFile(out)
}

// checkAll compares all decoders.
func checkAll(t *testing.T, file []byte) {
	t.Helper()

	data := bitstream(file)

	got, err := decodeRaw(data)
	if err != nil {
		t.Fatal(err)
	}

	for name, decode := range map[string]func() ([]byte, error){
		"x/image": func() ([]byte, error) { return byReference(data) },
		"libwebp": func() ([]byte, error) { return dwebp(t, file) },
		"no kernels": func() ([]byte, error) {
			defer func(was bool) { vectorized = was }(vectorized)

			vectorized = false

			return decodeRaw(data)
		},
	} {
		want, err := decode()
		if err != nil {
			t.Errorf("%s: %v", name, err)

			continue
		}

		if name == "libwebp" {
			want = want[:min(len(want), len(got))] // Without the alpha.
		}

		if !bytes.Equal(got, want) {
			at := 0
			for at < min(len(got), len(want)) && got[at] == want[at] {
				at++
			}

			t.Errorf("%s has other samples, of %d and %d, from %d on", name, len(want), len(got), at)
		}
	}
}

func TestDecode_optionsOfCwebp(t *testing.T) {
	options := []string{
		"-q 0", "-q 20 -m 0", "-q 50 -m 1", "-q 75 -m 2", "-q 90 -m 3", "-q 95 -m 6", "-q 100",
		"-segments 1", "-segments 2 -sns 100", "-segments 4 -sns 100 -q 30", "-f 0", "-f 100", "-f 60 -sharpness 7",
		"-f 60 -sharpness 3 -strong", "-f 40 -nostrong", "-f 100 -nostrong -sharpness 5 -q 10",
		"-pass 6 -size 2000", "-partition_limit 100 -q 80",
		"-af -q 40", "-mt", "-low_memory", "-preset drawing -q 30", "-sns 0 -q 60",
	}
	sizes := []image.Point{{1, 1}, {2, 3}, {15, 17}, {16, 16}, {17, 15}, {33, 1}, {1, 40}, {97, 61}, {160, 121}}

	for i, option := range options {
		for k, size := range sizes {
			if testing.Short() && (i+k)%4 != 0 {
				continue
			}

			t.Run(fmt.Sprintf("%s/%d×%d", option, size.X, size.Y), func(t *testing.T) {
				checkAll(t, cwebp(t, drawing(size.X, size.Y, uint64(i)), strings.Fields(option)...))
			})
		}
	}
}

// TestDecode_files compares the decoders on the files of a folder.
func TestDecode_files(t *testing.T) {
	folder := os.Getenv("WEBP_FILES")
	if folder == "" {
		t.Skip("WEBP_FILES names no folder")
	}

	count := 0

	err := filepath.WalkDir(folder, func(path string, _ os.DirEntry, _ error) error {
		if !strings.HasSuffix(path, ".webp") {
			return nil
		}

		file, err := os.ReadFile(path)
		if err != nil {
			return err
		}

		if bitstream(file) == nil {
			return nil
		}

		count++

		t.Run(filepath.Base(path), func(t *testing.T) { checkAll(t, file) })

		return nil
	})
	if err != nil || count == 0 {
		t.Errorf("%d files: %v", count, err)
	}
}

func BenchmarkDecode(b *testing.B) {
	file, err := os.ReadFile(os.Getenv("WEBP_FILE"))
	if err != nil {
		b.Skip("WEBP_FILE names no file")
	}

	data := bitstream(file)

	b.Run("check", func(b *testing.B) {
		defer cpuTime(b)()

		for b.Loop() {
			if err := Check(context.Background(), data); err != nil {
				b.Fatal(err)
			}
		}
	})

	b.Run("decode", func(b *testing.B) {
		defer cpuTime(b)()

		for b.Loop() {
			if err := Decode(context.Background(), data, discard{}); err != nil {
				b.Fatal(err)
			}
		}
	})

	b.Run("reference", func(b *testing.B) {
		defer cpuTime(b)()

		for b.Loop() {
			if _, err := byReference(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// discard is a sink that needs no row.
type discard struct{}

func (discard) Begin(planes.Shape) {}

func (discard) Take([]planes.Window) {}

func (discard) Needs(int) int { return 1 << 30 }

// cpuTime reports the time of the processor, which other load affects less.
func cpuTime(b *testing.B) func() {
	b.Helper()

	now := func() int64 {
		var usage syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
			b.Fatal(err)
		}

		return usage.Utime.Nano() + usage.Stime.Nano()
	}
	begun := now()

	return func() { b.ReportMetric(float64(now()-begun)/float64(b.N)/1e6, "cpu-ms/op") }
}
