package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"triptych/picture/variant"
)

// TestMain runs the test program as a worker if the argument says so. A worker is the same
// program with another argument.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == workerArgument {
		if err := work(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}

		return
	}

	os.Exit(m.Run())
}

// photo writes a JPEG into a folder of its own.
func photo(t *testing.T, width, height int) source {
	t.Helper()

	drawn := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			drawn.SetGray(x, y, color.Gray{uint8(128 + 60*math.Sin(float64(x)/9) + 60*math.Cos(float64(y)/14))})
		}
	}

	var file bytes.Buffer
	if err := jpeg.Encode(&file, drawn, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}

	made, err := keep(filepath.Join(t.TempDir(), "photo.jpg"), file.Bytes())
	if err != nil {
		t.Fatal(err)
	}

	return made
}

func TestWorker_allJobs(t *testing.T) {
	taken := photo(t, 400, 300)

	worker, err := engine{name: nameOurs, command: startOurs}.start(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}

	judged := &judge{photo: taken}

	for _, wanted := range jobs() {
		folder := t.TempDir()

		reply, err := worker.do(request{File: taken.path, Decodes: wanted.decodes, Out: folder})
		if err != nil || reply.Millis <= 0 {
			t.Fatalf("%s: %+v, %v", wanted.name, reply, err)
		}

		total := 0

		for i, want := range slices.Concat(wanted.decodes...) {
			path := filepath.Join(folder, strconv.Itoa(i))

			if status, err := os.Stat(path); err == nil {
				total += int(status.Size())
			}

			if alike, err := judged.ssim(path, want); err != nil || alike < 0.97 || alike > 1 {
				t.Errorf("%s, variant %d: SSIM %.4f, %v", wanted.name, i, alike, err)
			}
		}

		if total != reply.Bytes {
			t.Errorf("%s: %d bytes said, %d written", wanted.name, reply.Bytes, total)
		}
	}

	if _, err := worker.do(request{File: taken.path, Decodes: [][]variant.Spec{{{Fit: "stretch"}}}}); err == nil {
		t.Error("an invalid job succeeded")
	}

	if err := worker.stop(); err != nil {
		t.Error(err)
	}
}

// TestOtherEnginesDoTheSameJobs runs the same jobs on the other engines, if they are
// installed. A test does not install any.
func TestOtherEnginesDoTheSameJobs(t *testing.T) {
	engines := findPillows(context.Background())

	if cache, err := cacheFolder(); err == nil {
		if _, err := os.Stat(filepath.Join(cache, "sharp-"+sharpVersion, "node_modules", "sharp", "package.json")); err == nil {
			sharp, err := findSharp(context.Background(), cache)
			if err != nil {
				t.Fatal(err)
			}

			engines = append(engines, sharp)
		}
	}

	if len(engines) == 0 {
		t.Skip("neither sharp nor Pillow is at hand")
	}

	taken := photo(t, 500, 400)

	for _, chosen := range engines {
		for _, wanted := range jobs() {
			folder, judged := t.TempDir(), &judge{photo: taken}

			if _, _, err := chosen.once(context.Background(), 1, request{File: taken.path, Decodes: wanted.decodes, Out: folder}); err != nil {
				t.Fatal(err)
			}

			for i, want := range slices.Concat(wanted.decodes...) {
				if alike, err := judged.ssim(filepath.Join(folder, strconv.Itoa(i)), want); err != nil || alike < 0.95 {
					t.Errorf("%s, %s, variant %d: SSIM %.4f, %v", chosen.name, wanted.name, i, alike, err)
				}
			}
		}
	}
}

func TestMeasure_allFigures(t *testing.T) {
	engines := []engine{{name: nameOurs, command: startOurs}}
	asked := options{rounds: 2, threads: []int{1, 2}, jobs: "three"}

	results, err := measure(context.Background(), asked, photo(t, 200, 300), engines)
	if err != nil || len(results) != 4 {
		t.Fatalf("%d results, %v", len(results), err)
	}

	for _, one := range results {
		got := one.Engines[nameOurs]
		if got.Millis <= 0 || (one.Threads == 1) != (got.Bytes > 0 && got.SSIM > 0.9) {
			t.Errorf("%+v", one)
		}
	}

	path := filepath.Join(t.TempDir(), "figures.json")
	if err := writeJSON(path, asked.rounds, engines, results); err != nil {
		t.Fatal(err)
	}

	if data, err := os.ReadFile(path); err != nil || !bytes.Contains(data, []byte(`"job": "three from one"`)) {
		t.Errorf("%v: %s", err, data)
	}
}

