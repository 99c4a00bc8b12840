// The modules whose WebAssembly is in picture/wasm. No Go code imports them: update copies
// files from them. `go mod tidy` would therefore remove them.
module triptych/wasm

go 1.26.0

require github.com/gen2brain/avif v0.4.4

require (
	github.com/ebitengine/purego v0.8.3 // indirect
	github.com/tetratelabs/wazero v1.9.0 // indirect
)
