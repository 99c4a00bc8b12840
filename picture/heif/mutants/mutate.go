package main

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// The places of a change.
const (
	boxes         = "boxes"
	parameterSets = "parameter sets"
	codedData     = "coded data"
)

// mutate returns a mutant of a seed, and the places that it changed. Other is a second
// seed, whose pieces may be inserted.
func mutate(random *rand.Rand, from, other []byte) (mutant []byte, places []string) {
	mutant = bytes.Clone(from)

	// A file with few changes passes more stages of a reader than one with many.
	for range 1 + random.IntN(1<<random.IntN(3)) {
		place, at := position(random, mutant)
		if !slices.Contains(places, place) {
			places = append(places, place)
		}

		mutant = changes[random.IntN(len(changes))](random, mutant, at, other)
	}

	slices.Sort(places)

	return mutant, places
}

// position returns a random position, whose place is equally often the boxes, the parameter
// sets in hvcC, and the coded data in mdat.
func position(random *rand.Rand, file []byte) (place string, at int) {
	data := bytes.Index(file, []byte("mdat"))
	if data < 0 {
		data = len(file)
	}

	switch config := bytes.Index(file, []byte("hvcC")); random.IntN(3) {
	case 0:
		if config >= 0 && config+4 < len(file) {
			size := int(binary.BigEndian.Uint32(file[max(0, config-4):])) & 0xffff

			return parameterSets, config + 4 + random.IntN(max(1, min(size, len(file)-config-4)))
		}
	case 1:
		if data+4 < len(file) {
			// The slice headers are at the start.
			length := len(file) - data - 4

			return codedData, data + 4 + random.IntN(min(length, 1<<(4+random.IntN(16))))
		}
	}

	return boxes, random.IntN(max(1, data))
}

// change changes a file at a position, which may be its end.
type change func(random *rand.Rand, file []byte, at int, other []byte) []byte

var changes = []change{flipBit, flipBit, setByte, setNumber, addToNumber, remove, repeat, insertNoise, splice, truncate}

func flipBit(random *rand.Rand, file []byte, at int, _ []byte) []byte {
	if at < len(file) {
		file[at] ^= 1 << random.IntN(8)
	}

	return file
}

func setByte(random *rand.Rand, file []byte, at int, _ []byte) []byte {
	if at < len(file) {
		file[at] = pick(random, 0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, byte(random.UintN(256))) //nolint:gosec // 8 bits.
	}

	return file
}

func pick[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }

// setNumber overwrites a number of 2 or 4 bytes with a value that makes arithmetic overflow.
func setNumber(random *rand.Rand, file []byte, at int, _ []byte) []byte {
	if random.IntN(2) == 0 && at+2 <= len(file) {
		binary.BigEndian.PutUint16(file[at:], pick[uint16](random, 0, 1, 0x7fff, 0x8000, 0xffff, 255, 256, uint16(random.UintN(1<<16)))) //nolint:gosec // 16 bits.
	} else if at+4 <= len(file) {
		binary.BigEndian.PutUint32(file[at:], pick(random, 0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 65536, uint32(len(file)), random.Uint32())) //nolint:gosec // A small file.
	}

	return file
}

// addToNumber changes an offset or a length by a small amount.
func addToNumber(random *rand.Rand, file []byte, at int, _ []byte) []byte {
	by := random.IntN(33) - 16

	if random.IntN(2) == 0 && at+2 <= len(file) {
		binary.BigEndian.PutUint16(file[at:], binary.BigEndian.Uint16(file[at:])+uint16(by)) //nolint:gosec // Wraps around.
	} else if at+4 <= len(file) {
		binary.BigEndian.PutUint32(file[at:], binary.BigEndian.Uint32(file[at:])+uint32(by)) //nolint:gosec // Wraps around.
	}

	return file
}

// span returns the end of a piece that begins at a position, which is short in most cases.
func span(random *rand.Rand, at, length int) int {
	return min(length, at+1+random.IntN(1<<random.IntN(10)))
}

func remove(random *rand.Rand, file []byte, at int, _ []byte) []byte {
	if at >= len(file) {
		return file
	}

	return slices.Delete(file, at, span(random, at, len(file)))
}

func repeat(random *rand.Rand, file []byte, at int, _ []byte) []byte {
	if at >= len(file) {
		return file
	}

	end := span(random, at, len(file))

	return slices.Insert(file, end, bytes.Clone(file[at:end])...)
}

func insertNoise(random *rand.Rand, file []byte, at int, _ []byte) []byte {
	noise := make([]byte, 1+random.IntN(16))
	for i := range noise {
		noise[i] = byte(random.UintN(256)) //nolint:gosec // 8 bits.
	}

	return slices.Insert(file, min(at, len(file)), noise...)
}

// splice overwrites a piece with one of another file.
func splice(random *rand.Rand, file []byte, at int, other []byte) []byte {
	from := random.IntN(len(other))
	copy(file[min(at, len(file)):], other[from:span(random, from, len(other))])

	return file
}

func truncate(random *rand.Rand, file []byte, at int, _ []byte) []byte {
	if random.IntN(3) > 0 {
		return file
	}

	return file[:min(at, len(file))]
}
