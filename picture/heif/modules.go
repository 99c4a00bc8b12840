package heif

import (
	"triptych/picture/sandbox"
	"triptych/picture/wasm"
)

// allBits keeps all bits of a sample. In heif.c, libheif's module always sets the option
// convert_hdr_to_8bit to 1. The patch sets it to 0. The option is the byte at 20 of
// heif_decoding_options (libheif/heif.h), whose address is in local 14.
var allBits = sandbox.Patch{
	Old: []byte{0x20, 0x0e, 0x41, 0x01, 0x3a, 0x00, 0x14}, // local.get 14, i32.const 1, i32.store8 20
	New: []byte{0x20, 0x0e, 0x41, 0x00, 0x3a, 0x00, 0x14},
}

// asCoded keeps the chroma subsampling. libheif's decode_image_planar converts every
// image to 4:4:4 and back, except an image that is marked as alpha (its last argument,
// alphaImage). The patch marks every image as alpha. For an image without alpha of its
// own, this has no other effect.
var asCoded = sandbox.Patch{
	Old: []byte{0x41, 0x1c, 0x6a, 0x22, 0x03, 0x41, 0x00, 0x10, 0xa0, 0x03}, // i32.const 28, i32.add, local.tee 3, i32.const 0, call 416
	New: []byte{0x41, 0x1c, 0x6a, 0x22, 0x03, 0x41, 0x01, 0x10, 0xa0, 0x03},
}

var (
	libheif = sandbox.New(wasm.LibHEIF(), allBits, asCoded)
	libavif = sandbox.New(wasm.LibAVIF())
)
