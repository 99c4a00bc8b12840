package icc

import (
	"sync"

	"triptych/picture/planes"
)

const (
	maxChannels = 4 // of a device: CMYK
	results     = 3 // L, a and b; X, Y and Z
)

// lut is the transform of a lut8Type, lut16Type or lutAToBType (10.10 to 10.12). It
// converts a device's channels by curves and a grid, and then by curves, a matrix and
// curves to the connection space. All numbers are from 0 to 1. Each part except connect
// may be missing.
type lut struct {
	channels int
	levels   [maxChannels]curve // after the first curves, for each level of a sample

	grid    grid
	middle  []function
	matrix  []float64 // three rows, then the value that is added to each
	last    []function
	connect connection

	tones func() *[results][levels]byte // the result for each level of gray
}

// lutOf reads the transform of a tag, or returns nil if the profile has no such tag. The
// tag of the perceptual intent is A2B0, as in LittleCMS (8.5).
func lutOf(read profile, tag string) (*lut, error) {
	const perceptual = "A2B0"

	data := read.tags[tag]
	if data == nil {
		return nil, nil //nolint:nilnil // There is no table.
	}

	channels, ok := map[Space]int{RGB: 3, Gray: 1, CMYK: maxChannels}[read.space]
	if !ok {
		return nil, unsupported("a table for " + string(read.space))
	}

	var (
		made *lut
		err  error
	)

	wide := false

	switch kind(data) {
	case "mft1":
		made, err = parseMFT(data, channels, false)
	case "mft2":
		wide = true
		made, err = parseMFT(data, channels, true)
	case "mAB ":
		made, err = parseMAB(data, channels)
	default:
		err = unsupported("a table of type " + kind(data))
	}

	if err != nil {
		return nil, err
	}

	if made.connect, err = newConnection(read.pcs, wide); err != nil {
		return nil, err
	}

	made.connect.black = made.blackPoint(read, tag == perceptual)
	made.tones = sync.OnceValue(made.ofGray)

	return made, nil
}

// blackPoint returns the color that is shown as black, as in LittleCMS for the perceptual
// intent. In version 4 it is the black of the reference medium (6.3.3). In older versions
// it is the darkest color, unless that is brighter than an L* of 50. If a matrix also
// describes the device, it is the darkest color in all versions, by the colorimetric
// table if there is one.
func (l *lut) blackPoint(read profile, perceptual bool) [results]float64 {
	const version4, brightest = 4, 50

	if perceptual && read.version >= version4 && !read.shaped() {
		return [results]float64{0.00336, 0.0034731, 0.00287}
	}

	if perceptual && read.version >= version4 {
		if colorimetric, _ := lutOf(read, "A2B1"); colorimetric != nil {
			return colorimetric.connect.black
		}
	}

	darkest := [maxChannels]byte{}
	if read.space == CMYK {
		darkest = [maxChannels]byte{255, 255, 255, 255}
	}

	found := l.connect.xyz(l.look(darkest))
	if found[1] > cube((brightest+16)/116.0) {
		return [results]float64{}
	}

	return found
}

// look returns the table's result for a pixel.
func (l *lut) look(pixel [maxChannels]byte) [results]float64 {
	var at [maxChannels]float64
	for i := range l.channels {
		at[i] = l.levels[i][pixel[i]]
	}

	found := [results]float64(at[:results])
	if l.grid.nodes != nil {
		found = l.grid.look(at)
	}

	found = apply(l.middle, found)

	if l.matrix != nil {
		from := found

		for i := range found {
			row := l.matrix[results*i:]
			sum := row[0]*from[0] + row[1]*from[1] + row[2]*from[2] + l.matrix[results*results+i]
			found[i] = max(0, min(sum, 1))
		}
	}

	return apply(l.last, found)
}

func apply(curves []function, to [results]float64) [results]float64 {
	for i, curve := range curves {
		to[i] = curve(to[i])
	}

	return to
}

// apply converts CMYK or RGB to sRGB.
func (l *lut) apply(picture *planes.Image) {
	var (
		last  [maxChannels]byte
		shown = l.shown(last)
		rows  [maxChannels][]byte
	)

	for y := range picture.Height {
		for i := range l.channels {
			rows[i] = picture.Planes[i].Row(y)
		}

		for x := range rows[0] {
			pixel := [maxChannels]byte{rows[0][x], rows[1][x], rows[2][x]}
			if l.channels == maxChannels {
				pixel[maxChannels-1] = rows[maxChannels-1][x]
			}

			// Neighboring pixels are often equal.
			if pixel != last {
				last, shown = pixel, l.shown(pixel)
			}

			rows[0][x], rows[1][x], rows[2][x] = shown[0], shown[1], shown[2]
		}
	}

	picture.Planes = picture.Planes[:results:results]
	picture.Model = planes.RGB
}

// ofGray returns the result for each level of gray.
func (l *lut) ofGray() *[results][levels]byte {
	var tones [results][levels]byte

	for level := range levels {
		for i, part := range l.shown([maxChannels]byte{byte(level)}) {
			tones[i][level] = part
		}
	}

	return &tones
}

// tints reports whether gray becomes RGB.
func (l *lut) tints() bool {
	tones := l.tones()

	return tones[0] != tones[1] || tones[0] != tones[2]
}

// applyGray converts gray, to RGB if the profile tints it.
func (l *lut) applyGray(picture *planes.Image) {
	tones := l.tones()
	gray := picture.Planes[0]

	if l.tints() {
		picture.Model = planes.RGB
		picture.Planes = []planes.Plane{
			planes.New(gray.Width, gray.Height), planes.New(gray.Width, gray.Height), planes.New(gray.Width, gray.Height),
		}
	}

	for i := range picture.Planes {
		for y := range picture.Height {
			row := picture.Planes[i].Row(y)
			for x, sample := range gray.Row(y) {
				row[x] = tones[i][sample]
			}
		}
	}
}

// shown returns a pixel in sRGB.
func (l *lut) shown(pixel [maxChannels]byte) (rgb [results]byte) {
	xyz := l.connect.scaled(l.connect.xyz(l.look(pixel)))

	for i, row := range fromXYZ {
		rgb[i] = encodeLight(row[0]*xyz[0] + row[1]*xyz[1] + row[2]*xyz[2])
	}

	return rgb
}
