package icc

import (
	"encoding/binary"
	"math"
)

// levels is the number of values of a sample of 8 bits.
const levels = 256

// curve has the light, from 0 to 1, for each of the 256 values of a device's channel.
type curve [levels]float64

// function is a curve that maps numbers from 0 to 1 to numbers from 0 to 1.
type function func(x float64) float64

// parseFunction reads a curveType (10.6) or parametricCurveType (10.18).
func parseFunction(data []byte) (function, error) {
	var read function

	switch kind(data) {
	case "curv":
		read = sampled(data)
	case "para":
		read = parametric(data)
	}

	if read == nil {
		return nil, unsupported("a curve of type " + kind(data))
	}

	return func(x float64) float64 {
		value := read(max(0, min(x, 1)))
		if math.IsNaN(value) {
			return 0
		}

		return max(0, min(value, 1))
	}, nil
}

// parseCurve reads a curve for the levels of a sample of 8 bits.
func parseCurve(data []byte) (read curve, err error) {
	value, err := parseFunction(data)
	if err != nil {
		return curve{}, err
	}

	for i := range read {
		read[i] = value(float64(i) / (levels - 1))
	}

	return read, nil
}

// curveBytes returns the length of the curve at the start of data, including its padding
// (10.12). Other curves follow.
func curveBytes(data []byte) int {
	const countAt, headerBytes, entryBytes, numberBytes = 8, 12, 2, 4

	if len(data) < headerBytes {
		return len(data)
	}

	length := uint64(headerBytes)

	if kind(data) == "curv" {
		length += entryBytes * uint64(binary.BigEndian.Uint32(data[countAt:]))
	} else if number := int(binary.BigEndian.Uint16(data[countAt:])); number < len(parameters) {
		length += numberBytes * uint64(parameters[number]) //nolint:gosec // At most 7.
	}

	length = (length + 3) &^ 3 // Rounded up to a multiple of four.

	return int(min(length, uint64(len(data)))) //nolint:gosec // Of a file.
}

// parameters is the number of parameters for each function type of a parametric curve.
var parameters = [5]int{1, 3, 4, 5, 7}

// sampled reads a table. A table with one entry is a gamma, and an empty table is the
// identity.
func sampled(data []byte) function {
	const countAt, entriesAt, entryBytes, most, one = 8, 12, 2, 65535, 256

	if len(data) < entriesAt {
		return nil
	}

	count := uint64(binary.BigEndian.Uint32(data[countAt:]))
	entries := data[entriesAt:]

	if count > uint64(len(entries)/entryBytes) {
		return nil
	}

	at := func(i int) float64 { return float64(binary.BigEndian.Uint16(entries[entryBytes*i:])) }

	switch count {
	case 0:
		return func(x float64) float64 { return x }
	case 1:
		gamma := at(0) / one

		return func(x float64) float64 { return math.Pow(x, gamma) }
	}

	last := int(count) - 1 //nolint:gosec // The file has as many.

	return func(x float64) float64 {
		place := x * float64(last)
		i := min(int(place), last-1)
		part := place - float64(i)

		return (at(i)*(1-part) + at(i+1)*part) / most
	}
}

// parametric reads one of five functions, with one to seven parameters: Y = (aX + b)^g +
// c from d on, and eX + f below.
func parametric(data []byte) function {
	const functionAt, parametersAt, numberBytes = 8, 12, 4

	if len(data) < parametersAt {
		return nil
	}

	number := int(binary.BigEndian.Uint16(data[functionAt:]))
	if number >= len(parameters) {
		return nil
	}

	count := parameters[number]
	if len(data) < parametersAt+numberBytes*count {
		return nil
	}

	var p [7]float64
	for i := range count {
		p[i] = fixed(data[parametersAt+numberBytes*i:])
	}

	g, a, b, c, d, e, f := p[0], p[1], p[2], p[3], p[4], p[5], p[6]

	switch number {
	case 0:
		return func(x float64) float64 { return math.Pow(x, g) }
	case 1: // 0 below −b/a
		c, d, e, f = 0, -b/a, 0, 0
	case 2: // c below −b/a
		c, d, e, f = p[3], -b/a, 0, p[3]
	case 3:
		c, d, e, f = 0, p[4], p[3], 0
	case 4:
		c, d, e, f = p[5], p[4], p[3], p[6]
	}

	return func(x float64) float64 {
		if x >= d {
			return math.Pow(max(0, a*x+b), g) + c
		}

		return e*x + f
	}
}
