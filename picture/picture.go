// Package picture makes variants of an image: it decodes, turns upright, resizes and
// encodes.
//
// [Inspect] reads the header of a file, [Clean] makes a copy without its metadata, and
// [Process] makes one variant for each [Spec]. An [Error] says by its Kind and Offset
// what is wrong with an image. No other package has to be imported for this.
//
// # Sizes
//
// [Fit] rounds half up, as sharp does: 4000×3000 inside 150×150 is 150×113. No side
// becomes less than 1, and no image is enlarged. With the fit cover, an image that is
// smaller than its box in one dimension is not scaled. It is only cropped to the area
// that box and image share, as sharp does with withoutEnlargement: 300×50 covering
// 100×100 is 100×50.
//
// # Processing
//
// A variant is made in three stages: decode, steps, encode.
//
//	header ─ plan ─┐
//	file ─ decode ─┴─ frame ─ step ─ … ─ step ─ encode
//
// A plan (plan.go) says which part of an image is decoded, at which scale, and to which
// size it is resized. It is computed from the header before pixels are decoded, and never
// changes. Decoding makes one frame for each plan: the pixels of the variant, upright and
// in its size, in planes. The steps (steps.go) convert the colors of a frame to those that
// the encoder takes. Their list follows from the model of the pixels, the profile and the
// variant, for example: divide by alpha, profile to sRGB, draw on white, RGB to YCbCr.
// Variants are made in the order of the request.
//
// No stage changes planes that another stage has made. Steps run on copies of a few rows
// at a time. Colors that are multiplied by alpha, as resizing needs them, are planes of
// their own. Therefore the bytes of a variant do not depend on other variants.
//
// All decoders of JPEG, PNG, HEIC, TIFF and BMP deliver rows to a planes.Sink, which resizes
// them (streams.go), so that only a few rows of the stored image are in memory. An
// interlaced PNG delivers all rows at once. AVIFs, WebPs without alpha, and PNGs, TIFFs and
// BMPs with a variant of fewer than 24 rows are held whole in planes (held.go).
// GIFs and other WebPs are held in pixels and resized by imaging (pixels.go), which is
// also the reference in the tests.
//
// A JPEG is decoded at the smallest scale of 1/8, 1/4 and 1/2 that leaves at least one
// pixel for each pixel of the variant, as in libvips. With the fit cover, only the part
// that the crop keeps is decoded. If several variants are made at once, each has its own
// scale, and the Huffman codes are read once. The planes of a JPEG are never converted to
// pixels, unless a variant is a PNG or has other colors.
//
// An image of 4 megapixels or more uses two processors if two are available and no other
// image is processed at the time. Neither the second processor nor assembly changes a bit
// of the result.
//
// # Color
//
// Of an animation only the first frame is shown, on a transparent canvas, unless a
// variant keeps the frames of a GIF. Gray stays gray. Transparency is kept in PNG and
// WebP, and flattened on white in JPEG. Samples of 16 bits become 8 bits. JPEGs and WebPs
// have 4:2:0 subsampling.
//
// CMYK is converted to sRGB by the table of its profile. Without a profile it is
// converted by the plain formula, which is close but not exact. If a variant wants sRGB,
// RGB and gray with a profile of curves are also converted, and the profile is dropped.
// Any other ICC profile is copied if its color space fits the variant's components. No
// other metadata is copied.
//
// # Damage
//
// An image with missing pixels is rejected, with one exception. Of a progressive JPEG at
// 1/8 only the first scan is read, if all scans exist and the last one adds the lowest
// bits. Such a variant does not notice that the last scan was cut and then closed with an
// end marker.
//
// # Memory
//
// This is the peak memory, with the file, of a process that makes the default variants of
// 50 megapixels from one decode (2026-11-25, BenchmarkPeakMemoryOfFiles on linux/amd64):
//
//   - JPEG of 6 MiB: 30 MiB
//   - the same, progressive: 28 MiB
//   - the same, progressive and 4:4:4: 31 MiB
//   - CMYK of 20 MiB: 51 MiB
//   - PNG of a drawing: 64 MiB
//   - PNG of 96 MiB: 158 MiB
//   - PNG of 151 MiB with alpha: 228 MiB
//
// Images whose decoder would allocate more than 360 MiB are rejected as
// TooManyPixels. WebPs are resized while they are decoded, and do not reach the limit.
package picture

// Revision must change whenever the same source and the same variant would give other
// pixels. It is part of every version, and so of every URL.
const Revision = "7"

// Output is one finished image.
type Output struct {
	Data          []byte
	Width, Height int
	ContentType   string // such as "image/jpeg"
	Extension     string // without a dot, such as "jpg"
	// Alternatives are the same image in other formats, if the variant wants more than
	// one format.
	Alternatives []Output
}
