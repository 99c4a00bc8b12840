package heif

import (
	"encoding/binary"
	"image"

	"triptych/picture/planes"
	"triptych/picture/tone"
)

// rgba holds pixels of red, green, blue and alpha, each of one byte, or of two bytes with
// the lower byte first. Colors are multiplied by alpha.
type rgba struct {
	pix    []byte
	bytes  int // of a pixel
	stride int
	tone   tone.Mapper // nil if samples are shown as they are
}

const opaque = 255

// apart splits a part of the pixels into planes of 8 bits. Alpha is nil if the whole part
// is opaque.
func (p *rgba) apart(crop image.Rectangle) (*planes.Image, *planes.Plane) {
	width, height := crop.Dx(), crop.Dy()
	made := []planes.Plane{
		planes.New(width, height), planes.New(width, height), planes.New(width, height), planes.New(width, height),
	}
	seeThrough := false

	for y := range height {
		row := p.pix[(crop.Min.Y+y)*p.stride+crop.Min.X*p.bytes:]

		var out [4][]byte
		for i := range out {
			out[i] = made[i].Row(y)
		}

		for x := range width {
			pixel := p.pixel(row[x*p.bytes:])
			for i := range out {
				out[i][x] = pixel[i]
			}

			seeThrough = seeThrough || pixel[3] != opaque
		}
	}

	picture := &planes.Image{Model: planes.RGB, Width: width, Height: height, Planes: made[:3:3]}
	if !seeThrough {
		return picture, nil
	}

	return picture, &made[3]
}

func (p *rgba) pixel(from []byte) (pixel [4]byte) {
	if p.tone != nil {
		return p.toned(from)
	}

	if p.bytes == 4 {
		copy(pixel[:], from)

		return pixel
	}

	for i := range pixel {
		pixel[i] = eight(binary.LittleEndian.Uint16(from[2*i:]))
	}

	return pixel
}

// toned tone-maps a pixel. It divides colors by alpha first.
func (p *rgba) toned(from []byte) (pixel [4]byte) {
	const most16 = 65535

	var parts [4]float32

	for i := range parts {
		if p.bytes == 4 {
			parts[i] = float32(from[i]) / most
		} else {
			parts[i] = float32(binary.LittleEndian.Uint16(from[2*i:])) / most16
		}
	}

	alpha := parts[3]
	if alpha == 0 {
		return pixel
	}

	r, g, b := p.tone.Pixel([3]float32{parts[0] / alpha, parts[1] / alpha, parts[2] / alpha})
	for i, part := range []byte{r, g, b} {
		pixel[i] = clamp(int(float32(part)*alpha + 0.5))
	}

	pixel[3] = inByte(alpha)

	return pixel
}

// eight converts a sample of 16 bits to 8 bits, rounded to nearest.
func eight(sample uint16) byte {
	const most8, most16 = 255, 65535

	return byte((uint32(sample)*most8 + most16/2) / most16) //nolint:gosec // At most 255.
}
