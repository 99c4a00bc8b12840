package main

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"slices"
)

// mutate returns a mutant of a seed. Other is a second seed, whose pieces may be
// inserted.
func mutate(random *rand.Rand, from, other []byte) []byte {
	mutant := bytes.Clone(from)

	// A file with few changes passes more stages of a parser than one with many.
	for range 1 + random.IntN(1<<random.IntN(4)) {
		mutant = changes[random.IntN(len(changes))](random, mutant, other)
	}

	if random.IntN(4) > 0 {
		fixChecksums(mutant)
	}

	return mutant
}

type change func(random *rand.Rand, file, other []byte) []byte

var changes = []change{
	flipBit, setByte, setByte, setNumber, setNumber, setNumber, addToNumber,
	truncate, remove, repeat, insertNoise, splice, swap,
}

// place returns a random position for a change in a file of this length. One half of the
// positions is in the header, the other half in the whole file.
func place(random *rand.Rand, length int) int {
	const header = 600

	if length == 0 {
		return 0
	}

	if random.IntN(2) == 0 {
		return random.IntN(min(length, header))
	}

	return random.IntN(length)
}

// span returns a range of a file, which is short in most cases.
func span(random *rand.Rand, length int) (from, to int) {
	from = place(random, length)
	to = min(length, from+1+random.IntN(1<<random.IntN(12)))

	return from, to
}

func flipBit(random *rand.Rand, file, _ []byte) []byte {
	if len(file) > 0 {
		file[place(random, len(file))] ^= 1 << random.IntN(8)
	}

	return file
}

func setByte(random *rand.Rand, file, _ []byte) []byte {
	if len(file) > 0 {
		file[place(random, len(file))] = pick(random, 0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, byte(random.UintN(256)))
	}

	return file
}

func pick[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }

// order returns a random byte order, because formats use both.
func order(random *rand.Rand) binary.ByteOrder {
	return pick[binary.ByteOrder](random, binary.BigEndian, binary.LittleEndian)
}

// setNumber overwrites a number of 2 or 4 bytes with a value that makes arithmetic
// overflow.
func setNumber(random *rand.Rand, file, _ []byte) []byte {
	at := place(random, len(file))

	if random.IntN(2) == 0 && at+2 <= len(file) {
		order(random).PutUint16(file[at:], pick[uint16](random, 0, 1, 0x7fff, 0x8000, 0xffff, 0xfffe, 255, 256, 16384, uint16(random.UintN(1<<16))))
	} else if at+4 <= len(file) {
		order(random).PutUint32(file[at:], pick[uint32](random, 0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe,
			65535, 65536, 100_000, 10_000_000, uint32(len(file)), uint32(len(file))+1, random.Uint32()))
	}

	return file
}

// addToNumber changes an offset or a length by a small amount.
func addToNumber(random *rand.Rand, file, _ []byte) []byte {
	at, by := place(random, len(file)), random.IntN(33)-16

	if random.IntN(2) == 0 && at+2 <= len(file) {
		o := order(random)
		o.PutUint16(file[at:], o.Uint16(file[at:])+uint16(by))
	} else if at+4 <= len(file) {
		o := order(random)
		o.PutUint32(file[at:], o.Uint32(file[at:])+uint32(by))
	}

	return file
}

func truncate(random *rand.Rand, file, _ []byte) []byte {
	if random.IntN(3) > 0 || len(file) == 0 {
		return file
	}

	return file[:place(random, len(file))]
}

func remove(random *rand.Rand, file, _ []byte) []byte {
	from, to := span(random, len(file))

	return slices.Delete(file, from, to)
}

func repeat(random *rand.Rand, file, _ []byte) []byte {
	from, to := span(random, len(file))
	piece := bytes.Repeat(file[from:to], 1+random.IntN(1<<random.IntN(8)))

	const most = 1 << 20

	return slices.Insert(file, to, piece[:min(len(piece), most)]...)
}

func insertNoise(random *rand.Rand, file, _ []byte) []byte {
	noise := make([]byte, 1+random.IntN(64))
	for i := range noise {
		noise[i] = byte(random.UintN(256))
	}

	return slices.Insert(file, place(random, len(file)), noise...)
}

// splice overwrites or inserts a piece of another file.
func splice(random *rand.Rand, file, other []byte) []byte {
	from, to := span(random, len(other))
	at := place(random, len(file))

	if random.IntN(2) == 0 {
		return slices.Insert(file, at, other[from:to]...)
	}

	copy(file[at:], other[from:to])

	return file
}

// swap exchanges two neighboring pieces, such as segments or chunks.
func swap(random *rand.Rand, file, _ []byte) []byte {
	from, to := span(random, len(file))
	end := min(len(file), to+1+random.IntN(256))

	return slices.Concat(file[:from], file[to:end], file[from:to], file[end:])
}

// fixChecksums writes the checksums of a PNG's chunks again, because readers stop at a
// wrong checksum.
func fixChecksums(file []byte) {
	const signature, around = 8, 12

	if !bytes.HasPrefix(file, []byte("\x89PNG")) {
		return
	}

	for at := signature; at+around <= len(file); {
		length := int(binary.BigEndian.Uint32(file[at:]))
		if length > len(file)-at-around {
			return
		}

		body := file[at+4 : at+8+length]
		binary.BigEndian.PutUint32(file[at+8+length:], crc32.ChecksumIEEE(body))
		at += around + length
	}
}
