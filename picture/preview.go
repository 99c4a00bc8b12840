package picture

import (
	"context"
	"fmt"
	"image"
	"runtime/debug"

	"triptych/picture/failure"
	"triptych/picture/placeholder"
	"triptych/picture/variant"
)

// Placeholder makes the placeholder that is shown while an image loads. Any variant that
// shows the whole image can be the source, and is faster than the original. Its errors
// are those of Process.
func Placeholder(ctx context.Context, source []byte) (made placeholder.Placeholder, err error) {
	defer enter()()

	defer func() {
		if panicked := recover(); panicked != nil {
			err = failure.Wrap(failure.Corrupt, fmt.Errorf("panic: %v\n%s", panicked, debug.Stack()), "")
		}
	}()

	want := variant.Spec{Width: placeholder.MaxSide, Height: placeholder.MaxSide, Fit: variant.Inside, Format: variant.PNG}

	file, err := open(source)
	if err != nil {
		return placeholder.Placeholder{}, err
	}

	plans := plansFor(file.info, []variant.Spec{want})

	decoded, err := file.decode(ctx, plans)
	if err != nil {
		return placeholder.Placeholder{}, err
	}

	switch small := decoded.finish(decoded.frames.take(0, &plans[0]), want).pixels.(type) {
	case *image.RGBA: // For opaque pixels the bytes are the same.
		return placeholder.Of(&image.NRGBA{Pix: small.Pix, Stride: small.Stride, Rect: small.Rect}), nil
	case *image.NRGBA:
		return placeholder.Of(small), nil
	case *image.Gray:
		return placeholder.Of(colored(small)), nil
	default:
		panic(fmt.Sprintf("picture: pixels into %T", small))
	}
}

// colored converts a gray image to red, green and blue.
func colored(gray *image.Gray) *image.NRGBA {
	size := gray.Rect.Size()
	pixels := image.NewNRGBA(image.Rectangle{Max: size})

	for i := range size.X * size.Y {
		shade := gray.Pix[i/size.X*gray.Stride+i%size.X]
		pixels.Pix[4*i], pixels.Pix[4*i+1], pixels.Pix[4*i+2], pixels.Pix[4*i+3] = shade, shade, shade, opaque
	}

	return pixels
}
