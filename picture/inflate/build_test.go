package inflate_test

import (
	"bytes"
	"compress/flate"
	stdzlib "compress/zlib"
	"encoding/binary"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zlib"
)

// levels are the levels of compress/zlib.
var levels = []int{
	stdzlib.HuffmanOnly, stdzlib.DefaultCompression, stdzlib.NoCompression, 1, 2, 3, 4, 5, 6, 7, 8, 9,
}

// pack returns the zlib stream that compress/zlib writes.
func pack(t testing.TB, data []byte, level int) []byte {
	t.Helper()

	var packed bytes.Buffer

	writer, err := stdzlib.NewWriterLevel(&packed, level)
	if err != nil {
		t.Fatal(err)
	}

	if _, err := writer.Write(data); err != nil {
		t.Fatal(err)
	}

	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}

	return packed.Bytes()
}

// packOther returns the zlib stream that klauspost/compress writes. Its codes and blocks
// differ.
func packOther(t testing.TB, data []byte, level int) []byte {
	t.Helper()

	var packed bytes.Buffer

	writer, err := zlib.NewWriterLevel(&packed, level)
	if err != nil {
		t.Fatal(err)
	}

	if _, err := writer.Write(data); err != nil {
		t.Fatal(err)
	}

	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}

	return packed.Bytes()
}

// unpackStandard returns the output of compress/zlib.
func unpackStandard(packed []byte) ([]byte, error) {
	reader, err := stdzlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}

	return io.ReadAll(reader)
}

// stream returns a zlib stream of deflate data, with the checksum of its output.
func stream(deflated []byte) []byte {
	output, _ := io.ReadAll(flate.NewReader(bytes.NewReader(deflated)))
	packed := append([]byte{0x78, 0x9c}, deflated...)

	return binary.BigEndian.AppendUint32(packed, adler32.Checksum(output))
}

// contents returns data of different kinds: noise, runs, text, gradients of pixels, and
// data whose symbols have very different frequencies, so that codes are long.
func contents(random *rand.Rand, length int) map[string][]byte {
	noise, runs, pixels, skewed := make([]byte, length), make([]byte, 0, length), make([]byte, length), make([]byte, length)

	for i := range length {
		noise[i] = byte(random.Uint32())
		pixels[i] = byte(i/7) + byte(random.Uint32()%3)

		for skewed[i] < 200 && random.Uint32()%3 != 0 {
			skewed[i]++
		}

		skewed[i] *= 37
	}

	for len(runs) < length {
		unit := noise[:min(1+random.IntN(12), length)]
		runs = append(runs, bytes.Repeat(unit, 1+random.IntN(300))...)
		runs = append(runs, byte(random.Uint32()))
	}

	text := bytes.Repeat([]byte("Every sentence should be understood at the first reading. "), length/50+1)

	return map[string][]byte{
		"noise": noise, "runs": runs[:length], "pixels": pixels, "skewed": skewed, "text": text[:length],
	}
}

// bitWriter writes deflate data.
type bitWriter struct {
	bytes []byte
	n     uint
}

// write appends the low bits of a value, the lowest one first.
func (w *bitWriter) write(value uint64, count uint) {
	for i := range count {
		if w.n%8 == 0 {
			w.bytes = append(w.bytes, 0)
		}

		w.bytes[len(w.bytes)-1] |= byte(value>>i&1) << (w.n % 8)
		w.n++
	}
}

// code appends a code, the highest bit first.
func (w *bitWriter) code(c code) {
	for i := c.length; i > 0; i-- {
		w.write(uint64(c.bits>>(i-1)), 1)
	}
}

// code is the code of a symbol.
type code struct {
	bits   uint32
	length uint
}

// canonical returns the codes of lengths, by the steps of 3.2.2.
func canonical(lengths []byte) []code {
	var count, next [17]uint32

	for _, length := range lengths {
		if length > 0 {
			count[length]++
		}
	}

	for i := 1; i <= 16; i++ {
		next[i] = (next[i-1] + count[i-1]) << 1
	}

	codes := make([]code, len(lengths))

	for i, length := range lengths {
		if length > 0 {
			codes[i] = code{next[length], uint(length)}
			next[length]++
		}
	}

	return codes
}

// completeLengths returns the lengths of a random complete code of count of the symbols.
// No length is above most.
func completeLengths(random *rand.Rand, symbols, count, most int) []byte {
	leaves := []byte{0}

	for len(leaves) < count {
		i := random.IntN(len(leaves))
		if random.IntN(3) > 0 {
			i = len(leaves) - 1 // Deep codes.
		}

		if int(leaves[i]) < most {
			leaves[i]++
			leaves = append(leaves, leaves[i])
		}
	}

	lengths := make([]byte, symbols)
	for i, place := range random.Perm(symbols)[:count] {
		lengths[place] = leaves[i]
	}

	return lengths
}

// dynamicHeader writes the header of the last block, with all lengths of codes in four
// bits or five.
func (w *bitWriter) dynamicHeader(literals, distances []byte) {
	order := []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

	w.write(1, 1)
	w.write(2, 2)
	w.write(uint64(len(literals)-257), 5)
	w.write(uint64(len(distances)-1), 5)
	w.write(15, 4)

	lengths := make([]byte, 19)
	for i := range lengths {
		lengths[i] = 4
		if i >= 13 {
			lengths[i] = 5
		}
	}

	for _, symbol := range order {
		w.write(uint64(lengths[symbol]), 3)
	}

	codes := canonical(lengths)
	for _, length := range append(bytes.Clone(literals), distances...) {
		w.code(codes[length])
	}
}

// sampleStreams returns the zlib streams of the samples.
func sampleStreams(t testing.TB) map[string][]byte {
	t.Helper()

	names, _ := filepath.Glob("../../samples/*.png")
	streams := map[string][]byte{}

	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}

		streams[filepath.Base(name)] = imageData(file)
	}

	return streams
}

// imageData returns the contents of all IDAT chunks of a PNG file.
func imageData(file []byte) []byte {
	var data []byte

	for at := 8; at+12 <= len(file); {
		length := int(binary.BigEndian.Uint32(file[at:]))
		if string(file[at+4:at+8]) == "IDAT" {
			data = append(data, file[at+8:at+8+length]...)
		}

		at += length + 12
	}

	return data
}
