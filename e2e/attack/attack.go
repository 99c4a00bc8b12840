package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// limits are the limits of one render.
type limits struct {
	MemoryMB int
	CPU      time.Duration
}

// attack is one run of the program.
type attack struct {
	binary, keep, recipe           string
	mutants, batch, workers, only  int
	seed                           uint64
	limits                         limits
	seeds                          []seed
	checkers                       *checkers
	mu                             sync.Mutex
	ready, rejected, peakKB        int
	slowest                        time.Duration
	findings                       []finding
	renderedBatches, singleRenders int
}

// finding is a mutant with a problem.
type finding struct {
	number int
	file   string
	what   string
}

func (f finding) String() string {
	return fmt.Sprintf("mutant %d (%s): %s", f.number, f.file, f.what)
}

// run renders all mutants in batches.
func (a *attack) run(ctx context.Context) ([]finding, error) {
	numbers := make([]int, 0, a.mutants)
	for i := range a.mutants {
		numbers = append(numbers, i)
	}

	if a.only >= 0 {
		numbers = []int{a.only}
	}

	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(a.workers)

	for batch := range slices.Chunk(numbers, a.batch) {
		group.Go(func() error { return a.try(ctx, batch) })
	}

	if err := group.Wait(); err != nil {
		return nil, err
	}

	slices.SortFunc(a.findings, func(x, y finding) int { return x.number - y.number })

	return a.findings, nil
}

// mutant returns the mutant that has this number, and the name of its file.
func (a *attack) mutant(number int) (name string, content []byte) {
	random := rand.New(rand.NewPCG(a.seed, uint64(number)))
	from, other := a.seeds[random.IntN(len(a.seeds))], a.seeds[random.IntN(len(a.seeds))]

	return fmt.Sprintf("%06d-%s", number, from.name), mutate(random, from.content, other.content)
}

// try renders a batch. If the batch has a problem, try renders its mutants one by one.
func (a *attack) try(ctx context.Context, numbers []int) error {
	folder, err := os.MkdirTemp("", "attack-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(folder)

	files := make(map[string]int, len(numbers))

	for _, number := range numbers {
		name, content := a.mutant(number)
		path := filepath.Join(folder, name)
		files[path] = number

		if err := os.WriteFile(path, content, 0o600); err != nil {
			return fmt.Errorf("write a mutant: %w", err)
		}
	}

	done, err := a.render(ctx, filepath.Join(folder, "out"), files)
	if err != nil {
		return err
	}

	if len(numbers) == 1 {
		a.count(done)
		a.add(ctx, done, files)

		return nil
	}

	if done.what != "" {
		a.mu.Lock()
		a.singleRenders += len(numbers)
		a.mu.Unlock()

		for _, number := range numbers {
			if err := a.try(ctx, []int{number}); err != nil {
				return err
			}
		}

		return nil
	}

	a.count(done)
	a.add(ctx, done, files)

	return nil
}

// count adds a render to the statistics.
func (a *attack) count(done rendered) {
	a.mu.Lock()
	defer a.mu.Unlock()

	a.renderedBatches++
	a.ready += len(done.masters)
	a.rejected += done.rejected
	a.peakKB = max(a.peakKB, done.peakKB)
	a.slowest = max(a.slowest, done.cpu)
}

// add checks the masters of a render, and keeps the findings.
func (a *attack) add(ctx context.Context, done rendered, files map[string]int) {
	wrong := a.checkers.check(ctx, done)

	if done.what != "" {
		for path := range files {
			wrong[path] = append(wrong[path], done.what)
		}
	}

	a.mu.Lock()
	defer a.mu.Unlock()

	for path, what := range wrong {
		kept := filepath.Join(a.keep, filepath.Base(path))
		if content, err := os.ReadFile(path); err == nil {
			_ = os.WriteFile(kept, content, 0o644) // Without the file, the finding is still reported.
		}

		a.findings = append(a.findings, finding{files[path], kept, strings.Join(what, "; ")})
	}
}

// summary returns the statistics: the work done, and the peaks of memory and time.
func (a *attack) summary(took time.Duration) string {
	return fmt.Sprintf("%d mutants of %d seeds in %v: %d READY, %d REJECTED, %d findings; "+
		"at most %d MiB in a process, %v of CPU in a batch of %d",
		a.ready+a.rejected+len(a.findings), len(a.seeds), took.Round(time.Second), a.ready, a.rejected, len(a.findings),
		a.peakKB>>10, a.slowest.Round(time.Millisecond), a.batch)
}
