package heif

import (
	"triptych/picture/sandbox"
	"triptych/picture/wasm"
)

var libavif = sandbox.New(wasm.LibAVIF())
