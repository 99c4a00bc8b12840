package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// tools runs the programs. Files are in a temporary folder.
type tools struct{ folder, scorer string }

// The names of the references.
const (
	gammaFile  = "gamma.png"
	linearFile = "linear.png"
)

// references writes the ideal variants of a photo.
func (t tools) references(whole *image.NRGBA, width, height int) error {
	for name, linear := range map[string]bool{gammaFile: false, linearFile: true} {
		if err := t.writePNG(name, ideal(whole, width, height, linear)); err != nil {
			return err
		}
	}

	return nil
}

func (t tools) writePNG(name string, img image.Image) error {
	var file bytes.Buffer

	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&file, img); err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}

	if err := os.WriteFile(filepath.Join(t.folder, name), file.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}

	return nil
}

// encode encodes an image by cjpeg, with the tables of annex K.
func (t tools) encode(ctx context.Context, img image.Image, quality int) ([]byte, error) {
	box := img.Bounds()
	input := fmt.Appendf(nil, "P6\n%d %d\n255\n", box.Dx(), box.Dy())

	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) //nolint:forcetypeassert // It is the model's type.
			input = append(input, c.R, c.G, c.B)
		}
	}

	return output(ctx, input, "cjpeg", "-quality", strconv.Itoa(quality), "-optimize", "-sample", "2x2")
}

// score decodes a JPEG by djpeg, and compares it with the gamma reference, and with the
// linear one if both is set.
func (t tools) score(ctx context.Context, file []byte, both bool) (sample, error) {
	pixels, err := output(ctx, file, "djpeg", "-ppm")
	if err != nil {
		return sample{}, err
	}

	img, err := readPPM(pixels)
	if err != nil {
		return sample{}, err
	}

	const name = "variant.png"
	if err := t.writePNG(name, img); err != nil {
		return sample{}, err
	}

	scored := sample{bytes: len(file)}

	for reference, to := range map[string]*float64{gammaFile: &scored.gamma, linearFile: &scored.linear} {
		if reference == linearFile && !both {
			continue
		}

		text, err := output(ctx, nil, t.scorer, "image", filepath.Join(t.folder, reference), filepath.Join(t.folder, name))
		if err != nil {
			return sample{}, err
		}

		words := strings.Fields(string(text))
		if len(words) == 0 {
			return sample{}, errors.New("ssimulacra2_rs printed no score")
		}

		if *to, err = strconv.ParseFloat(words[len(words)-1], 64); err != nil {
			return sample{}, fmt.Errorf("read the score: %w", err)
		}
	}

	return scored, nil
}

// readPPM reads the pixels that djpeg writes.
func readPPM(file []byte) (image.Image, error) {
	var width, height, most int
	if _, err := fmt.Sscanf(string(file[:min(len(file), 40)]), "P6\n%d %d\n%d", &width, &height, &most); err != nil { // The header is shorter.
		return nil, fmt.Errorf("read the header of a PPM: %w", err)
	}

	pixels := file[len(file)-3*width*height:]
	img := image.NewNRGBA(image.Rect(0, 0, width, height))

	for i := range width * height {
		copy(img.Pix[4*i:], pixels[3*i:3*i+3])
		img.Pix[4*i+3] = 0xff
	}

	return img, nil
}

func output(ctx context.Context, input []byte, name string, arguments ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, name, arguments...) //nolint:gosec // A program that the user names.
	command.Stdin = bytes.NewReader(input)

	made, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", name, err)
	}

	return made, nil
}
