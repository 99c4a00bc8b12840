package main

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// page returns a white image.
func page(width, height int) *image.RGBA {
	blank := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(blank, blank.Rect, image.White, image.Point{}, draw.Src)

	return blank
}

// drawText fills a page with text that grows from line to line, similar to a screenshot
// or a scan.
func drawText(width, height int) (image.Image, error) {
	const (
		sentence = "The quick brown fox jumps over the lazy dog; 0123456789 jackdaws love my big sphinx of quartz. "
		margin   = 20
		dpi      = 72
		smallest = 9.0
		growth   = 1.04
	)

	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("parse the font: %w", err)
	}

	drawn := page(width, height)
	size, y := smallest, float64(margin)

	for line := 0; y < float64(height); line++ {
		face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: dpi, Hinting: font.HintingNone})
		if err != nil {
			return nil, fmt.Errorf("size the font: %w", err)
		}

		shade := color.RGBA{A: 255}
		if line%5 == 4 { // Some lines are colored like links.
			shade = color.RGBA{R: 30, G: 60, B: 200, A: 255}
		}

		pen := font.Drawer{Dst: drawn, Src: image.NewUniform(shade), Face: face, Dot: fixed.P(margin, int(y))}
		for pen.Dot.X < fixed.I(width) {
			pen.DrawString(sentence)
		}

		if err := face.Close(); err != nil {
			return nil, fmt.Errorf("close the font: %w", err)
		}

		y += size * 1.3 // Leave space between lines.
		size *= growth
	}

	return drawn, nil
}

// drawLines draws thin lines in all directions: fans of rays, and rings.
func drawLines(width, height int) (image.Image, error) {
	drawn := page(width, height)

	for i, center := range [][2]float64{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		x, y := center[0]*float64(width)/4, center[1]*float64(height)/4
		reach := 0.24 * float64(min(width, height))
		art := vector.NewRasterizer(width, height)
		thickness := 0.7 + 0.6*float64(i) // In pixels.

		const rays, corners, apart = 90, 180, 16

		for ray := range rays {
			sin, cos := math.Sincos(float64(ray) * 2 * math.Pi / rays)
			stroke(art, x+reach/8*cos, y+reach/8*sin, x+reach*cos, y+reach*sin, thickness)
		}

		for ring := reach / 6; ring < reach; ring += apart {
			for corner := range corners {
				sin, cos := math.Sincos(float64(corner) * 2 * math.Pi / corners)
				nextSin, nextCos := math.Sincos(float64(corner+1) * 2 * math.Pi / corners)
				stroke(art, x+ring*cos, y+ring*sin, x+ring*nextCos, y+ring*nextSin, thickness)
			}
		}

		shade := []color.RGBA{{A: 255}, {R: 180, A: 255}, {G: 110, A: 255}, {B: 160, A: 255}}[i]
		art.Draw(drawn, drawn.Rect, image.NewUniform(shade), image.Point{})
	}

	return drawn, nil
}

// stroke adds a line of the given thickness as a box.
func stroke(art *vector.Rasterizer, x0, y0, x1, y1, thickness float64) {
	length := math.Hypot(x1-x0, y1-y0)
	acrossX, acrossY := (y1-y0)/length*thickness/2, (x0-x1)/length*thickness/2

	art.MoveTo(float32(x0+acrossX), float32(y0+acrossY))
	art.LineTo(float32(x1+acrossX), float32(y1+acrossY))
	art.LineTo(float32(x1-acrossX), float32(y1-acrossY))
	art.LineTo(float32(x0-acrossX), float32(y0-acrossY))
	art.ClosePath()
}
