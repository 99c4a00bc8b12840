package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"

	"github.com/disintegration/imaging"

	"triptych/picture"
	"triptych/picture/variant"
)

// encoding is one way to make a variant.
type encoding struct {
	name        string
	progressive bool
	resample    variant.Resample
}

// The names of the ways without linear light.
const (
	nameSequential  = "sequential"
	nameProgressive = "progressive"
)

func encodings() []encoding {
	return []encoding{
		{name: nameSequential},
		{name: nameProgressive, progressive: true},
		{name: "linear", progressive: true, resample: variant.Linear},
	}
}

// sample is a file with its scores.
type sample struct {
	bytes         int
	gamma, linear float64
}

// measure measures all variants of a photo.
func (t tools) measure(ctx context.Context, path string, asked options, all *report) error {
	data, err := os.ReadFile(path) //nolint:gosec // The user's own folder.
	if err != nil {
		return fmt.Errorf("read the photo: %w", err)
	}

	whole, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("decode the photo: %w", err)
	}

	info, err := picture.Inspect(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("inspect the photo: %w", err)
	}

	upright := imaging.Clone(turned(whole, info.Orientation))

	for _, size := range asked.sizes {
		if max(info.Width, info.Height) <= size {
			continue // A variant is never enlarged.
		}

		if err := t.measureSize(ctx, filepath.Base(path), data, upright, size, asked, all); err != nil {
			return err
		}
	}

	return nil
}

func (t tools) measureSize(ctx context.Context, name string, data []byte, whole *image.NRGBA, size int, asked options, all *report) error {
	want := variant.Spec{Name: "a", Width: size, Height: size, Fit: variant.Inside, Format: variant.PNG}

	made, err := picture.Process(ctx, data, want)
	if err != nil {
		return fmt.Errorf("make a PNG of %d: %w", size, err)
	}

	plain, err := png.Decode(bytes.NewReader(made[0].Data))
	if err != nil {
		return fmt.Errorf("decode the PNG: %w", err)
	}

	if err := t.references(whole, made[0].Width, made[0].Height); err != nil {
		return err
	}

	for _, quality := range asked.qualities {
		var sequential sample

		yardstick, err := t.cjpeg(ctx, plain, quality)
		if err != nil {
			return err
		}

		for _, e := range encodings() {
			want.Format, want.Quality, want.Progressive = variant.JPEG, quality, e.progressive
			want.Resample = e.resample

			made, err := picture.Process(ctx, data, want)
			if err != nil {
				return fmt.Errorf("make a JPEG of %d: %w", size, err)
			}

			ours := sequential // A progressive file has the same pixels.

			if e.name != nameProgressive {
				if ours, err = t.score(ctx, made[0].Data, true); err != nil {
					return err
				}
			}

			if ours.bytes = len(made[0].Data); e.name == nameSequential {
				sequential = ours
			}

			all.add(row{photo: name, size: size, quality: quality, encoding: e.name, ours: ours, cjpeg: yardstick})
		}
	}

	return nil
}

// cjpeg encodes an image at a quality, and at neighboring ones.
func (t tools) cjpeg(ctx context.Context, plain image.Image, quality int) (all [3]sample, err error) {
	for i := range all {
		const apart = 3

		file, err := t.encode(ctx, plain, min(max(quality+(i-1)*apart, 1), 100))
		if err != nil {
			return all, err
		}

		if all[i], err = t.score(ctx, file, i == 1); err != nil {
			return all, err
		}
	}

	return all, nil
}

// at interpolates the bytes of cjpeg at a score compared with the gamma reference.
func at(yardstick [3]sample, score float64) float64 {
	low, high := yardstick[0], yardstick[1]
	if score > high.gamma {
		low, high = yardstick[1], yardstick[2]
	}

	share := (score - low.gamma) / (high.gamma - low.gamma)

	return math.Exp(math.Log(float64(low.bytes)) + share*math.Log(float64(high.bytes)/float64(low.bytes)))
}
