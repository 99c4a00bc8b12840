package webp

import (
	_ "unsafe" // go:linkname

	_ "github.com/gen2brain/webp" // has libwebp as WebAssembly

	"triptych/picture/sandbox"
)

// packed is libwebp's code, as that module embeds it. Its own functions bound
// neither memory nor time, and would load the system's library where there is one.
//
//go:linkname packed github.com/gen2brain/webp.webpWasm
var packed []byte

var library = sandbox.New("libwebp", packed)
