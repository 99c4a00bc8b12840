package decoder

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	reference "golang.org/x/image/vp8l"
)

const testBytes = 360 << 20

// decodeAll decodes an image into the bytes red, green, blue and alpha of each pixel.
func decodeAll(data []byte) ([]byte, error) {
	d, err := New(data, Options{MaxBytes: testBytes})
	if err != nil {
		return nil, err
	}

	var all []byte

	for range d.Height {
		row, err := d.Next()
		if err != nil {
			return nil, err
		}

		for _, pixel := range row {
			all = append(all, byte(pixel>>16), byte(pixel>>8), byte(pixel), byte(pixel>>24))
		}
	}

	return all, nil
}

// chunk returns the data of a chunk, or nil.
func chunk(file []byte, kind string) []byte {
	for at := 12; at+8 <= len(file); {
		length := int(binary.LittleEndian.Uint32(file[at+4:]))
		if at+8+length > len(file) {
			return nil
		}

		if string(file[at:at+4]) == kind {
			return file[at+8 : at+8+length]
		}

		at += 8 + length + length&1
	}

	return nil
}

// drawings are images of every kind that the encoder has a way for.
func drawings(width, height int) map[string]image.Image {
	random := rand.New(rand.NewPCG(uint64(width), uint64(height)))
	draw := func(at func(x, y int) color.NRGBA) image.Image {
		img := image.NewNRGBA(image.Rect(0, 0, width, height))
		for y := range height {
			for x := range width {
				img.SetNRGBA(x, y, at(x, y))
			}
		}

		return img
	}
	noise := func() uint8 { return uint8(random.Uint32()) }

	return map[string]image.Image{
		"flat":      draw(func(int, int) color.NRGBA { return color.NRGBA{R: 9, G: 200, B: 30, A: 255} }),
		"two":       draw(func(x, y int) color.NRGBA { return color.NRGBA{R: uint8(x * y & 1 * 255), A: 255} }),
		"four":      draw(func(x, y int) color.NRGBA { return color.NRGBA{R: uint8(x / 5 & 3 * 60), G: uint8(y & 1), A: 255} }),
		"sixteen":   draw(func(x, y int) color.NRGBA { return color.NRGBA{B: uint8((x*y/9 + x) & 15 * 16), A: 255} }),
		"palette":   draw(func(int, int) color.NRGBA { return color.NRGBA{R: noise() & 0xe0, A: 255 - noise()&0x80} }),
		"gradient":  draw(func(x, y int) color.NRGBA { return color.NRGBA{uint8(x), uint8(2*x + y), uint8(y * 3), 255} }),
		"glass":     draw(func(x, y int) color.NRGBA { return color.NRGBA{uint8(x), uint8(y), uint8(x ^ y), uint8(x * y)} }),
		"noise":     draw(func(int, int) color.NRGBA { return color.NRGBA{noise(), noise(), noise(), noise()} }),
		"some dots": draw(func(x, y int) color.NRGBA { return color.NRGBA{noise() & 1 * 200, uint8(x / 9), uint8(y / 7), 255} }),
	}
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

// dwebp decodes a file by libwebp into the bytes of its pixels.
func dwebp(t testing.TB, file []byte, size int) ([]byte, error) {
	t.Helper()

	program, err := exec.LookPath("dwebp")
	if err != nil {
		t.Skip("dwebp is not installed")
	}

	folder := t.TempDir()
	in, out := filepath.Join(folder, "a.webp"), filepath.Join(folder, "a.pam")

	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}

	if message, err := exec.Command(program, "-quiet", "-nodither", "-pam", in, "-o", out).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, message)
	}

	made, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}

	if len(made) < size {
		return nil, errors.New("too few bytes")
	}

	return made[len(made)-size:], nil
}

// checkAll compares all decoders.
func checkAll(t *testing.T, file []byte) {
	t.Helper()

	data := chunk(file, "VP8L")

	got, err := decodeAll(data)
	if err != nil {
		t.Fatal(err)
	}

	if want, err := dwebp(t, file, len(got)); err != nil || !bytes.Equal(got, want) {
		t.Errorf("libwebp has other pixels: %v", err)
	}

	img, err := reference.Decode(bytes.NewReader(data))
	if err != nil || !bytes.Equal(got, img.(*image.NRGBA).Pix) {
		t.Errorf("x/image has other pixels: %v", err)
	}

	d, err := New(data, Options{MaxBytes: testBytes})
	if err != nil || d.Skip(context.Background()) != nil {
		t.Errorf("the pixels are not skipped: %v", err)
	}
}

func TestDecoder_optionsOfCwebp(t *testing.T) {
	options := []string{"-near_lossless 40", "-near_lossless 0 -exact", "-lossless -exact -m 6 -q 100", "-lossless -m 0 -q 0"}
	for level := range 10 {
		options = append(options, fmt.Sprintf("-z %d", level))
	}

	sizes := []image.Point{{1, 1}, {2, 3}, {16, 16}, {17, 15}, {33, 1}, {1, 40}, {97, 61}, {300, 121}}
	n := 0

	for _, size := range sizes {
		for name, img := range drawings(size.X, size.Y) {
			for _, option := range options {
				if n++; testing.Short() && n%67 != 0 {
					continue
				}

				t.Run(fmt.Sprintf("%s/%s/%d×%d", name, option, size.X, size.Y), func(t *testing.T) {
					checkAll(t, cwebp(t, img, strings.Fields(option)...))
				})
			}
		}
	}
}

// TestDecoder_files compares the decoders on the files of a folder.
func TestDecoder_files(t *testing.T) {
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

		if chunk(file, "VP8L") == nil {
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
