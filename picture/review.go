package picture

import (
	"context"

	"triptych/picture/metadata"
	"triptych/picture/png"
	"triptych/picture/webp"
)

// review returns what other people's decoders read of a sanitized file: variants show the
// first frame of an animation alone, so that nothing else would find damage in a later
// one. The sanitizer has done the same for a GIF.
func review(ctx context.Context, format metadata.Format, master []byte) ([]byte, error) {
	switch format {
	case metadata.PNG:
		return png.Review(ctx, master, webp.MaxAnimatedPixels)
	case metadata.WebP:
		return webp.Review(ctx, master)
	case metadata.JPEG, metadata.GIF, metadata.BMP, metadata.TIFF, metadata.HEIC, metadata.AVIF:
	}

	return master, nil
}
