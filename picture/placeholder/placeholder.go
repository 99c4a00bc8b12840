// Package placeholder makes placeholders that a page shows while an image loads: a
// blurred preview of about 25 bytes, and one color.
//
// The preview is a ThumbHash. It has the lowest frequencies of the image, with a few bits
// for each, and the image's proportions and transparency. Pages decode it with the
// libraries of https://evanw.github.io/thumbhash/, which defines the format. The color is
// for pages that do not decode anything.
package placeholder

import "image"

// MaxSide is the recommended maximum for the sides of an image. A larger image takes
// longer and does not give a better placeholder.
const MaxSide = 100

// Placeholder is shown in place of an image.
type Placeholder struct {
	// ThumbHash has 5 to 25 bytes. In JSON it is base64. It is nil for an image without
	// pixels.
	ThumbHash []byte `json:"thumbHash"`
	// Color is the dominant color, such as "#a0b4ff".
	Color string `json:"color"`
}

// Of makes the placeholder of an upright image, whose sides should not be longer than
// MaxSide. Any thumbnail of the image is suitable if it is not cropped, because the
// proportions are part of the preview. Of takes a fraction of a millisecond.
func Of(pixels *image.NRGBA) Placeholder {
	return Placeholder{ThumbHash: thumbHash(pixels), Color: dominant(pixels)}
}
