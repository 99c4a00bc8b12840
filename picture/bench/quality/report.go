package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// row is the result for one variant.
type row struct {
	photo         string
	size, quality int
	encoding      string
	ours          sample
	cjpeg         [3]sample // at qualities around the same one
}

// share is the variant's bytes as a share of those of cjpeg at the same score.
func (r row) share() float64 { return float64(r.ours.bytes) / at(r.cjpeg, r.ours.gamma) }

type report struct {
	to   io.Writer
	rows []row
}

// add prints a row, and keeps it for the summary.
func (all *report) add(r row) {
	all.rows = append(all.rows, r)

	fmt.Fprintf(all.to, "%s %d q%d %s: %d bytes, %.2f points (linear %.2f), %.3f of cjpeg, which has %d bytes and %.2f points (linear %.2f)\n",
		r.photo, r.size, r.quality, r.encoding, r.ours.bytes, r.ours.gamma, r.ours.linear, r.share(),
		r.cjpeg[1].bytes, r.cjpeg[1].gamma, r.cjpeg[1].linear)
}

// summary prints the means over the photos. The mean of shares is geometric.
func (all *report) summary() {
	type key struct {
		size, quality int
		encoding      string
	}

	var order []key

	groups := map[key][]row{}

	for _, r := range all.rows {
		k := key{r.size, r.quality, r.encoding}
		if groups[k] == nil {
			order = append(order, k)
		}

		groups[k] = append(groups[k], r)
	}

	table := tabwriter.NewWriter(all.to, 0, 0, 2, ' ', tabwriter.AlignRight) // Two spaces between columns.
	fmt.Fprintln(table, "\nsize\tquality\tvariant\tphotos\tbytes\tof cjpeg\tpoints\tof cjpeg\tlinear\tof cjpeg\t")

	for _, k := range order {
		var (
			bytes, share              float64
			ours, cjpeg, light, other float64
			count                     = float64(len(groups[k]))
		)

		for _, r := range groups[k] {
			bytes += float64(r.ours.bytes) / count
			share += math.Log(r.share()) / count
			ours += r.ours.gamma / count
			cjpeg += r.cjpeg[1].gamma / count
			light += r.ours.linear / count
			other += r.cjpeg[1].linear / count
		}

		fmt.Fprintf(table, "%d\t%d\t%s\t%.0f\t%.0f\t%.3f\t%.2f\t%.2f\t%.2f\t%.2f\t\n",
			k.size, k.quality, k.encoding, count, bytes, math.Exp(share), ours, cjpeg, light, other)
	}

	_ = table.Flush() // Errors of standard output are ignored.
}
