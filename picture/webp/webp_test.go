package webp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	decoder "golang.org/x/image/webp"

	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/planes"
	"triptych/picture/webp"
)

// drawn returns a gradient in YCbCr 4:2:0.
func drawn(width, height int) *planes.Image {
	picture := &planes.Image{Model: planes.YCbCr, Width: width, Height: height, Planes: []planes.Plane{
		planes.New(width, height), planes.New((width+1)/2, (height+1)/2), planes.New((width+1)/2, (height+1)/2),
	}}

	for i := range picture.Planes {
		plane := &picture.Planes[i]
		for y := range plane.Height {
			for x := range plane.Width {
				plane.Row(y)[x] = uint8(64*i + 120*x/plane.Width + 60*y/plane.Height)
			}
		}
	}

	return picture
}

func TestEncode(t *testing.T) {
	for name, size := range map[string]image.Point{
		"even": image.Pt(160, 120), "odd": image.Pt(161, 121), "one": image.Pt(1, 1), "a line": image.Pt(300, 1),
	} {
		for _, profile := range [][]byte{nil, []byte("a profile of odd length")} {
			t.Run(name, func(t *testing.T) {
				picture := drawn(size.X, size.Y)

				file, err := webp.Encode(context.Background(), picture, webp.Options{Quality: 90, Profile: profile})
				if err != nil {
					t.Fatal(err)
				}

				info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
				if err != nil || info.Width != size.X || info.Height != size.Y || info.Components != 3 {
					t.Errorf("%+v, %v", info, err)
				}

				found, err := metadata.Profile(bytes.NewReader(file), int64(len(file)))
				if err != nil || !bytes.Equal(found, profile) {
					t.Errorf("profile %q, %v", found, err)
				}

				if profile != nil {
					return // x/image/webp does not support these.
				}

				decoded, err := decoder.Decode(bytes.NewReader(file))
				if err != nil {
					t.Fatal(err)
				}

				// Compare in the bitstream's own range.
				var sum, count float64

				for y := range size.Y {
					for x := range size.X {
						want := 16 + float64(picture.Planes[0].Row(y)[x])*219/255
						got := float64(decoded.(*image.YCbCr).YCbCrAt(x, y).Y)
						sum += (want - got) * (want - got)
						count++
					}
				}

				if off := math.Sqrt(sum / count); off > 3 {
					t.Errorf("luma is off by %.1f", off)
				}
			})
		}
	}
}

func TestEncodeGray(t *testing.T) {
	gray := &planes.Image{Model: planes.Gray, Width: 40, Height: 30, Planes: drawn(40, 30).Planes[:1]}

	file, err := webp.Encode(context.Background(), gray, webp.Options{Quality: 90})
	if err != nil {
		t.Fatal(err)
	}

	decoded, err := decoder.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}

	if pixel := decoded.(*image.YCbCr).YCbCrAt(20, 15); pixel.Cb != 128 || pixel.Cr != 128 {
		t.Errorf("gray has a color: %v", pixel)
	}
}

// glass are planes of alpha of every kind, by name.
func glass(width, height int) map[string]*planes.Plane {
	random := rand.New(rand.NewPCG(1, 2))
	draw := func(draw func(x, y int) byte) *planes.Plane {
		plane := planes.New(width, height)

		for y := range height {
			for x := range width {
				plane.Row(y)[x] = draw(x, y)
			}
		}

		return &plane
	}

	return map[string]*planes.Plane{
		"transparent":  draw(func(_, _ int) byte { return 0 }),
		"a hole":       draw(func(x, y int) byte { return byte(255 * min(1, x/20+y/20)) }),
		"a disc":       draw(func(x, y int) byte { return byte(max(0, min(255, 900-(x-30)*(x-30)-(y-30)*(y-30)))) }),
		"to the right": draw(func(x, _ int) byte { return byte(3 * x) }),
		"downwards":    draw(func(_, y int) byte { return byte(5 * y) }),
		"aslant":       draw(func(x, y int) byte { return byte(2*x + y) }),
		"noise":        draw(func(_, _ int) byte { return byte(random.Uint32()) }),
	}
}

func TestEncodeAlpha(t *testing.T) {
	for _, size := range []image.Point{{64, 48}, {1, 1}, {3, 2}, {97, 61}} {
		for name, alpha := range glass(size.X, size.Y) {
			for _, profile := range [][]byte{nil, []byte("profile")} {
				t.Run(fmt.Sprintf("%v/%s/%d", size, name, len(profile)), func(t *testing.T) {
					options := webp.Options{Quality: 80, Profile: profile}

					file, err := webp.EncodeAlpha(context.Background(), drawn(size.X, size.Y), alpha, options)
					if err != nil {
						t.Fatal(err)
					}

					info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
					if err != nil || info.Width != size.X || info.Height != size.Y || info.Components != 4 {
						t.Errorf("%+v, %v", info, err)
					}

					found, err := metadata.Profile(bytes.NewReader(file), int64(len(file)))
					if err != nil || !bytes.Equal(found, profile) {
						t.Errorf("profile %q, %v", found, err)
					}

					if _, err := webp.Review(context.Background(), file); err != nil {
						t.Errorf("libwebp rejects it: %v", err)
					}

					sameAlpha(t, file, alpha)
				})
			}
		}
	}
}

