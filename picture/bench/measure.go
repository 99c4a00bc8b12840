package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// figures are the results of one engine for one job.
type figures struct {
	Millis    float64 `json:"millis"`    // median of wall time
	CPUMillis float64 `json:"cpuMillis"` // median
	// Ratio and CPURatio are relative to sharp: the median of the rounds' ratios. They
	// are 0 without sharp.
	Ratio    float64 `json:"ratio,omitempty"`
	CPURatio float64 `json:"cpuRatio,omitempty"`
	// The fields that follow are measured only with one thread.
	Bytes   int     `json:"bytes,omitempty"`   // of all variants
	SSIM    float64 `json:"ssim,omitempty"`    // the worst of all variants
	PeakKiB int     `json:"peakKiB,omitempty"` // of a fresh process
}

// result has the figures of a job on a photo, by the engines' names.
type result struct {
	Photo   string             `json:"photo"`
	Job     string             `json:"job"`
	Threads int                `json:"threads"`
	Engines map[string]figures `json:"engines"`
}

// measure runs all jobs on a photo.
func measure(ctx context.Context, asked options, photo source, engines []engine) ([]result, error) {
	var (
		results []result
		judged  = &judge{photo: photo}
	)

	for _, threads := range asked.threads {
		some, err := measureThreads(ctx, asked, photo, engines, threads)
		if err != nil {
			return nil, err
		}

		for i := range some {
			if threads == 1 {
				if err := examine(ctx, &some[i], judged, engines); err != nil {
					return nil, err
				}
			}
		}

		results = append(results, some...)
	}

	return results, nil
}

// measureThreads measures the time of all jobs on workers with the given number of
// threads.
func measureThreads(ctx context.Context, asked options, photo source, engines []engine, threads int) (_ []result, err error) {
	workers := make([]*process, 0, len(engines))

	defer func() {
		for _, worker := range workers {
			err = errors.Join(err, worker.stop())
		}
	}()

	for _, chosen := range engines {
		worker, err := chosen.start(ctx, threads)
		if err != nil {
			return nil, err
		}

		workers = append(workers, worker)
	}

	var results []result

	for _, wanted := range jobs() {
		if !strings.Contains(wanted.name, asked.jobs) {
			continue
		}

		times, err := rounds(asked.rounds, workers, request{File: photo.path, Decodes: wanted.decodes})
		if err != nil {
			return nil, err
		}

		results = append(results, result{Photo: photo.name, Job: wanted.name, Threads: threads, Engines: summarize(times)})
	}

	return results, nil
}

// rounds runs a job on all workers in turns, in alternating order. The first round does
// not count.
func rounds(count int, workers []*process, asked request) (map[string][]answer, error) {
	times := map[string][]answer{}

	for round := range 1 + count {
		order := slices.Clone(workers)
		if round%2 == 1 {
			slices.Reverse(order)
		}

		for _, worker := range order {
			reply, err := worker.do(asked)
			if err != nil {
				return nil, err
			}

			if round > 0 {
				times[worker.name] = append(times[worker.name], reply)
			}
		}
	}

	return times, nil
}

// summarize computes medians over the rounds.
func summarize(times map[string][]answer) map[string]figures {
	var (
		all  = map[string]figures{}
		wall = func(a answer) float64 { return a.Millis }
		cpu  = func(a answer) float64 { return a.CPUMillis }
	)

	for name, replies := range times {
		one := figures{Millis: median(each(replies, wall)), CPUMillis: median(each(replies, cpu))}

		if sharps := times[nameSharp]; sharps != nil {
			one.Ratio = median(quotients(each(replies, wall), each(sharps, wall)))
			one.CPURatio = median(quotients(each(replies, cpu), each(sharps, cpu)))
		}

		all[name] = one
	}

	return all
}

func each(replies []answer, of func(answer) float64) []float64 {
	values := make([]float64, len(replies))
	for i, reply := range replies {
		values[i] = of(reply)
	}

	return values
}

func quotients(a, b []float64) []float64 {
	values := make([]float64, len(a))
	for i := range a {
		values[i] = a[i] / b[i]
	}

	return values
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	middle := len(values) / 2

	if len(values)%2 == 1 {
		return values[middle]
	}

	return (values[middle-1] + values[middle]) / 2 // The mean of both middle values.
}

// examine adds the figures of a fresh process of each engine: bytes, quality, memory.
func examine(ctx context.Context, one *result, judged *judge, engines []engine) error {
	at := slices.IndexFunc(jobs(), func(j job) bool { return j.name == one.Job })
	decodes := jobs()[at].decodes

	folder, err := os.MkdirTemp("", "triptych-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for variants: %w", err)
	}
	defer os.RemoveAll(folder)

	for _, chosen := range engines {
		reply, peak, err := chosen.once(ctx, 1, request{File: judged.photo.path, Decodes: decodes, Out: folder})
		if err != nil {
			return err
		}

		measured := one.Engines[chosen.name]
		measured.Bytes, measured.PeakKiB, measured.SSIM = reply.Bytes, peak, 1

		for i, want := range slices.Concat(decodes...) {
			alike, err := judged.ssim(filepath.Join(folder, strconv.Itoa(i)), want)
			if err != nil {
				return err
			}

			measured.SSIM = min(measured.SSIM, alike)
		}

		one.Engines[chosen.name] = measured
	}

	return nil
}
