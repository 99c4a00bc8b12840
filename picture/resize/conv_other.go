//go:build !amd64 || purego

package resize

// accelerated is used on amd64. Here it is false, so tests have nothing to compare.
var accelerated = false

// convolve makes the rows of a band.
func (b *band) convolve() { b.convolvePlain() }

// arrange does nothing, because plain Go reads the weights as they are.
func arrange(*axis) {}
