package picture

import (
	"io"

	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// Spec describes one variant: its name, the box in pixels, how the image fills the box,
// the format, and the quality of a format that has one.
type Spec = variant.Spec

// The values of a Spec's Fit.
const (
	// Inside scales the image to lie within the box. It keeps the proportions.
	Inside = variant.Inside
	// Cover scales the image to cover the box, and crops both sides equally.
	Cover = variant.Cover
)

// The values of a Spec's Resample.
const (
	// Gamma averages the encoded values. It is the default.
	Gamma = variant.Gamma
	// Linear averages amounts of light.
	Linear = variant.Linear
)

// The names of the formats. They have no type, so that they can be compared with the
// Format of an [Info], and set as the Format of a [Spec]. A Spec accepts JPEG, PNG, WebP
// and Auto.
const (
	JPEG = "jpeg"
	PNG  = "png"
	GIF  = "gif"
	WebP = "webp"
	BMP  = "bmp"
	TIFF = "tiff"
	HEIC = "heic"
	AVIF = "avif"

	// Auto is two files: a JPEG, or a PNG where the image has transparency, and a WebP
	// for the clients that accept it.
	Auto = "auto"
)

// The values of a Spec's Colorspace.
const (
	// KeepColors leaves the colors as they are, with the profile of the source. It is the
	// default.
	KeepColors = variant.Keep
	// SRGB converts the colors to sRGB (IEC 61966-2-1) and drops the profile.
	SRGB = variant.SRGB
)

// The values of the master that [Clean] makes of a HEIC or AVIF.
const (
	// Converted is a JPEG, or a PNG if a pixel is transparent.
	Converted = variant.Converted
	// AsIs is the file itself without its metadata.
	AsIs = variant.AsIs
)

// Info has the properties that are in the header of a file: its format, the width and
// height in pixels, the orientation, the number of frames.
type Info = metadata.Info

// Report names the metadata that [Clean] removed and kept.
type Report = metadata.Report

// Inspect reads the header of a file of size bytes. It decodes no pixels. Its rejections
// are those of [metadata.Inspect].
func Inspect(file io.ReaderAt, size int64) (Info, error) { return metadata.Inspect(file, size) }
