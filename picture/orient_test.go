package picture_test

import (
	"fmt"
	"image"
	"math"
	"testing"
)

// stored returns an upright image as a camera stores it with an orientation tag. CIPA
// DC-008 (4.6.5.1.5) defines the row and the column of each stored pixel.
func stored(upright *image.NRGBA, orientation int) *image.NRGBA {
	width, height := upright.Rect.Dx(), upright.Rect.Dy()

	size := image.Rect(0, 0, width, height)
	if orientation >= 5 {
		size = image.Rect(0, 0, height, width)
	}

	turned := image.NewNRGBA(size)

	for row := range size.Dy() {
		for column := range size.Dx() {
			var x, y int

			switch orientation {
			case 1: // row 0 is the top, column 0 the left
				x, y = column, row
			case 2: // top, right
				x, y = width-1-column, row
			case 3: // bottom, right
				x, y = width-1-column, height-1-row
			case 4: // bottom, left
				x, y = column, height-1-row
			case 5: // left, top
				x, y = row, column
			case 6: // right, top
				x, y = width-1-row, column
			case 7: // right, bottom
				x, y = width-1-row, height-1-column
			case 8: // left, bottom
				x, y = row, height-1-column
			}

			turned.SetNRGBA(column, row, upright.NRGBAAt(x, y))
		}
	}

	return turned
}

func TestOrientationsPixelByPixel(t *testing.T) {
	upright := lopsided(41, 27)

	for orientation := 1; orientation <= 8; orientation++ {
		t.Run(fmt.Sprint(orientation), func(t *testing.T) {
			file := withChunk(encodePNG(t, stored(upright, orientation)), "eXIf", exifWith(byte(orientation)))

			if _, got := make1(t, file, asPNG(100, 100)); !math.IsInf(psnr(t, got, upright), 1) {
				t.Error("the whole image differs")
			}

			// An even part of an odd width lies half a pixel to the right of the middle
			// of the upright image. Nothing is scaled, so pixels keep their values.
			for _, part := range []image.Rectangle{image.Rect(11, 0, 31, 27), image.Rect(0, 9, 41, 19)} {
				want := covering(asPNG(part.Dx(), 1000))
				if part.Dx() == 41 {
					want = covering(asPNG(1000, part.Dy()))
				}

				if _, got := make1(t, file, want); !math.IsInf(psnr(t, got, upright.SubImage(part)), 1) {
					t.Errorf("the part %v differs", part)
				}
			}
		})
	}
}

func TestOrientationsOfResizedJPEGs(t *testing.T) {
	upright := lopsided(160, 96)
	_, want := make1(t, encodePNG(t, upright), asPNG(80, 80))
	_, wantPart := make1(t, encodePNG(t, upright), covering(asPNG(40, 40)))

	const alike = 35 // dB

	for orientation := 1; orientation <= 8; orientation++ {
		t.Run(fmt.Sprint(orientation), func(t *testing.T) {
			file := withSegment(encodeJPEG(t, stored(upright, orientation)), 0xe1, "Exif\x00\x00"+exifWith(byte(orientation)))

			if _, got := make1(t, file, asJPEG(80, 80)); psnr(t, got, want) < alike {
				t.Errorf("%.1f dB", psnr(t, got, want))
			}

			if _, got := make1(t, file, covering(asJPEG(40, 40))); psnr(t, got, wantPart) < alike {
				t.Errorf("covering: %.1f dB", psnr(t, got, wantPart))
			}
		})
	}
}
