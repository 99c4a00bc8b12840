// Attack mutates images of every format and renders each mutant with `triptych render`, which
// has the limits, the metadata removal and the image engine of the pipeline.
//
//	attack -binary build/triptych -mutants 5000 -seeds FOLDER,FOLDER
//
// A mutant is a finding when the process
//
//   - crashes: it ends by a signal, with an exit code other than 0 and 3, or without a
//     line READY or REJECTED for the mutant;
//   - has a larger peak of resident memory than a function may use (ru_maxrss, as counted by
//     the kernel; a limit on the address space would include memory that the sandbox
//     reserves and does not use);
//   - takes more than 10 seconds of CPU time;
//   - publishes a master with metadata (exiftool), or one that djpeg, dwebp or Pillow
//     rejects: Pillow reads every frame of an animation. Of a HEIC or an AVIF that is the
//     original itself, only the metadata is checked.
//
// Mutants are rendered in batches. The mutants of a batch with a finding are rendered one by
// one. Each mutant depends only on -seed and its number, so `-only NUMBER` makes it again.
// Findings are kept in the folder -keep. The exit code is 1 if there is a finding.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	found, err := run(ctx, os.Args[1:])

	stop()

	if err != nil {
		fmt.Fprintln(os.Stderr, "attack:", err)
		os.Exit(2)
	}

	if found > 0 {
		os.Exit(1)
	}
}

// run runs the attack, and returns the number of findings.
func run(ctx context.Context, arguments []string) (int, error) {
	flags := flag.NewFlagSet("attack", flag.ContinueOnError)
	a := &attack{limits: limits{CPU: 10 * time.Second}}
	folders := flags.String("seeds", "", "`folders` of seed images, separated by commas, beside those made in code")

	match := flags.String("match", "", "use the seeds whose names match the regular `expression`")
	flags.StringVar(&a.binary, "binary", "build/triptych", "the triptych to attack")
	flags.StringVar(&a.recipe, "recipe", "", "the recipe `file`; the default recipe if not given")
	flags.StringVar(&a.keep, "keep", "build/findings", "the `folder` to keep findings in")
	flags.IntVar(&a.mutants, "mutants", 5000, "how many mutants to make")
	flags.IntVar(&a.batch, "batch", 50, "how many mutants one process renders")
	flags.IntVar(&a.workers, "workers", runtime.NumCPU(), "how many processes run at once")
	flags.IntVar(&a.only, "only", -1, "make the one mutant of this `number`")
	flags.Uint64Var(&a.seed, "seed", 1, "the seed: the `number` that determines all mutants")
	flags.IntVar(&a.limits.MemoryMB, "memory", 512, "what a function may use, in MiB")

	if err := flags.Parse(arguments); err != nil {
		return 0, err
	}

	if err := a.prepare(strings.Split(*folders, ","), *match); err != nil {
		return 0, err
	}

	begun := time.Now()

	findings, err := a.run(ctx)
	if err != nil {
		return 0, err
	}

	fmt.Println(a.summary(time.Since(begun)))

	for _, f := range findings {
		fmt.Printf("FINDING %s\n", f)
	}

	if len(findings) > 0 {
		fmt.Printf("%d findings; the mutants are in %s\n", len(findings), a.keep)
	}

	return len(findings), nil
}

// prepare reads the seeds and looks for the programs that check masters.
func (a *attack) prepare(folders []string, match string) error {
	var err error

	if a.binary, err = filepath.Abs(a.binary); err != nil {
		return fmt.Errorf("find the binary: %w", err)
	}

	if _, err := os.Stat(a.binary); err != nil {
		return fmt.Errorf("find the binary (`make build` makes it): %w", err)
	}

	if a.checkers, err = findCheckers(); err != nil {
		return err
	}

	if a.seeds, err = seeds(folders); err != nil {
		return err
	}

	wanted, err := regexp.Compile(match)
	if err != nil {
		return fmt.Errorf("read -match: %w", err)
	}

	a.seeds = slices.DeleteFunc(a.seeds, func(s seed) bool { return !wanted.MatchString(s.name) })
	if len(a.seeds) == 0 {
		return fmt.Errorf("no seed matches %q", match)
	}

	return os.MkdirAll(a.keep, 0o755)
}
