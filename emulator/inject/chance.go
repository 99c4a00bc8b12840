package inject

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// has reports whether a rule injects a fault into a call.
func (w *when) has(seed, chain, call uint64) bool {
	switch {
	case w.every > 0:
		return call >= w.from && (call-w.from)%w.every == 0
	case len(w.calls) > 0:
		return slices.Contains(w.calls, call)
	default:
		return chance(seed, chain, call, "whether") < w.rate
	}
}

// chance returns a number in [0, 1) that is always the same for the same call.
func chance(seed, chain, call uint64, purpose string) float64 {
	text := binary.BigEndian.AppendUint64(nil, seed)
	text = binary.BigEndian.AppendUint64(text, chain)
	text = binary.BigEndian.AppendUint64(text, call)
	sum := sha256.Sum256(append(text, purpose...))

	const bits = 53 // A float64 holds this many bits exactly.

	return float64(binary.BigEndian.Uint64(sum[:])>>(64-bits)) / (1 << bits)
}

// share returns a random part of the rule's span.
func (h *hit) share() time.Duration {
	return time.Duration(chance(h.seed, h.chain, h.call, "when") * float64(h.Span))
}
