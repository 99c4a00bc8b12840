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
// # How
//
// JPEGs, PNGs, and WebPs without alpha are planes all the way, and never pixels:
// decoded by jpeg/decoder or png, resized and turned upright in one step by
// resize, encoded by jpeg/encoder. A JPEG is decoded at the largest of 1/8, 1/4
// and 1/2 that leaves a pixel for each of the variant's, as libvips does, and only
// the part that a cover takes; where several variants are made at a time, at each
// one's own scale from one reading of its Huffman codes. It is resized while it is
// decoded: a few rows of its planes are held, be it sequential or progressive; and so
// is a PNG that is not interlaced, a TIFF and a BMP. GIFs and other WebPs go through imaging, which is
// also what the tests compare with.
//
// A picture of 4 megapixels or more takes two processors where there are two and no
// other picture is made at the time. Neither that nor assembly changes a bit of the
// result.
//
// # Color
//
// Of an animation the first frame is shown, on a transparent canvas, but where a
// variant keeps the frames of a GIF. Grey stays grey. Transparency is kept in PNG and
// WebP, flattened on white in JPEG. Samples of 16 bits become 8. JPEGs have 4:2:0
// subsampling, as WebPs have.
//
// CMYK becomes sRGB by its profile's table, or, without one, by the plain formula,
// which is near and not exact. Where a variant wants sRGB, so do RGB and grey whose
// profile has curves, and the profile goes. Any other ICC profile is carried over
// where its color space is that of the variant's components. No other metadata is.
//
// # Damage
//
// A picture of which pixels are missing is refused, with one exception: of a
// progressive JPEG at 1/8 only the first scan is read where all scans are there and
// the last one adds the lowest bits, so that a variant which needs no more does not
// see that this one was cut and closed.
//
// # Memory
//
// A process that makes the default variants of 50 megapixels from one decode peaks at,
// with the file, 30 MiB for a JPEG of 6 MiB, 28 MiB where that is progressive, 31 MiB
// where it is 4:4:4 too, 51 MiB for CMYK of 20 MiB, 114 MiB for a lossy WebP, 64 MiB for
// a PNG of little more than a drawing, 158 MiB for one of 96 MiB, and 228 MiB for one of
// 151 MiB with alpha (2026-11-25, BenchmarkPeakMemoryOfFiles on linux/amd64).
//
// Pictures whose decoder would allocate more than 360 MiB are refused as
// failure.TooManyPixels: from 31 megapixels on lossy WebPs with alpha; from 22 on
// animated WebPs whose first frame does not fill the canvas.
package picture

import (
	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// Revision changes whenever the same source and the same variant would give
// other pixels. It is part of every version, and so of every URL.
const Revision = "4"

// Output is one finished picture.
type Output struct {
	Data          []byte
	Width, Height int
	ContentType   string // such as "image/jpeg"
	Extension     string // without a dot, such as "jpg"
	// Alternatives are the same picture in other formats, where more than one was
	// wanted.
	Alternatives []Output
}

// Extensions are those that the files of a variant of a format can have.
func Extensions(format variant.Format) []string {
	switch format {
	case variant.Auto:
		return []string{variant.AutoExtension("jpg"), variant.AutoExtension("png"), variant.AutoExtension("webp")}
	case variant.JPEG, variant.PNG, variant.WebP:
		fallthrough
	default:
		return []string{metadata.Format(format).Extension()}
	}
}
