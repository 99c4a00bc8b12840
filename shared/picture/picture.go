// Package picture makes variants of a picture: decode, turn upright, resize,
// encode.
//
// # Sizes
//
// [Fit] rounds as sharp does, half up: 4000×3000 inside 150×150 is 150×113. No
// side becomes less than 1, and nothing is ever enlarged. A cover of a picture
// that is smaller than its box in a dimension is not scaled at all, but cropped
// to what box and picture share, as sharp does with withoutEnlargement: 300×50
// covering 100×100 is 100×50.
//
// # Colour
//
// Of an animation the first frame is shown, on a transparent canvas. Grey stays
// grey. Transparency is kept in PNG, flattened on white in JPEG.
// Samples of 16 bits become 8. JPEGs have 4:2:0 subsampling. CMYK becomes RGB by
// the plain formula, and its profile is dropped: colours are near, not exact.
// Any other ICC profile is carried over where its colour space is that of the
// variant's components. No other metadata is.
//
// # Memory
//
// A picture is decoded once for all its variants, and turned upright after it
// has become small. A process that makes the default variants of 50 megapixels
// peaks at 160 MiB with a JPEG and 275 MiB with an 8-bit colour PNG, the file
// included (2026-11-23, BenchmarkPeakMemory on linux/amd64).
//
// Pictures whose decoder would allocate more than 360 MiB are refused as
// faults.TooManyPixels. At 50 megapixels those are PNGs of 16-bit colour, and
// progressive or CMYK JPEGs without subsampling; from 31 on lossy WebPs with alpha;
// from 22 on animated WebPs whose first frame does not fill the canvas.
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
