//go:build !amd64

package resize

// accelerated is for amd64: here tests find nothing to compare.
var accelerated = false

func column(row []int16, window []byte, stride int, weights []int16) {
	columnPlain(row, window, stride, weights)
}

func across(dst []byte, row []int16, a *axis) { acrossPlain(dst, row, a) }

// arrange has nothing to do: plain Go reads the weights as they are.
func arrange(*axis) {}
