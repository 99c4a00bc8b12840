package picture

import (
	"context"
	"image"

	"triptych/picture/gif"
	"triptych/picture/metadata"
)

// decodeGIF decodes only the first frame and draws it on the canvas. Pixels outside the
// frame are transparent, as in browsers, whatever background the file names.
func decodeGIF(ctx context.Context, data []byte, info metadata.Info) (image.Image, error) {
	file, err := gif.NewDecoder(data)
	if err != nil {
		return nil, err
	}

	frame, err := file.Next(ctx)
	if err != nil {
		return nil, err
	}

	if _, ok := frame.Pixels.(*image.NRGBA); ok { // The decoder's own pixels, and the canvas.
		const layers = 2
		if err := affordable(info, info.Samples*(1+layers*canvasBytes)); err != nil {
			return nil, err
		}
	}

	return onCanvas(frame.Pixels, frame.Pixels.Bounds().Min, file.Canvas), nil
}
