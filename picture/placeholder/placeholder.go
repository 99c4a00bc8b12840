// Package placeholder makes what a page shows while a picture is on its way: a
// blurred preview in some 25 bytes, and one color.
//
// The preview is a ThumbHash: the lowest frequencies of the picture, a few bits
// each, with its proportions and its transparency. Pages decode it with the
// libraries of https://evanw.github.io/thumbhash/, whose format this is. The
// color is for pages that want to decode nothing.
package placeholder

import "image"

// MaxSide is how large the sides of a picture should be at most: more makes no
// better a placeholder, and takes longer.
const MaxSide = 100

// Placeholder stands for a picture.
type Placeholder struct {
	// ThumbHash is 5 to 25 bytes; base64 in JSON. Nil for a picture of no pixels.
	ThumbHash []byte `json:"thumbHash"`
	// Color is the dominant one, such as "#a0b4ff".
	Color string `json:"color"`
}

// Of makes the placeholder of an upright picture, whose sides should be no longer
// than MaxSide. Any thumbnail of the picture will do, if it is not cropped: the
// proportions are part of the preview. It takes a fraction of a millisecond.
func Of(pixels *image.NRGBA) Placeholder {
	return Placeholder{ThumbHash: thumbHash(pixels), Color: dominant(pixels)}
}
