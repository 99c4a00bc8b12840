package picture

import (
	"context"

	"triptych/picture/metadata"
	"triptych/picture/png"
	"triptych/picture/variant"
	"triptych/picture/webp"
)

// codec has the functions that decode and encode the pixels of a format. The format's
// other properties are in [metadata.Entry].
type codec struct {
	// decode decodes the parts of an image that plans need.
	decode func(o original, ctx context.Context, plans []plan) (*decoded, error)
	// encode writes an image. It is nil for a format that variants cannot have.
	encode func(*writer, context.Context) (Output, error)
	// review decodes the frames of a sanitized animation, and returns the part that is
	// readable. It is nil for a format without animations, and for GIF, whose frames are
	// decoded by the sanitizer.
	review func(ctx context.Context, master []byte) ([]byte, error)
}

// codecs has a codec for each format.
var codecs = map[metadata.Format]codec{
	metadata.JPEG: {decode: original.decodeJPEG, encode: (*writer).jpeg},
	metadata.PNG:  {decode: original.decodePNG, encode: (*writer).png, review: reviewPNG},
	metadata.WebP: {decode: original.decodeWebP, encode: (*writer).webp, review: webp.Review},
	metadata.GIF:  {decode: original.decodeWholeGIF},
	metadata.BMP:  {decode: original.decodeBitmap},
	metadata.TIFF: {decode: original.decodeBitmap},
	metadata.HEIC: {decode: original.decodeHEIC},
	metadata.AVIF: {decode: original.decodeAVIF},
}

func reviewPNG(ctx context.Context, master []byte) ([]byte, error) {
	return png.Review(ctx, master, webp.MaxAnimatedPixels)
}

// MasterExtensions returns the file extensions that the master of an image of a format
// can have.
func MasterExtensions(format metadata.Format, wanted variant.Master) []string {
	entry := metadata.EntryOf(format)

	switch {
	case entry.Sanitize != nil || entry.Inspect == nil || entry.AsIs != nil && wanted == variant.AsIs:
		return []string{entry.Extension}
	case entry.Lossless:
		return []string{extension(metadata.PNG)}
	default: // A JPEG, or a PNG if any pixel is transparent.
		return []string{extension(metadata.JPEG), extension(metadata.PNG)}
	}
}

// Extensions returns the file extensions that a variant of a format can have.
func Extensions(format variant.Format) []string {
	if format != variant.Auto {
		return []string{extension(metadata.Format(format))}
	}

	return []string{
		variant.AutoExtension(extension(metadata.JPEG)),
		variant.AutoExtension(extension(metadata.PNG)),
		variant.AutoExtension(extension(metadata.WebP)),
	}
}

func extension(format metadata.Format) string { return metadata.EntryOf(format).Extension }

// outputOf returns a file of a format as an output.
func outputOf(file []byte, format metadata.Format, width, height int) Output {
	entry := metadata.EntryOf(format)

	return Output{Data: file, Width: width, Height: height, ContentType: entry.ContentType, Extension: entry.Extension}
}
