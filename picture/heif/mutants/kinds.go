package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math/bits"
	"regexp"
	"slices"
	"strings"

	"triptych/picture/metadata"
)

// The classes.
const (
	equal       = "both accept, same pixels"
	bothReject  = "both reject"
	onlyLibheif = "only libheif accepts"
	onlyWe      = "only Triptych accepts"
	differ      = "both accept, different pixels"
)

// kind is a group of mutants for which the two programs behave alike.
type kind struct {
	class, places, reason string
}

func (k kind) String() string { return strings.TrimSuffix(k.class+": "+k.places+": "+k.reason, ": ") }

// tally counts the mutants of a kind.
type tally struct {
	number   int
	examples []int
}

const mostExamples = 5

// kindOf classifies a mutant.
func kindOf(mutant []byte, ours mine, theirs shown) kind {
	switch {
	case ours.Error != "" && theirs.Error != "":
		return kind{class: bothReject}
	case ours.Error != "":
		return kind{class: onlyLibheif, reason: withoutNumbers(ours.Error)}
	case theirs.Error != "":
		return kind{class: onlyWe, reason: withoutNumbers(theirs.Error)}
	}

	if difference := difference(mutant, ours.shown, theirs); difference != "" {
		return kind{class: differ, reason: difference}
	}

	return kind{class: equal}
}

// difference says how two images differ, or returns "".
func difference(mutant []byte, ours, theirs shown) string {
	const tolerance, transparent = 3, 4

	if ours.Width != theirs.Width || ours.Height != theirs.Height {
		return "another size"
	}

	most, wrong := 0, 0

	for at := 0; at+transparent <= len(ours.pixels); at += transparent {
		a, b := ours.pixels[at:at+transparent], theirs.pixels[at:at+transparent]
		if a[3] == 0 && b[3] == 0 {
			continue // Nobody sees the color of a transparent pixel.
		}

		off := 0
		for i := range a {
			off = max(off, max(int(a[i])-int(b[i]), int(b[i])-int(a[i])))
		}

		most = max(most, off)

		if off > tolerance {
			wrong++
		}
	}

	if most <= tolerance {
		return ""
	}

	info, err := metadata.Inspect(bytes.NewReader(mutant), int64(len(mutant)))
	if err != nil {
		return err.Error()
	}

	samples := "full range"
	if !info.Coding.FullRange {
		samples = "limited range"
	}

	return fmt.Sprintf("matrix %d, transfer %d, %s, up to %d levels in %s", info.Coding.Matrix, info.Coding.Transfer, samples,
		magnitude(most), share(wrong, len(ours.pixels)/transparent))
}

// magnitude returns the next power of two, so that few kinds exist.
func magnitude(levels int) int { return 1 << bits.Len(uint(levels-1)) }

// share returns the part of pixels that differ, in words.
func share(wrong, pixels int) string {
	const half, few = 2, 50

	switch {
	case wrong > pixels/half:
		return "most pixels"
	case wrong > pixels/few:
		return "many pixels"
	default:
		return "few pixels"
	}
}

var digits = regexp.MustCompile(`-?[0-9]+|"[^"]*"`)

// withoutNumbers returns an error in which the numbers and texts of the file are the same
// for every file.
func withoutNumbers(text string) string { return digits.ReplaceAllString(text, "N") }

// report returns a line for each class, followed by its kinds.
func (c *comparison) report() string {
	var out strings.Builder

	for _, class := range []string{equal, bothReject, differ, onlyWe, onlyLibheif} {
		of := slices.Collect(maps.Keys(c.kinds))
		of = slices.DeleteFunc(of, func(k kind) bool { return k.class != class })
		slices.SortFunc(of, func(a, b kind) int {
			return cmp.Or(c.kinds[b].number-c.kinds[a].number, cmp.Compare(a.String(), b.String()))
		})

		all := 0
		for _, k := range of {
			all += c.kinds[k].number
		}

		fmt.Fprintf(&out, "%6d %s\n", all, class)

		if class == equal || class == bothReject {
			continue
		}

		for _, k := range of {
			fmt.Fprintf(&out, "       %6d %s: %s %v\n", c.kinds[k].number, k.places, k.reason, c.kinds[k].examples)
		}
	}

	return out.String()
}
