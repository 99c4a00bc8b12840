package picture

import (
	"context"

	"triptych/picture/metadata"
	"triptych/picture/png"
	"triptych/picture/webp"
)

// review decodes a sanitized animation with a second decoder, and returns the part that
// is readable. Variants show only the first frame of an animation, so nothing else would
// find damage in a later frame. For a GIF the sanitizer has already done this.
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
