package heif

import (
	"context"
	"fmt"

	"triptych/shared/faults"
	"triptych/shared/metadata"
	"triptych/shared/picture/planes"
	"triptych/shared/picture/sandbox"
)

// What libheif calls colour spaces and the sampling of colours (libheif/heif.h).
const (
	spaceYCbCr = 0
	spaceRGB   = 1
	spaceGrey  = 2

	chroma420 = 1
	chroma422 = 2
)

// The numbers that the module's decode answers, in their order.
const (
	heicWidth = iota
	heicHeight
	heicSpace
	heicChroma
	heicPremultiplied
	heicNumbers
)

// DecodeHEIC decodes a HEIC of which info is known: upright, Grey, YCbCr or RGB.
// Faults: Corrupt, TooManyPixels. When ctx ends, so does DecodeHEIC, with its error.
func DecodeHEIC(ctx context.Context, data []byte, info metadata.Info, options Options) (*planes.Image, error) {
	picture, err := decodeHEIC(ctx, data, info, options)
	if err != nil && faults.CodeOf(err) == "" {
		return nil, fault(ctx, "HEIC", err, options)
	}

	return picture, err
}

func decodeHEIC(ctx context.Context, data []byte, info metadata.Info, options Options) (*planes.Image, error) {
	const headAlone, all = 1, 0

	in, err := enter(ctx, libheif, data, heicNumbers, options)
	if err != nil {
		return nil, err
	}
	defer in.Close()

	if err := in.brand(); err != nil {
		return nil, err
	}

	answers := []uint64{in.at(heicWidth), in.at(heicHeight), in.at(heicSpace), in.at(heicChroma), in.at(heicPremultiplied)}

	if err := in.decode(ctx, append(append([]uint64{headAlone}, answers...), 0)...); err != nil {
		return nil, err
	}

	width, height := info.Upright()
	if in.number(heicWidth) != uint32(width) || in.number(heicHeight) != uint32(height) { //nolint:gosec // Sides of a picture.
		return nil, faults.New(faults.Corrupt, "%d × %d pixels said, %d × %d found",
			width, height, in.number(heicWidth), in.number(heicHeight))
	}

	result := layout(in.number(heicSpace), in.number(heicChroma), int64(width), int64(height))

	out, err := in.Alloc(ctx, result.bytes())
	if err != nil {
		return nil, err //nolint:wrapcheck // It names itself.
	}

	if err := in.decode(ctx, append(append([]uint64{all}, answers...), out)...); err != nil {
		return nil, err
	}

	pixels, err := in.Bytes(out, result.bytes())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", sandbox.ErrMemory, err)
	}

	picture := result.picture(pixels, width, height)
	if result.space == spaceYCbCr || result.space == spaceGrey {
		toJFIF(picture, info.Coding)
	}

	return picture, nil
}

// brand gives the decoder's copy of the file the major brand that the module wants to
// see: mif1, of any picture that is no animation, it refuses, whatever is in it.
func (r *room) brand() error {
	const brandAt, brandBytes = 8, 4

	brand, err := r.Bytes(r.file+brandAt, brandBytes)
	copy(brand, "heic")

	return err //nolint:wrapcheck // It names itself.
}

// heicLayout is how the module lays out a decoded picture.
type heicLayout struct {
	space                      uint32
	stride, height             int64 // of Y, of grey, or of pixels of four bytes
	colourStride, colourHeight int64
	colourWidth                int64
}

// layout follows libheif: a row has room for an even number of pixels, 64 at least,
// and begins at a multiple of 16 bytes.
func layout(space, chroma uint32, width, height int64) heicLayout {
	const pixelBytes, fewest, alignment = 4, 64, 16

	stride := func(width, bytesAPixel int64) int64 {
		return (max(fewest, (width+1)&^1)*bytesAPixel + alignment - 1) &^ (alignment - 1)
	}

	switch space {
	case spaceRGB:
		return heicLayout{space: space, stride: stride(width, pixelBytes), height: height}
	case spaceGrey:
		return heicLayout{space: space, stride: stride(width, 1), height: height}
	}

	made := heicLayout{space: spaceYCbCr, stride: stride(width, 1), height: height, colourWidth: width, colourHeight: height}

	switch chroma {
	case chroma420:
		made.colourWidth, made.colourHeight = (width+1)/2, (height+1)/2 //nolint:mnd // Halves.
	case chroma422:
		made.colourWidth = (width + 1) / 2 //nolint:mnd // A half.
	}

	made.colourStride = stride(made.colourWidth, 1)

	return made
}

func (l heicLayout) bytes() int64 { return l.stride*l.height + 2*l.colourStride*l.colourHeight }

// picture copies the decoded picture.
func (l heicLayout) picture(pixels []byte, width, height int) *planes.Image {
	made := &planes.Image{Model: planes.Grey, Width: width, Height: height}

	switch l.space {
	case spaceGrey:
		made.Planes = []planes.Plane{copied(pixels, l.stride, width, height)}
	case spaceRGB:
		made.Model = planes.RGB
		made.Planes = taken(pixels, l.stride, width, height)
	default:
		made.Model = planes.YCbCr
		colourWidth, colourHeight := int(l.colourWidth), int(l.colourHeight)
		blue := pixels[l.stride*l.height:]
		red := blue[l.colourStride*l.colourHeight:]
		made.Planes = []planes.Plane{
			copied(pixels, l.stride, width, height),
			copied(blue, l.colourStride, colourWidth, colourHeight),
			copied(red, l.colourStride, colourWidth, colourHeight),
		}
	}

	return made
}

func copied(pixels []byte, stride int64, width, height int) planes.Plane {
	plane := planes.New(width, height)
	for y := range height {
		copy(plane.Row(y), pixels[int64(y)*stride:])
	}

	return plane
}

// taken takes pixels of four bytes apart.
func taken(pixels []byte, stride int64, width, height int) []planes.Plane {
	made := []planes.Plane{planes.New(width, height), planes.New(width, height), planes.New(width, height)}

	for y := range height {
		row := pixels[int64(y)*stride:]

		for i := range made {
			to := made[i].Row(y)
			for x := range to {
				to[x] = row[4*x+i]
			}
		}
	}

	return made
}
