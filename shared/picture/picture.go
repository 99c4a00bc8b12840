// Package picture makes variants of a picture: decode, turn upright, resize,
// encode.
package picture

// Revision changes whenever the same source and the same variant would give
// other pixels. It is part of every version, and so of every URL.
const Revision = "1"

// Output is one finished picture.
type Output struct {
	Data          []byte
	Width, Height int
	ContentType   string // such as "image/jpeg"
	Extension     string // without a dot, such as "jpg"
}
