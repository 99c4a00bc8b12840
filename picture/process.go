package picture

import (
	"context"
	"fmt"
	"runtime/debug"

	"triptych/picture/failure"
	"triptych/picture/variant"
)

// Process decodes a picture once and makes the variants that are wanted, in
// their order. Each has the bytes that it has when it is made alone: a JPEG's
// Huffman coding is undone once, its inverse DCT at each scale that is wanted.
//
// Faults: those of metadata.Inspect, Truncated and Corrupt from the decoders,
// TooManyPixels where decoding takes too much memory. It does not panic: what a
// decoder panics with is the cause of a Corrupt. When ctx ends, so does it, with
// ctx's error.
func Process(ctx context.Context, source []byte, wants ...variant.Spec) (outputs []Output, err error) {
	defer enter()()

	defer func() {
		if panicked := recover(); panicked != nil {
			outputs = nil
			err = failure.Wrap(failure.Corrupt, fmt.Errorf("panic: %v\n%s", panicked, debug.Stack()), "")
		}
	}()

	for _, want := range wants {
		if err := check(want); err != nil {
			return nil, err
		}
	}

	decoded, plans, err := open(ctx, source, wants)
	if err != nil {
		return nil, err
	}

	outputs = make([]Output, len(wants))

	for _, i := range order(plans) {
		outputs[i], err = decoded.variant(ctx, &plans[i])
		if err != nil {
			return nil, fmt.Errorf("make variant %s: %w", plans[i].want.Name, err)
		}
	}

	return outputs, nil
}

// order lists plans with those first that do not scale: they want colors as they
// are, which a picture with alpha no longer has once one has been scaled.
func order(plans []plan) []int {
	first, then := make([]int, 0, len(plans)), make([]int, 0, len(plans))

	for i := range plans {
		if plans[i].copies() {
			first = append(first, i)
		} else {
			then = append(then, i)
		}
	}

	return append(first, then...)
}

// check refuses what no recipe can ask for.
func check(want variant.Spec) error {
	if want.Fit != variant.Inside && want.Fit != variant.Cover {
		return fmt.Errorf("variant %s: unknown fit %q", want.Name, want.Fit)
	}

	switch want.Format {
	case variant.JPEG, variant.PNG, variant.WebP, variant.Auto:
		return nil
	default:
		return fmt.Errorf("variant %s: unknown format %q", want.Name, want.Format)
	}
}
