// Package tone converts samples with transfer characteristics other than sRGB's to sRGB's
// curve. The characteristics are numbers of ITU-T H.273, table 3. They are in the nclx
// box of a HEIC or AVIF, the header of a coded image, a PNG's cICP chunk, and an ICC
// profile's cicp tag:
//
//   - PQ and HLG (16 and 18) are HDR, and are tone-mapped: see hdr.
//   - Gamma 2.2 and 2.8 (4 and 5), linear light (8), logarithms (9 and 10) and SMPTE ST 428
//     (17) are converted.
//   - The curves of cameras (1, 6, 7, 11, 12, 14 and 15) are similar to sRGB's. They are shown
//     as if they were sRGB, as all software does. Unspecified and reserved numbers are treated
//     in the same way.
//
// Primaries are not changed.
package tone

import "triptych/picture/metadata"

// The numbers that are converted.
const (
	gamma22 = 4
	gamma28 = 5
	light   = 8
	log100  = 9
	log316  = 10
	srgb    = 13
	pq      = 16
	st428   = 17
	hlg     = 18
)

// Mapper converts pixels. Several goroutines may use it at once.
type Mapper interface {
	// Pixel converts coded red, green and blue, where 1 is the maximum, to sRGB's curve.
	Pixel(coded [3]float32) (r, g, b byte)
}

// New returns the mapper for a coding, or nil if samples are shown as they are.
func New(coding metadata.Coding) Mapper {
	switch coding.Transfer {
	case pq, hlg:
		return newHDR(coding)
	case gamma22, gamma28, light, log100, log316, st428:
		return newCurve(coding.Transfer)
	default:
		return nil
	}
}

// curve converts each component separately.
type curve struct{ table []byte }

const steps = 1<<16 - 1

func newCurve(transfer uint16) *curve {
	made := &curve{table: make([]byte, steps+1)}
	for i := range made.table {
		made.table[i] = inByte(Encoded(min(Linear(float64(i)/steps, transfer), 1), srgb))
	}

	return made
}

// Pixel implements [Mapper].
func (c *curve) Pixel(coded [3]float32) (r, g, b byte) {
	at := func(part float32) byte { return c.table[int(max(0, min(part, 1))*steps+0.5)] }

	return at(coded[0]), at(coded[1]), at(coded[2])
}

func inByte(part float64) byte {
	const most = 255

	return byte(max(0, min(part*most+0.5, most)))
}
