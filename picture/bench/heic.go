package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// sharp and Pillow do not read HEIC without other libraries. Therefore HEIC is compared
// with heif-convert of libheif, which decodes a file with libde265 and writes a JPEG of
// the full size. The time of heif-convert includes the start of its process, and reading
// and writing files.

// heicJob is the job for HEIC: the three variants of the default recipe from one decode.
const heicJob = "three from one"

// heicFigures are the results for a HEIC. Times are in milliseconds.
type heicFigures struct {
	ours, convert, ratio float64 // CPU time with one thread, and the median of the rounds' ratios
	wall, half           float64 // wall time with one thread, and the time with two as a share of it
	peak                 int     // KiB, of a fresh process with one thread
}

// compareHEIC makes HEICs of the largest photo, measures them, and prints a table. It does
// nothing if libheif's programs are missing.
func compareHEIC(ctx context.Context, asked options, sources []source, cache string, engines []engine, to io.Writer) error {
	for _, program := range []string{"heif-enc", "heif-convert"} {
		if path, _ := exec.LookPath(program); path == "" {
			fmt.Fprintf(to, "\n%s is not available, so HEIC is not measured (Debian: libheif-examples).\n", program)

			return nil
		}
	}

	if !strings.Contains(heicJob, asked.jobs) {
		return nil
	}

	made, err := makeHEICs(ctx, sources, cache)
	if err != nil {
		return err
	}

	table := newTable(to)
	fmt.Fprintf(table, "\nHEIC, %s\tCPU\theif-convert\tratio\twall\ttwo threads\tpeak\t\n", heicJob)

	for _, file := range made {
		one, err := measureHEIC(ctx, asked, file, cache, engines[0])
		if err != nil {
			return fmt.Errorf("measure %s: %w", file.name, err)
		}

		fmt.Fprintf(table, "%s\t%.0f ms\t%.0f ms\t%.2f\t%.0f ms\t× %.2f\t%d MiB\t\n",
			file.name, one.ours, one.convert, one.ratio, one.wall, one.half, one.peak>>10)
	}

	return table.Flush()
}

// measureHEIC runs both programs in turns.
func measureHEIC(ctx context.Context, asked options, file source, cache string, ours engine) (_ heicFigures, err error) {
	at := slices.IndexFunc(jobs(), func(j job) bool { return j.name == heicJob })
	wanted := request{File: file.path, Decodes: jobs()[at].decodes}

	var workers [2]*process

	for i := range workers {
		worker, err := ours.start(ctx, i+1)
		if err != nil {
			return heicFigures{}, err
		}

		defer func() { err = errors.Join(err, worker.stop()) }()

		workers[i] = worker
	}

	var singles, doubles, converts []answer

	for round := range 1 + asked.rounds {
		single, err := workers[0].do(wanted)
		if err != nil {
			return heicFigures{}, err
		}

		double, err := workers[1].do(wanted)
		if err != nil {
			return heicFigures{}, err
		}

		converted, err := convertHEIC(ctx, file, cache)
		if err != nil {
			return heicFigures{}, err
		}

		if round > 0 {
			singles, doubles, converts = append(singles, single), append(doubles, double), append(converts, converted)
		}
	}

	_, peak, err := ours.once(ctx, 1, wanted)
	if err != nil {
		return heicFigures{}, err
	}

	wall, cpu := func(a answer) float64 { return a.Millis }, func(a answer) float64 { return a.CPUMillis }

	return heicFigures{
		ours: median(each(singles, cpu)), convert: median(each(converts, cpu)),
		ratio: median(quotients(each(singles, cpu), each(converts, cpu))),
		wall:  median(each(singles, wall)), half: median(quotients(each(doubles, wall), each(singles, wall))),
		peak: peak,
	}, nil
}

// convertHEIC runs heif-convert.
func convertHEIC(ctx context.Context, file source, cache string) (answer, error) {
	const quality = "90"

	command := exec.CommandContext(ctx, "heif-convert", "-q", quality, file.path, filepath.Join(cache, "converted.jpg")) //nolint:gosec // A file of our own.
	begun := time.Now()

	if said, err := command.CombinedOutput(); err != nil {
		return answer{}, fmt.Errorf("heif-convert: %w: %s", err, strings.TrimSpace(string(said)))
	}

	state := command.ProcessState

	return answer{
		Millis:    float64(time.Since(begun)) / float64(time.Millisecond),
		CPUMillis: float64(state.UserTime()+state.SystemTime()) / float64(time.Millisecond),
	}, nil
}

// makeHEICs lets heif-enc write the largest JPEG as a HEIC of one piece and as a HEIC of
// tiles. It keeps them in the cache.
func makeHEICs(ctx context.Context, sources []source, cache string) ([]source, error) {
	photos := slices.DeleteFunc(slices.Clone(sources), func(s source) bool { return filepath.Ext(s.name) != ".jpg" })
	if len(photos) == 0 {
		return nil, nil
	}

	largest := slices.MaxFunc(photos, func(a, b source) int {
		return a.info.Width*a.info.Height - b.info.Width*b.info.Height
	})
	stem := filepath.Join(cache, strings.TrimSuffix(largest.name, ".jpg"))

	var made []source

	for path, write := range map[string]func() error{
		stem + "-one.heic":   func() error { return encodeHEIC(ctx, largest.path, stem+"-one.heic") },
		stem + "-tiles.heic": func() error { return tileHEIC(ctx, largest.path, stem+"-tiles.heic") },
	} {
		if _, err := os.Stat(path); err != nil {
			if err := write(); err != nil {
				return nil, err
			}
		}

		one, err := inspect(path)
		if err != nil {
			return nil, err
		}

		made = append(made, one)
	}

	slices.SortFunc(made, func(a, b source) int { return strings.Compare(a.name, b.name) })

	return made, nil
}

// encodeHEIC lets heif-enc write a HEIC of one piece.
func encodeHEIC(ctx context.Context, from, to string) error {
	const quality = "60" // Of a photo of 12 megapixels, about 2 MB, as phones write.

	command := exec.CommandContext(ctx, "heif-enc", "-q", quality, from, "-o", to) //nolint:gosec // Files of our own.
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("heif-enc: %w: %s", err, strings.TrimSpace(string(said)))
	}

	return nil
}
