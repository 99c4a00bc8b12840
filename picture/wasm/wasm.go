// Package wasm contains the C library that runs in [triptych/picture/sandbox], compiled to
// WebAssembly and compressed with gzip. README.md names its sources and licenses.
package wasm

import (
	_ "embed"

	"triptych/picture/sandbox"
)

//go:embed libavif/decode.wasm.gz
var libavif []byte

// LibAVIF is libavif with libaom and libyuv: it exports decode, for AVIF.
func LibAVIF() sandbox.Code {
	return sandbox.Code{Name: "libavif", Packed: libavif, SHA256: libavifSHA256}
}
