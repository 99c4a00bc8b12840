package webp_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"math"
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

func TestEncodeAlpha(t *testing.T) {
	picture := image.NewNRGBA(image.Rect(0, 0, 64, 48))
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i / 64)
	}

	// Use a part of a wider image, so that its rows have gaps.
	part := picture.SubImage(image.Rect(8, 0, 56, 48)).(*image.NRGBA)
	part = &image.NRGBA{Pix: part.Pix, Stride: part.Stride, Rect: image.Rect(0, 0, 48, 48)}

	for _, profile := range [][]byte{nil, []byte("profile")} {
		file, err := webp.EncodeAlpha(context.Background(), part, webp.Options{Quality: 80, Profile: profile})
		if err != nil {
			t.Fatal(err)
		}

		info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
		if err != nil || info.Width != 48 || info.Components != 4 {
			t.Errorf("%+v, %v", info, err)
		}
	}
}

func TestAnimation(t *testing.T) {
	made := webp.NewAnimation(32, 20, 0)

	for i := range 3 {
		frame := image.NewNRGBA(image.Rect(0, 0, 32, 20))
		for at := range frame.Pix {
			frame.Pix[at] = uint8(80 * i)
		}

		if err := made.Add(context.Background(), frame, 70*time.Millisecond, 80); err != nil {
			t.Fatal(err)
		}
	}

	file, err := made.File()
	if err != nil {
		t.Fatal(err)
	}

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil || info.Frames != 3 || info.Width != 32 || info.Height != 20 {
		t.Errorf("%+v, %v", info, err)
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

	_, err = webp.EncodeAlpha(context.Background(), image.NewNRGBA(image.Rect(0, 0, 9000, 9000)), webp.Options{Quality: 80})
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
