package icc

import "encoding/binary"

// parseMFT reads a lut8Type or, if wide is set, a lut16Type (10.11 and 10.10): curves, a
// grid with the same number of points in each dimension, and curves.
func parseMFT(data []byte, channels int, wide bool) (*lut, error) { //nolint:cyclop // Field after field, as in the standard.
	const (
		inputsAt, outputsAt, gridAt, matrixAt = 8, 9, 10, 12
		narrowAt, countsAt, wideAt            = 48, 48, 52
		mostPoints                            = 4096 // of a curve (10.10)
	)

	if len(data) < wideAt || int(data[inputsAt]) != channels || int(data[outputsAt]) != results {
		return nil, unsupported("a table whose channels differ from the profile's")
	}

	in, out, rest := levels, levels, data[narrowAt:]
	if wide {
		rest = data[wideAt:]
		in, out = int(binary.BigEndian.Uint16(data[countsAt:])), int(binary.BigEndian.Uint16(data[countsAt+2:]))
	}

	// The matrix is used only if the device is XYZ. Otherwise it is the identity.
	const one = 1 << 16

	for i := range results * results {
		want := uint32(0)
		if i%(results+1) == 0 {
			want = one
		}

		if channels == results && binary.BigEndian.Uint32(data[matrixAt+fieldBytes*i:]) != want {
			return nil, unsupported("a table after a matrix")
		}
	}

	read := numbers{data: rest, wide: wide}

	if min(in, out) < 2 || max(in, out) > mostPoints || read.left() < channels*in {
		return nil, unsupported("a table with damaged curves")
	}

	made := &lut{channels: channels}

	for i := range channels {
		curve := read.curve(in)
		for level := range made.levels[i] {
			made.levels[i][level] = curve(float64(level) / (levels - 1))
		}
	}

	points := make([]int, channels)
	for i := range points {
		points[i] = int(data[gridAt])
	}

	var err error
	if made.grid, read, err = newGrid(points, read); err != nil {
		return nil, err
	}

	if read.left() < results*out {
		return nil, unsupported("a table with damaged curves")
	}

	for range results {
		made.last = append(made.last, read.curve(out))
	}

	return made, nil
}

// parseMAB reads a lutAToBType (10.12): A curves, a grid, M curves, a matrix and B
// curves. Only the B curves are required.
func parseMAB(data []byte, channels int) (*lut, error) { //nolint:cyclop // Field after field, as in the standard.
	const inputsAt, outputsAt, lastAt, matrixAt, middleAt, gridAt, firstAt, headerBytes = 8, 9, 12, 16, 20, 24, 28, 32

	if len(data) < headerBytes || int(data[inputsAt]) != channels || int(data[outputsAt]) != results {
		return nil, unsupported("a table whose channels differ from the profile's")
	}

	// part returns the data at the offset in a field. It returns nil if the offset is 0
	// or after the end.
	part := func(at int) (found []byte, there bool) {
		offset := binary.BigEndian.Uint32(data[at:])
		if offset == 0 || uint64(offset) > uint64(len(data)) {
			return nil, offset != 0
		}

		return data[offset:], true
	}

	made := &lut{channels: channels}

	var err error

	if made.last, err = curvesOf(part(lastAt))(results); err != nil || made.last == nil {
		return nil, unsupported("a table without its last curves")
	}

	if made.middle, err = curvesOf(part(middleAt))(results); err != nil {
		return nil, err
	}

	first, err := curvesOf(part(firstAt))(channels)
	if err != nil {
		return nil, err
	}

	for i := range channels {
		for level := range made.levels[i] {
			made.levels[i][level] = float64(level) / (levels - 1)
			if first != nil {
				made.levels[i][level] = first[i](made.levels[i][level])
			}
		}
	}

	if data, there := part(matrixAt); there {
		if made.matrix = matrixOf(data); made.matrix == nil {
			return nil, unsupported("a table with a damaged matrix")
		}
	}

	if data, there := part(gridAt); there {
		made.grid, err = gridOf(data, channels)
	} else if channels != results {
		err = unsupported("a table without a grid")
	}

	return made, err
}

// curvesOf returns a function that reads the next curves of data. The function returns nil if
// the table has no curves.
func curvesOf(data []byte, there bool) func(count int) ([]function, error) {
	return func(count int) ([]function, error) {
		if !there {
			return nil, nil
		}

		curves := make([]function, count)

		for i := range curves {
			var err error
			if curves[i], err = parseFunction(data); err != nil {
				return nil, err
			}

			data = data[curveBytes(data):]
		}

		return curves, nil
	}
}

// matrixOf reads three rows of three numbers, and three numbers to add. It returns nil if
// data is too short.
func matrixOf(data []byte) []float64 {
	matrix := make([]float64, results*results+results)
	if len(data) < fieldBytes*len(matrix) {
		return nil
	}

	for i := range matrix {
		matrix[i] = fixed(data[fieldBytes*i:])
	}

	return matrix
}

// gridOf reads the grid of a lutAToBType (10.12.3): the number of points in each
// dimension, the number of bytes of its numbers, and the numbers.
func gridOf(data []byte, channels int) (grid, error) {
	const precisionAt, numbersAt = 16, 20

	if len(data) < numbersAt || data[precisionAt] != 1 && data[precisionAt] != 2 {
		return grid{}, unsupported("a table with a damaged grid")
	}

	points := make([]int, channels)
	for i := range points {
		points[i] = int(data[i])
	}

	made, _, err := newGrid(points, numbers{data: data[numbersAt:], wide: data[precisionAt] != 1})

	return made, err
}

// numbers reads numbers of 8 or 16 bits.
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

// next reads the next count numbers, scaled to 0 to 1.
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

// curve reads the next curve of count points.
func (n *numbers) curve(count int) function {
	points := n.next(count)

	return func(x float64) float64 {
		x = max(0, min(x, 1)) * float64(len(points)-1)
		i := min(int(x), len(points)-2) // The last point has no next point.
		part := x - float64(i)

		return float64(points[i])*(1-part) + float64(points[i+1])*part
	}
}
