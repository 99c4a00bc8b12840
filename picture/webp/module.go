package webp

import (
	"triptych/picture/sandbox"
	"triptych/picture/wasm"
)

var library = sandbox.New(wasm.LibWebP())