// sameAlpha compares the alpha of a file with the original: by golang.org/x/image if there
// is no profile, and by dwebp if it is installed.
func sameAlpha(t *testing.T, file []byte, want *planes.Plane) {
	t.Helper()

	if decoded, err := decoder.Decode(bytes.NewReader(file)); err == nil {
		made := decoded.(*image.NYCbCrA)
		for y := range want.Height {
			if got := made.A[y*made.AStride:][:want.Width]; !bytes.Equal(got, want.Row(y)) {
				t.Fatalf("x/image: row %d is %v, not %v", y, got, want.Row(y))
			}
		}
	} else if !bytes.Contains(file, []byte("ICCP")) {
		t.Errorf("x/image: %v", err)
	}

	program, err := exec.LookPath("dwebp")
	if err != nil {
		return
	}

	in, out := filepath.Join(t.TempDir(), "a.webp"), filepath.Join(t.TempDir(), "a.pam")
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}

	if message, err := exec.Command(program, "-quiet", "-pam", in, "-o", out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, message)
	}

	pam, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}

	pixels := pam[len(pam)-4*want.Width*want.Height:]

	for y := range want.Height {
		for x, alpha := range want.Row(y) {
			if got := pixels[4*(y*want.Width+x)+3]; got != alpha {
				t.Fatalf("dwebp: alpha at %d, %d is %d, not %d", x, y, got, alpha)
			}
		}
	}
}

func TestEncodeAlpha_transparentTakesNoBits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := drawn(640, 480)

	for i := range noise.Planes {
		for at := range noise.Planes[i].Pix {
			noise.Planes[i].Pix[at] = byte(random.Uint32())
		}
	}

	file, err := webp.EncodeAlpha(context.Background(), noise, glass(640, 480)["transparent"], webp.Options{Quality: 80})
	if err != nil || len(file) > 700 {
		t.Errorf("%d bytes, %v", len(file), err)
	}
}

func TestEncodeAlpha_original(t *testing.T) {
	picture, want := drawn(64, 48), drawn(64, 48)

	if _, err := webp.EncodeAlpha(context.Background(), picture, glass(64, 48)["a hole"], webp.Options{Quality: 80}); err != nil {
		t.Fatal(err)
	}

	if !reflect.DeepEqual(picture, want) {
		t.Error("the original has changed")
	}
}

func TestAnimation(t *testing.T) {
	made := webp.NewAnimation(80, 60, 3)
	areas := []image.Rectangle{image.Rect(0, 0, 80, 60), image.Rect(10, 8, 43, 41), image.Rect(78, 58, 80, 60)}

	for i, area := range areas {
		frame := webp.Frame{Picture: drawn(area.Dx(), area.Dy()), At: area.Min, Shown: time.Duration(70+i) * time.Millisecond}
		if i == 0 {
			frame.Alpha = glass(area.Dx(), area.Dy())["a hole"]
		}

		if err := made.Add(context.Background(), frame, 80); err != nil {
			t.Fatal(err)
		}
	}

	file, err := made.File()
	if err != nil {
		t.Fatal(err)
	}

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil || info.Frames != 3 || info.Width != 80 || info.Height != 60 || info.Components != 4 {
		t.Errorf("%+v, %v", info, err)
	}

	if got, err := webp.Review(context.Background(), file); err != nil || len(got) != len(file) {
		t.Errorf("libwebp reads %d of %d bytes: %v", len(got), len(file), err)
	}

	rest := file

	for i, area := range areas {
		rest = rest[bytes.Index(rest, []byte("ANMF"))+8:]
		at := image.Pt(int(rest[0]), int(rest[3])).Mul(2)
		shown := int(rest[12]) | int(rest[13])<<8

		if at != area.Min || int(rest[6])+1 != area.Dx() || int(rest[9])+1 != area.Dy() || shown != 70+i {
			t.Errorf("frame %d: %v, %d ms", i, rest[:16], shown)
		}
	}

	if tool, err := exec.LookPath("webpinfo"); err == nil {
		path := filepath.Join(t.TempDir(), "a.webp")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}

		if message, err := exec.Command(tool, path).CombinedOutput(); err != nil || !bytes.Contains(message, []byte("No error detected")) {
			t.Errorf("webpinfo: %v\n%s", err, message)
		}
	}
}

func TestEncode_limits(t *testing.T) {
	_, err := webp.Encode(context.Background(), drawn(webp.MaxSide+1, 1), webp.Options{Quality: 80})
	if !failure.Is(err, failure.TooManyPixels) {
		t.Errorf("a side too long: %v", err)
	}

	_, err = webp.Encode(context.Background(), &planes.Image{Width: 9000, Height: 9000}, webp.Options{Quality: 80})
	if !failure.Is(err, failure.TooManyPixels) {
		t.Errorf("too many pixels: %v", err)
	}

	_, err = webp.EncodeAlpha(context.Background(), &planes.Image{Width: 6000, Height: 6000}, &planes.Plane{}, webp.Options{Quality: 80})
	if !failure.Is(err, failure.TooManyPixels) {
		t.Errorf("too many pixels with alpha: %v", err)
	}

	ended, end := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer end()

	_, err = webp.Encode(ended, drawn(4000, 3000), webp.Options{Quality: 80})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after the context's end: %v", err)
	}
}

func BenchmarkEncode(b *testing.B) {
	picture := drawn(1600, 1200)

	for b.Loop() {
		if _, err := webp.Encode(context.Background(), picture, webp.Options{Quality: 80}); err != nil {
			b.Fatal(err)
		}
	}
}
