package e2e_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"path"
	"testing"

	"triptych/e2e/fixture"
)

// TestWebPAndGIF uploads all kinds of both formats, with all the metadata that they can
// carry. Each variant must be upright and must show the first frame; the master must have
// everything except the metadata.
func TestWebPAndGIF(t *testing.T) {
	t.Parallel()

	const (
		prefix        = "formats/"
		width, height = 600, 400
	)

	flat := quarters(width, height)
	hole := quarters(width, height)
	draw.Draw(hole, image.Rect(width/2, height/2, width, height), image.White, image.Point{}, draw.Src)

	window := image.NewRGBA(hole.Rect) // transparent where the other image is white
	draw.Draw(window, hole.Rect, hole, image.Point{}, draw.Src)
	draw.Draw(window, image.Rect(width/2, height/2, width, height), image.Transparent, image.Point{}, draw.Src)

	type test struct {
		dirty, clean []byte
		want         image.Image
	}

	pair := func(dirty, clean []byte, want image.Image) test { return test{dirty, clean, want} }
	lossy, lossless := fixture.WebP("lossy"), fixture.WebP("glass")
	still, animation := fixture.AnimatedGIF(width, height, flat), fixture.AnimatedGIF(width, height, flat, image.White, image.Black)

	side, sideClean := fixture.WebPWithMetadata(fixture.WebP("side"), height, width, 6, false)
	upright, uprightClean := fixture.WebPWithMetadata(lossy, width, height, 1, false)
	glass, glassClean := fixture.WebPWithMetadata(lossless, width, height, 1, true)
	animated, animatedClean := fixture.AnimatedWebPWithMetadata()

	tests := map[string]test{
		"lossy.webp":              pair(lossy, lossy, flat),
		"lossless.webp":           pair(lossless, lossless, hole),
		"animated.webp":           pair(fixture.WebP("animated"), fixture.WebP("animated"), flat),
		"side.webp":               pair(side, sideClean, flat),
		"upright.webp":            pair(upright, uprightClean, flat),
		"glass.webp":              pair(glass, glassClean, hole),
		"animation-metadata.webp": pair(animated, animatedClean, flat),
		"simple-plus.webp":        pair(append(bytes.Clone(lossy), "TRAILER-PRIVATE"...), lossy, flat),
		"still.gif":               pair(still, still, flat),
		"still-metadata.gif":      pair(fixture.GIFWithMetadata(still), still, flat),
		"animated.gif":            pair(animation, animation, flat),
		"animated-metadata.gif":   pair(fixture.GIFWithMetadata(animation), animation, flat),
		"window.gif":              pair(fixture.AnimatedGIF(width, height, window), fixture.AnimatedGIF(width, height, window), hole),
		"disguised-gif.webp":      pair(still, still, flat),
	}

	folder := t.TempDir()
	for name, test := range tests {
		write(t, folder, name, test.dirty)
	}

	results := upload(t, exitWell, under, "--prefix", prefix, folder)

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			result := results[prefix+name]
			result.ready(t)

			want, size := gridOf(t, fixture.PNG(test.want), 1)
			checkVariants(t, result, want, size)

			format := "webp"
			if bytes.HasPrefix(test.dirty, []byte("GIF")) {
				format = "gif"
			}

			address := under.Stack.CDN + "/" + path.Join(encode(result.Key), "-", result.Version, "original."+format)
			if master := immutableObject(t, address, "image/"+format); !bytes.Equal(master, test.clean) {
				t.Errorf("the master has %d bytes, want %d: the file of %d bytes without its metadata", len(master), len(test.clean), len(test.dirty))
			}

			made := fetchManifest(t, under, result.Key)
			previewed(t, made)

			found := made.Source
			if found.Format != format || found.Width != width || found.Height != height || found.Bytes != int64(len(test.dirty)) {
				t.Errorf("source %+v", found)
			}
		})
	}

	if err := sweep(under); err != nil {
		t.Error(err)
	}
}

// TestGIF_manyFrames checks the limit of frames on a large GIF, whose frames can only be
// counted by reading the whole file.
func TestGIF_manyFrames(t *testing.T) {
	t.Parallel()

	const key = "formats/long.gif"

	const side, frames = 1500, 16 // about 12 MB of noise

	noise := rand.New(rand.NewPCG(5, 1))
	pictures := make([]image.Image, frames)
	corners := fixture.Corners()

	for i := range pictures {
		picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{
			color.Black, corners[0].Color, corners[1].Color, corners[2].Color, corners[3].Color, color.White,
		})
		for at := range picture.Pix {
			picture.Pix[at] = uint8(noise.UintN(5))
		}

		pictures[i] = picture
	}

	animation := fixture.AnimatedGIF(side, side, pictures...)

	result := upload(t, exitWell, under, "--prefix", "formats/", write(t, t.TempDir(), "long.gif", animation))[key]
	result.ready(t)

	if len(animation) < 10<<20 {
		t.Errorf("the animation has only %d bytes", len(animation))
	}
}

// quarters draws the colors of the four corners, without noise.
func quarters(width, height int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for i, corner := range fixture.Corners() {
		at := image.Pt(i%2*width/2, i/2*height/2)
		area := image.Rectangle{at, at.Add(image.Pt(width/2, height/2))}
		draw.Draw(picture, area, image.NewUniform(corner.Color), image.Point{}, draw.Src)
	}

	return picture
}
