// Command quality measures the bytes and the quality of JPEG variants by SSIMULACRA2.
//
//	make bench-quality [PHOTOS=dir]
//
// # Method
//
// The reference is a resize of the whole photo by Lanczos 3 in float64: of the encoded
// values (gamma), and of amounts of light (linear). The engine makes each variant from the
// file, as the pipeline does. djpeg decodes it, and ssimulacra2_rs compares it with the
// references. Resizing loses some points, too.
//
// For comparison, cjpeg of libjpeg-turbo encodes a PNG variant of the same size with the
// tables of T.81, annex K, and optimized Huffman codes, at several qualities. The column
// "of cjpeg" is the share of the bytes that cjpeg needs at the same score. The logarithm of
// its bytes is interpolated between two qualities.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// options are the command-line options.
type options struct {
	photos    string
	sizes     []int
	qualities []int
	scorer    string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "quality:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called.
	}
}

func parse(arguments []string) (options, error) {
	var (
		parsed           options
		sizes, qualities string
	)

	flags := flag.NewFlagSet("quality", flag.ContinueOnError)
	flags.StringVar(&parsed.photos, "photos", "samples", "folder of JPEG photos")
	flags.StringVar(&sizes, "sizes", "800,1600", "longest sides of the variants, separated by commas")
	flags.StringVar(&qualities, "qualities", "80", "qualities, separated by commas")
	flags.StringVar(&parsed.scorer, "score", "ssimulacra2_rs", "the program ssimulacra2_rs")

	if err := flags.Parse(arguments); err != nil {
		return options{}, fmt.Errorf("read the flags: %w", err)
	}

	var err error
	if parsed.sizes, err = numbers("-sizes", sizes); err != nil {
		return options{}, err
	}

	parsed.qualities, err = numbers("-qualities", qualities)

	return parsed, err
}

func numbers(name, text string) (all []int, err error) {
	for each := range strings.SplitSeq(text, ",") {
		number, err := strconv.Atoi(each)
		if err != nil || number < 1 {
			return nil, fmt.Errorf("%s %q: want numbers such as 80,90", name, text)
		}

		all = append(all, number)
	}

	return all, nil
}

// programs are the programs that the command runs, and how to get them.
var programs = map[string]string{
	"cjpeg": "Debian: libjpeg-turbo-progs",
	"djpeg": "Debian: libjpeg-turbo-progs",
}

func run(ctx context.Context, arguments []string) error {
	asked, err := parse(arguments)
	if err != nil {
		return err
	}

	for _, name := range []string{asked.scorer, "cjpeg", "djpeg"} {
		if _, err := exec.LookPath(name); err != nil {
			hint, known := programs[name]
			if !known {
				hint = "cargo install ssimulacra2_rs --version 0.5.2, or name the program by -score"
			}

			fmt.Fprintf(os.Stdout, "%s is not available, so SSIMULACRA2 is not measured (%s).\n", name, hint)

			return nil
		}
	}

	paths, err := photos(asked.photos)
	if err != nil {
		return err
	}

	folder, err := os.MkdirTemp("", "triptych-quality-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(folder)

	tools := tools{folder: folder, scorer: asked.scorer}
	all := &report{to: os.Stdout}

	for _, path := range paths {
		if err := tools.measure(ctx, path, asked, all); err != nil {
			return fmt.Errorf("measure %s: %w", filepath.Base(path), err)
		}
	}

	all.summary()

	return nil
}

// photos lists the JPEGs of a folder.
func photos(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("list the photos: %w", err)
	}

	var paths []string

	for _, entry := range entries {
		if slices.Contains([]string{".jpg", ".jpeg"}, strings.ToLower(filepath.Ext(entry.Name()))) {
			paths = append(paths, filepath.Join(folder, entry.Name()))
		}
	}

	if len(paths) == 0 {
		return nil, fmt.Errorf("no JPEG in %s", folder)
	}

	return paths, nil
}