func TestSSIM(t *testing.T) {
	plain, other := newGrid(40, 30), newGrid(40, 30)
	for i := range plain.values {
		plain.values[i] = float64(i * 37 % 251)
		other.values[i] = 255 - plain.values[i]
	}

	if alike := ssim(plain, plain); math.Abs(alike-1) > 1e-9 {
		t.Errorf("the same: %f", alike)
	}

	if alike := ssim(plain, other); alike > 0 {
		t.Errorf("a negative: %f", alike)
	}

	// For flat windows only the means count: (2 × 100 × 110 + c1) ÷ (100² + 110² + c1).
	flat, brighter := newGrid(5, 5), newGrid(5, 5)
	for i := range flat.values {
		flat.values[i], brighter.values[i] = 100, 110
	}

	if alike := ssim(flat, brighter); math.Abs(alike-22006.5025/22106.5025) > 1e-9 {
		t.Errorf("flat: %f", alike)
	}
}

func TestIdealVariants(t *testing.T) {
	slope := newGrid(300, 200)
	for i := range slope.values {
		slope.values[i] = float64(i % 300)
	}

	inside := variant.Spec{Width: 30, Height: 30, Fit: variant.Inside}
	cover := variant.Spec{Width: 20, Height: 20, Fit: variant.Cover}

	for name, c := range map[string]struct {
		want  variant.Spec
		width int
		shift float64
		mid   float64 // in the middle of a row, between two samples
	}{
		"all of it":                 {inside, 30, 0, 149.5},
		"a shift of nothing":        {inside, 30, 0.5, 149.5},
		"the middle":                {cover, 20, 0, 149.5},
		"half a pixel to the right": {cover, 20, 0.5, 154.5},
	} {
		t.Run(name, func(t *testing.T) {
			got := ideal(slope, c.want, c.width, 20, c.shift)
			at := 10*c.width + c.width/2

			if mid := (got.values[at-1] + got.values[at]) / 2; math.Abs(mid-c.mid) > 0.01 {
				t.Errorf("%f, want %f", mid, c.mid)
			}

			if step := got.values[at] - got.values[at-1]; math.Abs(step-10) > 0.01 {
				t.Errorf("steps of %f", step)
			}
		})
	}
}

// TestUpright checks EXIF's eight orientations by the new positions of the stored
// corners: a b above c d.
func TestUpright(t *testing.T) {
	stored := grid{width: 2, height: 2, values: []float64{'a', 'b', 'c', 'd'}}

	for orientation, want := range []string{1: "abcd", 2: "badc", 3: "dcba", 4: "cdab", 5: "acbd", 6: "cadb", 7: "dbca", 8: "bdac"} {
		if orientation == 0 {
			continue
		}

		var got string
		for _, value := range stored.upright(orientation).values {
			got += string(rune(value))
		}

		if got != want {
			t.Errorf("orientation %d: %s, want %s", orientation, got, want)
		}
	}
}

func TestMedians(t *testing.T) {
	if odd, even := median([]float64{9, 1, 5}), median([]float64{4, 1, 9, 2}); odd != 5 || even != 3 {
		t.Errorf("%f, %f", odd, even)
	}

	// The machine is twice as slow in the second round. The ratios must not change.
	times := map[string][]answer{
		nameOurs:  {{Millis: 10, CPUMillis: 5}, {Millis: 20, CPUMillis: 5}},
		nameSharp: {{Millis: 20, CPUMillis: 20}, {Millis: 40, CPUMillis: 20}},
	}

	if got := summarize(times)[nameOurs]; got.Ratio != 0.5 || got.CPURatio != 0.25 || got.Millis != 15 {
		t.Errorf("%+v", got)
	}
}

func TestDrawings(t *testing.T) {
	for name, draw := range drawings() {
		const width, height = 600, 400

		drawn, err := draw(width, height)
		if err != nil {
			t.Fatal(err)
		}

		dark := 0

		for y := range height {
			for x := range width {
				if lumaAt(drawn, x, y) < 128 {
					dark++
				}
			}
		}

		if share := float64(dark) / width / height; share < 0.02 || share > 0.4 {
			t.Errorf("%s: %.3f of it is dark", name, share)
		}
	}
}
