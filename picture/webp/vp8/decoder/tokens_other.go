//go:build !amd64 || purego

package decoder

import "triptych/picture/webp/vp8"

// quickTokens is used on amd64. Here it is false, so tests have nothing to compare.
var quickTokens = false

// readBlocks returns false, because there is no assembly for this processor.
func (r *reader) readBlocks(
	_ *bands, _ int, _ *[2]int32, _ []vp8.Coefficients, _, _, _ []uint8, _ *uint32,
) bool {
	return false
}
