package heif

import (
	_ "unsafe" // go:linkname

	_ "github.com/gen2brain/avif" // has libavif and libaom as WebAssembly
	_ "github.com/gen2brain/heic" // has libheif and libde265 as WebAssembly

	"triptych/picture/sandbox"
)

// The libraries' code, as those modules embed it. Their own functions bound neither
// memory nor time, and would load the system's libraries where there are some.
//
//go:linkname packedHEIC github.com/gen2brain/heic.heifWasm
var packedHEIC []byte

//go:linkname packedAVIF github.com/gen2brain/avif.decodeWasm
var packedAVIF []byte

// allBits keeps all bits of a sample: libheif's module has an option convert_hdr_to_8bit in heif.c, and
// always sets it to 1. The patch sets it to 0: it is the byte at 20 of
// heif_decoding_options (libheif/heif.h), whose address is in local 14.
var allBits = sandbox.Patch{
	Old: []byte{0x20, 0x0e, 0x41, 0x01, 0x3a, 0x00, 0x14}, // local.get 14, i32.const 1, i32.store8 20
	New: []byte{0x20, 0x0e, 0x41, 0x00, 0x3a, 0x00, 0x14},
}

// asCoded keeps the sampling of colors: libheif's decode_image_planar brings every picture
// to 4:4:4, and back, except one that it is told is alpha (its last argument, alphaImage).
// The patch tells it so; there is nothing else that it does differently for a picture
// without alpha of its own.
var asCoded = sandbox.Patch{
	Old: []byte{0x41, 0x1c, 0x6a, 0x22, 0x03, 0x41, 0x00, 0x10, 0xa0, 0x03}, // i32.const 28, i32.add, local.tee 3, i32.const 0, call 416
	New: []byte{0x41, 0x1c, 0x6a, 0x22, 0x03, 0x41, 0x01, 0x10, 0xa0, 0x03},
}

var (
	libheif = sandbox.New("libheif", packedHEIC, allBits, asCoded)
	libavif = sandbox.New("libavif", packedAVIF)
)
