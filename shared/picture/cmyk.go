package picture

import (
	"image"
	"image/color"
)

// plainRGB turns CMYK into RGB by the plain formula, in the same memory: both
// have four bytes a pixel. Other pictures it returns as they are.
func plainRGB(pixels image.Image) image.Image {
	inks, ok := pixels.(*image.CMYK)
	if !ok {
		return pixels
	}

	const opaque = 255

	for i := 0; i < len(inks.Pix); i += 4 {
		pixel := inks.Pix[i : i+4 : i+4]
		pixel[0], pixel[1], pixel[2] = color.CMYKToRGB(pixel[0], pixel[1], pixel[2], pixel[3])
		pixel[3] = opaque
	}

	return &image.RGBA{Pix: inks.Pix, Stride: inks.Stride, Rect: inks.Rect}
}
