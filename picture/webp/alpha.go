package webp

import (
	"context"
	"math/bits"

	"triptych/picture/planes"
	"triptych/picture/webp/vp8l/encoder"
)

// The fields of the first byte of ALPH (RFC 9649, 2.7.1.2).
const (
	compressed = 1 // as VP8L
	filterAt   = 2
)

// filter is a method to predict alpha (RFC 9649, 2.7.1.2).
type filter byte

const (
	unfiltered filter = iota
	horizontal
	vertical
	gradient
	filters
)

// fewLevels is the number of levels up to which filters do not pay: VP8L replaces the
// levels by smaller indices.
const fewLevels = 16

// alphaChunk returns the data of the chunk ALPH: the alpha without loss, with the filter
// that is better.
func alphaChunk(ctx context.Context, alpha *planes.Plane) ([]byte, error) {
	best, err := storeAlpha(ctx, alpha, unfiltered)
	if err != nil || levels(alpha) <= fewLevels {
		return best, err
	}

	if chosen := estimate(alpha); chosen != unfiltered {
		made, err := storeAlpha(ctx, alpha, chosen)
		if err != nil {
			return nil, err
		}

		if len(made) < len(best) {
			return made, nil
		}
	}

	return best, nil
}

// storeAlpha returns the data of ALPH with a filter: compressed, if that is shorter.
func storeAlpha(ctx context.Context, alpha *planes.Plane, f filter) ([]byte, error) {
	filtered := filteredAlpha(alpha, f)

	data, err := encoder.Plane(ctx, filtered)
	if err != nil {
		return nil, err
	}

	if size := alpha.Width * alpha.Height; len(data) >= size {
		made := make([]byte, 0, 1+size)
		made = append(made, byte(f)<<filterAt)

		for y := range filtered.Height {
			made = append(made, filtered.Row(y)...)
		}

		return made, nil
	}

	return append([]byte{byte(f)<<filterAt | compressed}, data...), nil
}

func levels(alpha *planes.Plane) int {
	var (
		found [256]bool
		count int
	)

	for y := range alpha.Height {
		for _, v := range alpha.Row(y) {
			found[v] = true
		}
	}

	for _, ok := range found {
		if ok {
			count++
		}
	}

	return count
}

// estimate returns the filter whose differences are the shortest numbers, in every eighth
// row.
func estimate(alpha *planes.Plane) filter {
	const every = 8

	var (
		sums [filters]int
		row  = make([]byte, alpha.Width)
	)

	for y := 0; y < alpha.Height; y += every {
		for f := range filters {
			filterRow(row, alpha, y, f)

			for _, d := range row {
				sums[f] += bits.Len8(min(d, -d))
			}
		}
	}

	best := unfiltered
	for f := range filters {
		if sums[f] < sums[best] {
			best = f
		}
	}

	return best
}

func filteredAlpha(alpha *planes.Plane, f filter) *planes.Plane {
	if f == unfiltered {
		return alpha
	}

	made := planes.New(alpha.Width, alpha.Height)
	for y := range alpha.Height {
		filterRow(made.Row(y), alpha, y, f)
	}

	return &made
}

// filterRow sets a row to the differences between alpha and its prediction. The first pixel
// of a row is predicted from the one above, and the first row from the pixels at the left.
func filterRow(to []byte, alpha *planes.Plane, y int, f filter) {
	row := alpha.Row(y)
	copy(to, row)

	if f == unfiltered {
		return
	}

	if y == 0 {
		for x := 1; x < len(row); x++ {
			to[x] -= row[x-1]
		}

		return
	}

	above := alpha.Row(y - 1)
	to[0] -= above[0]

	for x := 1; x < len(row); x++ {
		switch f {
		case horizontal:
			to[x] -= row[x-1]
		case vertical:
			to[x] -= above[x]
		default:
			to[x] -= byte(max(0, min(int(row[x-1])+int(above[x])-int(above[x-1]), opaque)))
		}
	}
}

const opaque = 255
