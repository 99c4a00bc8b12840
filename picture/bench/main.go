// Command bench compares the image engine with sharp (libvips) and Pillow. It runs the
// same jobs on the same photos, in turns.
//
//	make bench [PHOTOS=dir] [ROUNDS=n]
//
// # Method
//
// Each engine has one process for each number of threads. The process keeps running. It
// reads jobs as lines of JSON and returns the time of each job, from the file's bytes in
// memory to the variants' bytes in memory, without start-up and disk. A round runs a job
// once on every engine. Every other round has the opposite order, so that other load on
// the machine affects all engines equally. Times are medians over the rounds. A ratio is
// the median of the rounds' own ratios to sharp. With one thread it is the ratio of CPU
// time (user and system, all threads), which other load affects least. With more threads
// it is the ratio of wall time.
//
// SSIM is computed on luma, over windows of 8 × 8. The reference is a whole decode that
// is resized with Lanczos 3 in float64. The figure of a job is that of its worst variant.
// Peak memory is the maximum of a fresh process that did only this job, including
// start-up (VmHWM, Linux only).
//
// HEIC is compared with libheif's heif-convert, where its programs are installed
// (heic.go).
//
// For an image with a color profile the jobs differ a little. sharp converts it to sRGB
// and drops the profile, and Triptych copies the profile. In a small variant this affects
// the bytes of Triptych and the luma of sharp.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == workerArgument {
		if err := work(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "bench worker:", err)
			os.Exit(1)
		}

		return
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called.
	}
}

// options are the command-line options.
type options struct {
	photos  string
	rounds  int
	threads []int
	jobs    string
	made    bool
	json    string
}

func parse(arguments []string) (options, error) {
	var (
		parsed  options
		threads string
	)

	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&parsed.photos, "photos", "samples", "folder of JPEG, PNG, TIFF, GIF and WebP files")
	flags.IntVar(&parsed.rounds, "rounds", 7, "how often each job runs on each engine, after one run to warm up") // A median of few rounds.
	flags.StringVar(&threads, "threads", "1,2", "numbers of threads, separated by commas")
	flags.StringVar(&parsed.jobs, "jobs", "", "run only jobs whose name contains this text")
	flags.BoolVar(&parsed.made, "made", true, "also measure generated images: text, lines, and the largest photo as a heavy progressive JPEG, PNG, PNG with alpha, TIFF, GIF and animation")
	flags.StringVar(&parsed.json, "json", "", "write all figures to this file")

	if err := flags.Parse(arguments); err != nil {
		return options{}, fmt.Errorf("read the flags: %w", err)
	}

	for text := range strings.SplitSeq(threads, ",") {
		count, err := strconv.Atoi(text)
		if err != nil || count < 1 {
			return options{}, fmt.Errorf("-threads %q: want numbers such as 1,2", threads)
		}

		parsed.threads = append(parsed.threads, count)
	}

	if parsed.rounds < 1 {
		return options{}, fmt.Errorf("-rounds %d: want at least 1", parsed.rounds)
	}

	return parsed, nil
}

func run(ctx context.Context, arguments []string) error {
	asked, err := parse(arguments)
	if err != nil {
		return err
	}

	cache, err := cacheFolder()
	if err != nil {
		return err
	}

	engines := available(ctx, cache, os.Stdout)

	sources, err := gather(ctx, asked, cache, engines)
	if err != nil {
		return err
	}

	var all []result

	for _, source := range sources {
		results, err := measure(ctx, asked, source, engines)
		if err != nil {
			return fmt.Errorf("measure %s: %w", source.name, err)
		}

		printTable(os.Stdout, source, results, engines)

		all = append(all, results...)
	}

	printSummary(os.Stdout, all, engines)

	if asked.made {
		if err := compareHEIC(ctx, asked, sources, cache, engines, os.Stdout); err != nil {
			return err
		}
	}

	if asked.json == "" {
		return nil
	}

	return writeJSON(asked.json, asked.rounds, engines, all)
}
