package decoder

import (
	"triptych/picture/jpeg/t81"
	"triptych/picture/planes"
)

// Header has the properties of a file that are in the segments before its first scan.
type Header struct {
	Width, Height int // in pixels
	Model         planes.Model
	// Sampling has the factors of each component, in the order of the model.
	Sampling    []Sampling
	Progressive bool
}

// Sampling is the number of blocks that a component has across and down in every MCU: 1
// to 4 (T.81, B.2.2). A component has one sample per pixel if its factors are the largest
// of all components.
type Sampling struct{ Across, Down int }

// ReadHeader reads a file up to its first scan. It returns the same errors as Decode.
func ReadHeader(data []byte) (Header, error) {
	f := file{data: data}

	if _, err := f.toScan(0); err != nil {
		return Header{}, err
	}

	header := Header{
		Width: f.frame.Width, Height: f.frame.Height,
		Model: f.model(), Progressive: f.frame.progressive,
	}

	for _, c := range f.frame.components {
		header.Sampling = append(header.Sampling, c.Sampling)
	}

	return header, nil
}

// Memory returns an upper bound for the bytes that Decode allocates for a file with this
// header and a target of this scale. The bound holds for any number of threads. It does not
// include the rows that the sink of the target asks to keep.
func (h *Header) Memory(scale int) int64 {
	const (
		tables      = 1 << 20 // the tables of a sequential image, which has few scans
		scanTables  = 5 << 10 // the tables of one scan
		coefficient = 2
		bitmap      = 8
		place       = 4
	)

	side := int64(t81.BlockSide / max(scale, 1))
	across, _ := largest(h.Sampling)
	total := int64(tables)

	if h.Progressive {
		total += maxScans * scanTables
	}

	for _, s := range h.Sampling {
		blocks := int64(ceil(h.Width, t81.BlockSide*across)) * int64(s.Across*s.Down) // in a row of MCUs

		total += blocks * rowsAhead * (t81.BlockSize*coefficient + 1)
		total += blocks * (side*side*rowsAtFirst + place)

		if h.Progressive {
			total += blocks * bitmap
		}
	}

	return total
}

// largest returns the largest sampling factors.
func largest(sampling []Sampling) (across, down int) {
	for _, s := range sampling {
		across, down = max(across, s.Across), max(down, s.Down)
	}

	return across, down
}

func ceil(dividend, divisor int) int { return (dividend + divisor - 1) / divisor }
