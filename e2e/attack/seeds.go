package main

import (
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"

	"triptych/e2e/fixture"
)

// largestSeed limits the size of a seed in bytes: small files reach the same branches of
// the parsers in less time.
const largestSeed = 300 << 10

// seed is an image from which mutants are made.
type seed struct {
	name    string
	content []byte
}

// seeds returns generated images of every format, and the image files of the folders.
func seeds(folders []string) ([]seed, error) {
	picture := fixture.Quarters(320, 240, 7)

	made := []seed{
		{"photo.jpg", fixture.Photo(picture, 6)},
		{"gray.jpg", fixture.JPEG(image.NewGray(image.Rect(0, 0, 97, 61)))},
		{"zip.jpg", fixture.ZipJPEG(picture)},
		{"metadata.png", fixture.PNGWithMetadata(picture)},
		{"turned.png", fixture.TurnedPNG(picture, 5)},
		{"palette.png", fixture.PNG(palette())},
		{"endless.png", fixture.EndlessPNG(picture, 3)},
		{"animated.png", fixture.AnimatedPNG(picture, 3)},
		{"animation.gif", fixture.GIFWithMetadata(fixture.AnimatedGIF(64, 48, picture, image.White, image.Black))},
		{"script.gif", fixture.ScriptGIF()},
		{"scan.tif", fixture.TIFF(picture, 3)},
		{"bitmap.bmp", fixture.BMP(picture)},
	}

	for _, name := range []string{"phone.heic", "side.heic", "phone.avif", "side.avif"} {
		made = append(made, seed{name, fixture.Phone(name)})
	}

	for _, name := range []string{"lossy", "glass", "animated", "side"} {
		made = append(made, seed{name + ".webp", fixture.WebP(name)})
	}

	withMetadata, _ := fixture.AnimatedWebPWithMetadata()
	made = append(made, seed{"animation.webp", withMetadata})

	for _, folder := range folders {
		if folder == "" {
			continue
		}

		read, err := readSeeds(folder)
		if err != nil {
			return nil, err
		}

		made = append(made, read...)
	}

	return made, nil
}

// palette returns an image with a palette. A PNG stores its pixels as indexes of the
// palette.
func palette() image.Image {
	picture := image.NewPaletted(image.Rect(0, 0, 50, 40), color.Palette{color.Black, color.White, color.NRGBA{200, 10, 10, 128}})
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i % 3)
	}

	return picture
}

// readSeeds reads the small image files of a folder, in the order of their names.
func readSeeds(folder string) ([]seed, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("read the seeds: %w", err)
	}

	var read []seed

	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() > largestSeed {
			continue
		}

		if extension := filepath.Ext(entry.Name()); !slices.Contains(extensions, extension) {
			continue
		}

		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the seeds: %w", err)
		}

		read = append(read, seed{entry.Name(), content})
	}

	return read, nil
}

// extensions are the file name extensions of seeds.
var extensions = []string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".avif", ".tif", ".tiff", ".bmp"}
