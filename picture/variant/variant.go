// Package variant describes the images that are made from one: their size, how they fill
// it, their format and colors. Terms are those of CSS object-fit and of sharp.
package variant

// Fit says how an image fills the box of a variant.
type Fit string

const (
	// Inside scales the image to lie within the box. It keeps the proportions.
	Inside Fit = "inside"
	// Cover scales the image to cover the box, and crops both sides equally.
	Cover Fit = "cover"
)

// Format is the file format of a variant.
type Format string

// The formats that a variant can have.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	WebP Format = "webp"
	// Auto is two files: a JPEG, or a PNG where the image has transparency, and a WebP
	// for the clients that accept it.
	Auto Format = "auto"
)

// Lossy reports whether a format has a quality.
func (f Format) Lossy() bool { return f != PNG }

// Colorspace says what the numbers of a variant's colors mean.
type Colorspace string

const (
	// Keep leaves the colors as they are, with the profile of the source. An empty
	// Colorspace means Keep.
	Keep Colorspace = "keep"
	// SRGB converts the colors to sRGB (IEC 61966-2-1) and drops the profile.
	SRGB Colorspace = "srgb"
)

// Resample says which values the filter averages when an image is resized.
type Resample string

const (
	// Gamma averages the encoded values, as browsers and most programs do. An empty
	// Resample means Gamma.
	Gamma Resample = "gamma"
	// Linear averages amounts of light: it undoes the gamma of sRGB, and applies it again
	// after the filter.
	Linear Resample = "linear"
)

// Spec describes one image to make. An image is never enlarged.
type Spec struct {
	// Name stands in the variant's URL: lower-case letters, digits and hyphens.
	Name string `json:"name"`
	// Width and Height are the box in pixels. With Inside one of them may be 0, which
	// leaves that side unbounded.
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	Fit    Fit    `json:"fit"`
	Format Format `json:"format"`
	// Quality is that of JPEG and WebP, 1 to 100; 0 where the format has none.
	Quality int `json:"quality,omitempty"`
	// AutoQuality chooses the quality of a JPEG for each image, so that all images look
	// about equally good. Quality is 0 then.
	AutoQuality bool `json:"autoQuality,omitempty"`
	// Animated keeps the frames of an animated GIF: in WebP, and in the WebP of Auto.
	Animated bool `json:"animated,omitempty"`
	// Colorspace is empty for Keep.
	Colorspace Colorspace `json:"colorspace,omitempty"`
	// Resample is empty for Gamma.
	Resample Resample `json:"resample,omitempty"`
	// Progressive says whether a JPEG has several scans, so that it can be shown before all
	// of it has arrived.
	Progressive bool `json:"progressive,omitempty"`
}

// DefaultQuality is the quality of a JPEG or WebP where none is given.
const DefaultQuality = 80

// MasterName is the name of the sanitized original among the variants: no variant may
// have it.
const MasterName = "original"

// Master says how the master of a HEIC or AVIF is made. It does not affect other formats.
type Master string

// The values of Master.
const (
	// Converted is a JPEG, or a PNG if a pixel is transparent. It is the zero value, and is
	// "converted" in a recipe.
	Converted Master = ""
	// AsIs is the file itself without its metadata. No pixel is re-encoded.
	AsIs Master = "as-is"
)

// MaxSide is the largest width or height of a JPEG file (ITU-T T.81, B.2.2).
const MaxSide = 65_535

// Defaults returns three variants that suit most web pages.
func Defaults() []Spec {
	spec := func(name string, width, height int, fit Fit) Spec {
		return Spec{Name: name, Width: width, Height: height, Fit: fit, Format: JPEG, Quality: DefaultQuality}
	}

	return []Spec{
		spec("thumbnail", 160, 160, Cover), // Width and height are in pixels.
		spec("medium", 800, 800, Inside),
		spec("large", 1600, 1600, Inside),
	}
}

// AutoPrefix stands before the extension of the files of an [Auto] variant.
const AutoPrefix = "auto."

// AutoExtension is the file name extension of one of the files of an [Auto] variant:
// "auto.jpg".
func AutoExtension(extension string) string { return AutoPrefix + extension }
