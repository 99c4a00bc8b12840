//go:build !amd64 || purego

package resize

// accelerated is for amd64: here tests find nothing to compare.
var accelerated = false

// convolve makes the rows of a band.
func (b *band) convolve() { b.convolvePlain() }

// arrange has nothing to do: plain Go reads the weights as they are.
func arrange(*axis) {}
