package picture

import (
	"bytes"
	"context"
	"image"
	"image/gif"
	"io"

	"triptych/shared/metadata"
)

// decodeGIF decodes the first frame, and none of the others, and lays it on the
// canvas. What it does not cover is transparent, as in browsers, whatever
// background the file names.
func decodeGIF(ctx context.Context, data []byte, info metadata.Info) (image.Image, error) {
	file := &cancelable{ctx: ctx, Reader: bytes.NewReader(data)}

	// Shown a ReadByte, image/gif would read past ctx.
	frame, err := gif.Decode(struct{ io.Reader }{file})
	if err != nil {
		if file.ended {
			err = io.ErrUnexpectedEOF // image/gif's own error has become a text
		}

		return nil, decodeFault(ctx, err)
	}

	return onCanvas(frame, frame.Bounds().Min, image.Pt(info.Width, info.Height)), nil
}
