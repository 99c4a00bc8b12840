// Command mutants mutates HEIC files, and compares the decoder of this project with
// libheif: which of the two accepts a mutant, and which pixels it shows.
//
//	make mutants [MUTANTS=50000] [SEED=1]
//
// # Method
//
// A mutant is made of a seed file by a few changes in its boxes, its parameter sets or its
// coded data. It depends only on -seed and its number, so -only NUMBER makes it again. The
// judge is pillow-heif, with the libheif and libde265 of its wheel. It runs in a process of
// its own, because a mutant may crash it.
//
// Each mutant belongs to a class: both programs accept it and show the same, both reject
// it, only one accepts it, or they show different pixels. Pixels are the same where no
// channel differs by more than 3 levels: the programs round colors differently. Within a
// class, mutants of the same kind are counted together: the place of the change, and the
// error of the program that rejects. Each kind names mutants with which it can be examined.
//
// Every accepted mutant also becomes a master as it is. Both programs must show the same
// for the master as for the mutant. Otherwise, and for a panic, or a decoding of more than
// a minute, the mutant is a finding, and the exit code is 1.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"triptych/picture"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	findings, err := run(ctx, os.Stdout, os.Args[1:])

	stop()

	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(2)
	}

	if findings > 0 {
		os.Exit(1)
	}
}

var errNoJudge = errors.New("set TRIPTYCH_PILLOW to a Python interpreter with pillow-heif: `make mutants` installs one")

// run returns the number of findings.
func run(ctx context.Context, out io.Writer, arguments []string) (int, error) {
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	folders := flags.String("seeds", "picture/testdata,picture/testdata/cases,e2e/fixture/testdata", "`folders` of HEIC files, separated by commas")
	count := flags.Int("mutants", 50_000, "how many mutants to make")
	first := flags.Int("first", 0, "the `number` of the first mutant")
	only := flags.Int("only", -1, "make the one mutant of this `number`, and keep its files")
	seed := flags.Uint64("seed", 1, "the `number` from which all mutants follow")
	workers := flags.Int("workers", 2, "how many mutants are compared at the same time")
	keep := flags.String("keep", "build/mutants", "the `folder` for the examples of each kind")

	if err := flags.Parse(arguments); err != nil {
		return 0, err
	}

	python := os.Getenv("TRIPTYCH_PILLOW")
	if python == "" {
		return 0, errNoJudge
	}

	seeds, err := readSeeds(strings.Split(*folders, ","))
	if err != nil {
		return 0, err
	}

	if err := os.MkdirAll(*keep, 0o755); err != nil { //nolint:gosec // The files are not secret.
		return 0, fmt.Errorf("make the folder: %w", err)
	}

	if *only >= 0 {
		*first, *count = *only, 1
	}

	made := &comparison{python: python, seeds: seeds, seed: *seed, keep: *keep, workers: *workers, verbose: *only >= 0, out: out, kinds: map[kind]*tally{}}
	if err := made.run(ctx, *first, *count); err != nil {
		return 0, err
	}

	fmt.Fprint(out, made.report())

	return made.findings, nil
}

// seed is a file from which mutants are made.
type seed struct {
	name    string
	content []byte
}

// The limits of a seed leave out photos of full size: most changes of a small file matter,
// and small images are decoded fast.
const (
	mostSeedBytes  = 32 << 10
	mostSeedPixels = 1 << 19
)

var errNoSeeds = errors.New("the folders have no HEIC file of at most 32 KiB")

func readSeeds(folders []string) (seeds []seed, err error) {
	for _, folder := range folders {
		paths, err := filepath.Glob(filepath.Join(folder, "*.heic"))
		if err != nil {
			return nil, fmt.Errorf("list the seeds: %w", err)
		}

		for _, path := range paths {
			content, err := os.ReadFile(path) //nolint:gosec // The user chose the folder.
			if err != nil {
				return nil, fmt.Errorf("read a seed: %w", err)
			}

			info, err := picture.Inspect(bytes.NewReader(content), int64(len(content)))
			if err != nil {
				return nil, fmt.Errorf("read the seed %s: %w", path, err)
			}

			if len(content) <= mostSeedBytes && info.Width*info.Height <= mostSeedPixels {
				seeds = append(seeds, seed{filepath.Base(path), content})
			}
		}
	}

	if len(seeds) == 0 {
		return nil, errNoSeeds
	}

	return seeds, nil
}
