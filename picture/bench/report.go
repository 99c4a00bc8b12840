package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"text/tabwriter"
)

// printTable prints a photo's figures: times, and then the qualities of the variants.
func printTable(to io.Writer, photo source, results []result, engines []engine) {
	fmt.Fprintf(to, "\n%s: %d × %d, %s\n", photo.name, photo.info.Width, photo.info.Height, kilobytes(int(photo.size)))

	table := newTable(to)
	printTimes(table, results, engines)
	_ = table.Flush() // Errors of standard output are ignored.

	table = newTable(to)
	printQualities(table, results, engines)
	_ = table.Flush() // Errors of standard output are ignored.
}

func newTable(to io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight) // Two spaces between columns.
}

func printTimes(table io.Writer, results []result, engines []engine) {
	fmt.Fprint(table, "job\tthreads\t")

	for _, chosen := range engines {
		fmt.Fprintf(table, "%s ms\tcpu ms\t", chosen.name)

		if ratios(engines) && chosen.name != nameSharp {
			fmt.Fprint(table, "÷ sharp\t")
		}
	}

	fmt.Fprintln(table)

	for _, one := range results {
		fmt.Fprintf(table, "%s\t%d\t", one.Job, one.Threads)

		for _, chosen := range engines {
			measured := one.Engines[chosen.name]
			fmt.Fprintf(table, "%.1f\t%.1f\t", measured.Millis, measured.CPUMillis)

			if ratios(engines) && chosen.name != nameSharp {
				fmt.Fprintf(table, "%.2f\t", headline(measured, one.Threads))
			}
		}

		fmt.Fprintln(table)
	}
}

// printQualities prints the figures that were measured with one thread only.
func printQualities(table io.Writer, results []result, engines []engine) {
	fmt.Fprint(table, "job\t")

	for _, chosen := range engines {
		fmt.Fprintf(table, "%s\tof sharp\tSSIM\tpeak MiB\t", chosen.name)
	}

	fmt.Fprintln(table)

	for _, one := range results {
		if one.Threads != 1 {
			continue
		}

		fmt.Fprintf(table, "%s\t", one.Job)

		for _, chosen := range engines {
			measured, share := one.Engines[chosen.name], "-"
			if sharp := one.Engines[nameSharp]; sharp.Bytes != 0 {
				share = fmt.Sprintf("%.1f%%", 100*float64(measured.Bytes)/float64(sharp.Bytes))
			}

			alike := fmt.Sprintf("%.4f", measured.SSIM)
			if measured.SSIM == notCompared {
				alike = "-"
			}

			fmt.Fprintf(table, "%s\t%s\t%s\t%.0f\t", kilobytes(measured.Bytes), share, alike, float64(measured.PeakKiB)/1024)
		}

		fmt.Fprintln(table)
	}
}

// headline returns the ratio that other load affects least: see the package comment.
func headline(measured figures, threads int) float64 {
	if threads == 1 {
		return measured.CPURatio
	}

	return measured.Ratio
}

// printSummary prints for each job the geometric mean of the ratios over all photos, and
// the worst ratio.
func printSummary(to io.Writer, results []result, engines []engine) {
	if !ratios(engines) {
		return
	}

	fmt.Fprintf(to, "\nTriptych's time as a share of sharp's, over all photos (%s/%s, %d processors)\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())

	table := newTable(to)
	fmt.Fprintln(table, "job\tthreads\tmean\tworst\twith\t")

	type row struct {
		job     string
		threads int
	}

	var (
		order []row
		all   = map[row][]result{}
	)

	for _, one := range results {
		key := row{one.Job, one.Threads}
		if all[key] == nil {
			order = append(order, key)
		}

		all[key] = append(all[key], one)
	}

	for _, key := range order {
		var (
			logs, worst float64
			photo       string
		)

		for _, one := range all[key] {
			ratio := headline(one.Engines[nameOurs], key.threads)
			logs += math.Log(ratio)

			if ratio > worst {
				worst, photo = ratio, one.Photo
			}
		}

		fmt.Fprintf(table, "%s\t%d\t%.2f\t%.2f\t%s\t\n", key.job, key.threads, math.Exp(logs/float64(len(all[key]))), worst, photo)
	}

	_ = table.Flush() // Errors of standard output are ignored.
}

// ratios reports whether sharp is available for a comparison.
func ratios(engines []engine) bool {
	for _, chosen := range engines {
		if chosen.name == nameSharp {
			return true
		}
	}

	return false
}

func kilobytes(bytes int) string { return fmt.Sprintf("%.1f kB", float64(bytes)/1000) }

// writeJSON writes all figures to a file.
func writeJSON(path string, rounds int, engines []engine, results []result) error {
	labels := map[string]string{}
	for _, chosen := range engines {
		labels[chosen.name] = chosen.label
	}

	data, err := json.MarshalIndent(struct {
		System     string            `json:"system"`
		Processors int               `json:"processors"`
		Rounds     int               `json:"rounds"`
		Engines    map[string]string `json:"engines"`
		Results    []result          `json:"results"`
	}{runtime.GOOS + "/" + runtime.GOARCH, runtime.NumCPU(), rounds, labels, results}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the figures: %w", err)
	}

	if err := os.WriteFile(path, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}

	return nil
}
