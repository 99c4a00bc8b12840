package format

// Coding describes the meaning of the samples of a HEIC or AVIF, by the numbers of
// ISO/IEC 23091-2 (ITU-T H.273).
type Coding struct {
	// Primaries, Transfer and Matrix are 1 for ITU-R BT.709. Primaries are 12 for Display
	// P3 and 9 for BT.2020. A Matrix of 5 or 6 is BT.601.
	Primaries, Transfer, Matrix uint16
	// FullRange reports that samples range from 0 to the largest number.
	FullRange bool
	// Peak is the light of the brightest pixel of an HDR image in cd/m², from clli,
	// otherwise the peak of the mastering display (mdcv). It is 0 if the file has
	// neither.
	Peak float64
}

// The transfer functions of HDR (ITU-R BT.2100).
const (
	transferPQ  = 16
	transferHLG = 18
)

// HDR reports whether samples are coded in PQ or HLG.
func (c Coding) HDR() bool { return c.Transfer == transferPQ || c.Transfer == transferHLG }
