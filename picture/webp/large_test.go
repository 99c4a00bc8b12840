package webp_test

import (
	"context"
	"image"
	"runtime"
	"testing"

	"triptych/picture/planes"
	"triptych/picture/webp"
)

// counted is a sink that needs each row once, and counts them.
type counted struct{ rows int }

func (c *counted) Begin(planes.Shape) {}

func (c *counted) Take(rows []planes.Window) { c.rows = rows[0].Top + rows[0].Height }

func (c *counted) Needs(int) int { return c.rows }

// TestPicture_Decode_memory checks that the memory of the decoders does not grow with the height
// of an image: neither its planes nor its alpha are held.
func TestPicture_Decode_memory(t *testing.T) {
	const width, low, high = 2000, 300, 3000

	for name, most := range map[string]uint64{"opaque": 2 << 20, "with alpha": 20 << 20} {
		t.Run(name, func(t *testing.T) {
			var took [2]uint64

			for i, height := range []int{low, high} {
				options := webp.Options{Quality: 50}

				file, err := webp.Encode(context.Background(), drawn(width, height), options)
				if name != "opaque" {
					file, err = webp.EncodeAlpha(context.Background(), drawn(width, height), glass(width, height)["aslant"], options)
				}

				if err != nil {
					t.Fatal(err)
				}

				first, err := webp.First(file)
				if err != nil || first.Canvas != image.Pt(width, height) {
					t.Fatalf("%+v, %v", first, err)
				}

				var (
					before, after runtime.MemStats
					rows          counted
				)

				runtime.ReadMemStats(&before)

				err = first.Decode(context.Background(), &rows, webp.DecodeOptions{MaxBytes: 64 << 20})

				runtime.ReadMemStats(&after)

				if err != nil || rows.rows != height {
					t.Fatalf("%d rows of %d, %v", rows.rows, height, err)
				}

				took[i] = after.TotalAlloc - before.TotalAlloc
			}

			if took[1] > most {
				t.Errorf("%d rows take %d bytes, and %d rows %d", low, took[0], high, took[1])
			}
		})
	}
}

// TestPicture_Decode_frameOnCanvas checks that the pixels around the first frame of an animation
// are transparent.
func TestPicture_Decode_frameOnCanvas(t *testing.T) {
	animation := webp.NewAnimation(40, 30, 0)
	at, size := image.Pt(6, 4), image.Pt(21, 19)

	if err := animation.Add(context.Background(), webp.Frame{Picture: drawn(size.X, size.Y), At: at}, 80); err != nil {
		t.Fatal(err)
	}

	file, err := animation.File()
	if err != nil {
		t.Fatal(err)
	}

	first, err := webp.First(file)
	if err != nil {
		t.Fatal(err)
	}

	var whole planes.Whole
	if err := first.Decode(context.Background(), &whole, webp.DecodeOptions{MaxBytes: 64 << 20}); err != nil {
		t.Fatal(err)
	}

	area := image.Rectangle{Min: at, Max: at.Add(size)}

	for y := range 30 {
		for x, alpha := range whole.Alpha.Row(y) {
			inside := image.Pt(x, y).In(area)
			if inside != (alpha == 255) || !inside && (alpha != 0 || whole.Image.Planes[0].Row(y)[x] != 0) {
				t.Fatalf("pixel %d, %d has the alpha %d", x, y, alpha)
			}
		}
	}
}
