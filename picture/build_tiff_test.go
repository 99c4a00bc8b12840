package picture_test

import (
	"bytes"
	"encoding/binary"
	"image"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

func encodeTIFF(t failer, drawn image.Image, packing tiff.CompressionType) []byte {
	t.Helper()

	var file bytes.Buffer
	if err := tiff.Encode(&file, drawn, &tiff.Options{Compression: packing, Predictor: packing != tiff.Uncompressed}); err != nil {
		t.Fatal(err)
	}

	return file.Bytes()
}

func encodeBMP(t failer, drawn image.Image) []byte {
	t.Helper()

	var file bytes.Buffer
	if err := bmp.Encode(&file, drawn); err != nil {
		t.Fatal(err)
	}

	return file.Bytes()
}

// withEntry adds an entry of a SHORT to the directory of a TIFF, or replaces an existing
// entry of this tag. The directory moves to the end of the file.
func withEntry(file []byte, tag, value uint16) []byte {
	const entryBytes = 12

	order := binary.LittleEndian
	at := order.Uint32(file[4:])
	count := int(order.Uint16(file[at:]))
	old := file[at+2:][:count*entryBytes]
	added := order.AppendUint16(nil, tag)
	added = order.AppendUint16(added, 3)
	added = order.AppendUint32(added, 1)
	added = order.AppendUint32(added, uint32(value))

	var entries []byte

	for ; len(old) > 0; old = old[entryBytes:] {
		if here := order.Uint16(old); here >= tag && added != nil {
			entries = append(entries, added...)
			added = nil

			if here == tag {
				continue
			}
		}

		entries = append(entries, old[:entryBytes]...)
	}

	entries = append(entries, added...)
	made := append(bytes.Clone(file), make([]byte, len(file)%2)...)
	order.PutUint32(made[4:], uint32(len(made)))
	made = order.AppendUint16(made, uint16(len(entries)/entryBytes))

	return append(append(made, entries...), 0, 0, 0, 0)
}
