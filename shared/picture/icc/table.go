package icc

import (
	"encoding/binary"

	"triptych/shared/picture/planes"
)

const (
	inks    = 4
	results = 3 // L, a and b; X, Y and Z
)

// table is the transform of a lut8Type or lut16Type (10.11 and 10.10): a curve an
// ink, a grid in four dimensions, and a curve a result. All numbers are from 0 to 1.
type table struct {
	inputs  [inks][levels]float32 // a place on the grid, in steps of it
	grid    int                   // points a side
	nodes   []float32             // of the grid, the last ink's next to each other
	outputs [results][]float32
	connect connection
}

// newTable prefers the colorimetric transform, which is what most programs show,
// before the perceptual one; every profile for printing has both (8.4).
func newTable(read profile) (*table, error) {
	data := read.tags["A2B1"]
	if data == nil {
		data = read.tags["A2B0"]
	}

	made, wide, err := parseTable(data)
	if err != nil {
		return nil, err
	}

	made.connect, err = newConnection(read.pcs, wide)
	if err != nil {
		return nil, err
	}

	// The darkest that is printed is to be black: some 300% of ink, for paper takes no
	// more, whatever the table says of that.
	made.connect.black = made.luminance([inks]byte{191, 173, 171, 230})

	return made, nil
}

// parseTable says as well whether its numbers have 16 bits.
func parseTable(data []byte) (made *table, wide bool, err error) {
	const (
		inputsAt, outputsAt, gridAt = 8, 9, 10
		narrowAt, countsAt, wideAt  = 48, 48, 52
		mostPoints                  = 4096 // a curve (10.10)
	)

	if len(data) < wideAt || int(data[inputsAt]) != inks || int(data[outputsAt]) != results {
		return nil, false, unsupported("CMYK without a table from four to three")
	}

	made = &table{grid: int(data[gridAt])}
	in, out, rest := levels, levels, data[narrowAt:]

	switch kind(data) {
	case "mft1":
	case "mft2":
		wide, rest = true, data[wideAt:]
		in, out = int(binary.BigEndian.Uint16(data[countsAt:])), int(binary.BigEndian.Uint16(data[countsAt+2:]))
	default:
		return nil, false, unsupported("CMYK with a table of type " + kind(data))
	}

	if made.grid < 2 || min(in, out) < 2 || max(in, out) > mostPoints {
		return nil, false, unsupported("CMYK with a broken table")
	}

	// At most 3 × 255⁴: no overflow.
	nodes := results * made.grid * made.grid * made.grid * made.grid

	read := numbers{data: rest, wide: wide}
	if read.left() < inks*in+nodes+results*out {
		return nil, false, unsupported("CMYK with too short a table")
	}

	for ink := range made.inputs {
		points := read.next(in)
		for level := range made.inputs[ink] {
			made.inputs[ink][level] = between(points, float32(level)/(levels-1)) * float32(made.grid-1)
		}
	}

	made.nodes = read.next(nodes)

	for i := range made.outputs {
		made.outputs[i] = read.next(out)
	}

	return made, wide, nil
}

// numbers are of 8 or 16 bits.
type numbers struct {
	data []byte
	wide bool
}

func (n *numbers) each() int {
	if n.wide {
		return 2
	}

	return 1
}

func (n *numbers) left() int { return len(n.data) / n.each() }

// next reads some that are left, from 0 to 1.
func (n *numbers) next(count int) []float32 {
	read := make([]float32, count)
	for i := range read {
		if n.wide {
			read[i] = float32(binary.BigEndian.Uint16(n.data[2*i:])) / 65535
		} else {
			read[i] = float32(n.data[i]) / 255
		}
	}

	n.data = n.data[count*n.each():]

	return read
}

// between reads a curve of points at a place from 0 to 1.
func between(points []float32, place float32) float32 {
	place = max(0, min(place, 1)) * float32(len(points)-1)
	i := min(int(place), len(points)-2)
	part := place - float32(i)

	return points[i]*(1-part) + points[i+1]*part
}

// look reads the table for a pixel, linear in each of the four dimensions.
func (t *table) look(pixel [inks]byte) [results]float32 {
	var (
		steps = [inks]int{results * t.grid * t.grid * t.grid, results * t.grid * t.grid, results * t.grid, results}
		at    int
		parts [inks]float32
	)

	for ink, level := range pixel {
		place := t.inputs[ink][level]
		i := min(int(place), t.grid-2)
		parts[ink] = place - float32(i)
		at += i * steps[ink]
	}

	var found [results]float32

	for corner := range 1 << inks {
		weight, node := float32(1), at

		for ink, part := range parts {
			if corner>>ink&1 == 0 {
				weight *= 1 - part
			} else {
				weight *= part
				node += steps[ink]
			}
		}

		if weight == 0 {
			continue
		}

		for i := range found {
			found[i] += weight * t.nodes[node+i]
		}
	}

	for i := range found {
		found[i] = between(t.outputs[i], found[i])
	}

	return found
}

// luminance is that of a pixel, where white is 1.
func (t *table) luminance(pixel [inks]byte) float64 { return t.connect.xyz(t.look(pixel))[1] }

func (t *table) apply(picture *planes.Image) {
	var (
		last  [inks]byte
		shown = t.shown(last)
	)

	for y := range picture.Height {
		c, m, ye, k := picture.Planes[0].Row(y), picture.Planes[1].Row(y), picture.Planes[2].Row(y), picture.Planes[3].Row(y)

		for x := range c {
			// Neighbours are often the same.
			if pixel := [inks]byte{c[x], m[x], ye[x], k[x]}; pixel != last {
				last, shown = pixel, t.shown(pixel)
			}

			c[x], m[x], ye[x] = shown[0], shown[1], shown[2]
		}
	}

	picture.Planes = picture.Planes[:results:results]
	picture.Model = planes.RGB
}

// shown is a pixel in sRGB.
func (t *table) shown(pixel [inks]byte) (rgb [results]byte) {
	xyz := t.connect.scaled(t.connect.xyz(t.look(pixel)))

	for i, row := range fromXYZ {
		rgb[i] = encodeLight(row[0]*xyz[0] + row[1]*xyz[1] + row[2]*xyz[2])
	}

	return rgb
}
