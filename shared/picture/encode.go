package picture

import (
	"bytes"
	"fmt"
	"image/png"

	"triptych/shared/metadata"
	"triptych/shared/picture/jpeg/encoder"
	"triptych/shared/picture/planes"
	"triptych/shared/recipe"
)

// encode writes finished layers in the format that is wanted. They are used up.
func (l *layers) encode(profile []byte, want recipe.Variant, threads int) (Output, error) {
	format := metadata.PNG
	if want.Format == recipe.JPEG {
		format = metadata.JPEG

		l.flatten()
	}

	l.settle()

	// A grey picture with alpha is written as PNG in colour, as image/png does.
	if !matches(profile, l.picture.Model == planes.Grey && l.alpha == nil) {
		profile = nil
	}

	var (
		file []byte
		err  error
	)

	if format == metadata.JPEG {
		l.sample420()
		file, err = encoder.Encode(l.picture, encoder.Options{Quality: want.Quality, Profile: profile, Threads: threads})
	} else {
		var buffer bytes.Buffer

		err = png.Encode(&buffer, l.weave())
		file = embed(buffer.Bytes(), profile)
	}

	if err != nil {
		return Output{}, fmt.Errorf("encode %s: %w", format, err)
	}

	return Output{
		Data:        file,
		Width:       l.picture.Width,
		Height:      l.picture.Height,
		ContentType: format.ContentType(),
		Extension:   format.Extension(),
	}, nil
}
