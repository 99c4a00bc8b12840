package webp

import (
	_ "unsafe" // go:linkname

	_ "github.com/gen2brain/webp" // contains libwebp as WebAssembly

	"triptych/picture/sandbox"
)

// packed is libwebp's code, as that module embeds it. The module's own functions limit
// neither memory nor time, and would load the system's library if there is one.
//
//go:linkname packed github.com/gen2brain/webp.webpWasm
var packed []byte

var library = sandbox.New("libwebp", packed)
