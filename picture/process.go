package picture

import (
	"context"
	"fmt"
	"runtime/debug"

	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// Process decodes an image once and makes the wanted variants, in their order. Each
// variant has the same bytes as if it were made alone. The Huffman codes of a JPEG are
// decoded once, and its inverse DCT is computed once for each wanted scale.
//
// Rejections: those of metadata.Inspect, Truncated and Corrupt from the decoders, and
// TooManyPixels if decoding takes too much memory. Process does not panic: a decoder's
// panic becomes the cause of a Corrupt. When ctx ends, Process returns ctx's error.
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

	file, err := open(source)
	if err != nil {
		return nil, err
	}

	plans := plansFor(file.info, wants)

	decoded, err := file.decode(ctx, plans)
	if err != nil {
		return nil, err
	}

	outputs = make([]Output, len(plans))

	for i := range plans {
		outputs[i], err = decoded.variant(ctx, i, &plans[i])
		if err != nil {
			return nil, fmt.Errorf("make variant %s: %w", plans[i].want.Name, err)
		}
	}

	return outputs, nil
}

// check rejects a variant that no recipe can contain.
func check(want variant.Spec) error {
	if want.Fit != variant.Inside && want.Fit != variant.Cover {
		return fmt.Errorf("variant %s: unknown fit %q", want.Name, want.Fit)
	}

	if want.Format != variant.Auto && codecs[metadata.Format(want.Format)].encode == nil {
		return fmt.Errorf("variant %s: unknown format %q", want.Name, want.Format)
	}

	return nil
}
