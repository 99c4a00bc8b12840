package heif

import (
	_ "unsafe" // go:linkname

	_ "github.com/gen2brain/avif" // has libavif and libaom as WebAssembly
	_ "github.com/gen2brain/heic" // has libheif and libde265 as WebAssembly

	"triptych/shared/picture/sandbox"
)

// The libraries' code, as those modules embed it. Their own functions bound neither
// memory nor time, and would load the system's libraries where there are some.
//
//go:linkname packedHEIC github.com/gen2brain/heic.heifWasm
var packedHEIC []byte

//go:linkname packedAVIF github.com/gen2brain/avif.decodeWasm
var packedAVIF []byte

var (
	libheif = sandbox.New("libheif", packedHEIC)
	libavif = sandbox.New("libavif", packedAVIF)
)
