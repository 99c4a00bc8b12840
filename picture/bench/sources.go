package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"triptych/picture/metadata"
)

// source is a photo for measurements.
type source struct {
	name string
	path string
	info metadata.Info
	size int64 // in bytes
}

// gather lists the photos of the folder, and generates the others.
func gather(ctx context.Context, asked options, cache string, engines []engine) ([]source, error) {
	entries, err := os.ReadDir(asked.photos)
	if err != nil {
		return nil, fmt.Errorf("list the photos: %w", err)
	}

	var paths []string

	for _, entry := range entries {
		if slices.Contains([]string{".jpg", ".jpeg", ".png", ".tif", ".tiff", ".gif", ".webp"}, strings.ToLower(filepath.Ext(entry.Name()))) {
			paths = append(paths, filepath.Join(asked.photos, entry.Name()))
		}
	}

	var sources []source

	for _, path := range paths {
		photo, err := inspect(path)
		if err != nil {
			return nil, err
		}

		sources = append(sources, photo)
	}

	if len(sources) == 0 {
		return nil, fmt.Errorf("no JPEG, PNG, TIFF, GIF or WebP in %s", asked.photos)
	}

	if !asked.made {
		return sources, nil
	}

	made, err := drawAll(cache)
	if err != nil {
		return nil, err
	}

	rewritten, err := rewrite(ctx, sources, cache, engines)
	if err != nil {
		return nil, err
	}

	return slices.Concat(sources, made, rewritten), nil
}

// inspect reads a photo's properties.
func inspect(path string) (source, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return source{}, fmt.Errorf("find %s: %w", path, err)
	}

	data, err := os.ReadFile(path) //nolint:gosec // The user's own folder.
	if err != nil {
		return source{}, fmt.Errorf("read a photo: %w", err)
	}

	info, err := metadata.Inspect(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return source{}, fmt.Errorf("inspect %s: %w", path, err)
	}

	return source{name: filepath.Base(path), path: path, info: info, size: int64(len(data))}, nil
}

// drawAll draws images with hard edges everywhere, which photos do not have: 6
// megapixels, JPEG of quality 92.
func drawAll(cache string) ([]source, error) {
	const width, height, quality = 3000, 2000, 92

	var sources []source

	for name, draw := range drawings() {
		drawn, err := draw(width, height)
		if err != nil {
			return nil, fmt.Errorf("draw %s: %w", name, err)
		}

		var file bytes.Buffer
		if err := jpeg.Encode(&file, drawn, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("encode %s: %w", name, err)
		}

		made, err := keep(filepath.Join(cache, name), file.Bytes())
		if err != nil {
			return nil, err
		}

		sources = append(sources, made)
	}

	slices.SortFunc(sources, func(a, b source) int { return strings.Compare(a.name, b.name) })

	return sources, nil
}

// drawings returns the functions that draw images, by the names of their files.
func drawings() map[string]func(width, height int) (image.Image, error) {
	return map[string]func(width, height int) (image.Image, error){"text.jpg": drawText, "lines.jpg": drawLines}
}

// keep writes a file into the cache.
func keep(path string, data []byte) (source, error) {
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return source{}, fmt.Errorf("write %s: %w", path, err)
	}

	return inspect(path)
}

// rewritten has the ways in which sharp rewrites the largest photo.
var rewritten = []struct{ make, extension string }{
	{"progressive", ".jpg"}, // a heavy one
	{"png", ".png"},
	{"alpha", ".png"}, // 3 megapixels
	{"webp", ".webp"},
	{"lossless", ".webp"}, // 3 megapixels with alpha
	{"lzw", ".tif"},
	{"predicted", ".tif"}, // by LZW
	{"gif", ".gif"},       // 1,600 pixels wide
	{"animated", ".gif"},  // 24 frames of 640 × 480, in which everything moves
}

// rewrite lets sharp rewrite the largest photo in other formats. Few folders have such
// files of that size.
func rewrite(ctx context.Context, sources []source, cache string, engines []engine) (_ []source, err error) {
	at := slices.IndexFunc(engines, func(e engine) bool { return e.name == nameSharp })
	if at < 0 {
		return nil, nil
	}

	largest := slices.MaxFunc(sources, func(a, b source) int {
		return a.info.Width*a.info.Height - b.info.Width*b.info.Height
	})
	stem := strings.TrimSuffix(largest.name, filepath.Ext(largest.name))

	worker, err := engines[at].start(ctx, 1)
	if err != nil {
		return nil, err
	}

	defer func() { err = errors.Join(err, worker.stop()) }()

	var made []source

	for _, way := range rewritten {
		path := filepath.Join(cache, stem+"-"+way.make+way.extension)
		if _, err := worker.do(request{File: largest.path, Make: way.make, Out: path}); err != nil {
			return nil, fmt.Errorf("make %s: %w", path, err)
		}

		one, err := inspect(path)
		if err != nil {
			return nil, err
		}

		made = append(made, one)
	}

	return made, nil
}
