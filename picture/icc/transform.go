package icc

import (
	"cmp"
	"math"

	"triptych/picture/planes"
)

// Transform converts samples from a profile's space to sRGB (IEC 61966-2-1).
type Transform struct {
	shaper *shaper // RGB
	tone   *[levels]byte
	lut    *lut
}

// ToSRGB reads the transform of a profile. A table of the perceptual intent has priority
// over a matrix and curves, as in LittleCMS. A table that cannot be read is ignored. A
// table of another intent does not have priority over a matrix and curves. Errors are
// ErrUnsupported.
func ToSRGB(data []byte) (*Transform, error) {
	read, err := parse(data)
	if err != nil {
		return nil, err
	}

	made, broken := lutOf(read, "A2B0")
	if made != nil {
		return &Transform{lut: made}, nil
	}

	switch read.space {
	case RGB:
		var made *shaper
		if made, err = newShaper(read); err == nil {
			return &Transform{shaper: made}, nil
		}
	case Gray:
		var tone *[levels]byte
		if tone, err = newTone(read); err == nil {
			return &Transform{tone: tone}, nil
		}
	case CMYK:
		err = unsupported("CMYK without a table")
	default:
		return nil, unsupported("a profile for " + string(read.space))
	}

	// Use the colorimetric table if nothing else describes the colors.
	if made, _ := lutOf(read, "A2B1"); made != nil {
		return &Transform{lut: made}, nil
	}

	return nil, cmp.Or(broken, err)
}

// Apply converts an image in place. All planes must have the image's full size. RGB keeps
// its model, and so does Gray unless the profile tints it. CMYK becomes RGB. Apply panics
// if the image's space is not that of the profile, which is a programming error.
func (t *Transform) Apply(picture *planes.Image) { //nolint:cyclop // A flat table of spaces.
	switch {
	case t.shaper != nil && picture.Model == planes.RGB:
		t.shaper.apply(picture)
	case t.tone != nil && picture.Model == planes.Gray:
		for y := range picture.Height {
			row := picture.Planes[0].Row(y)
			for x, sample := range row {
				row[x] = t.tone[sample]
			}
		}
	case t.lut != nil && t.lut.channels == 1 && picture.Model == planes.Gray:
		t.lut.applyGray(picture)
	case t.lut != nil && t.lut.channels == results && picture.Model == planes.RGB,
		t.lut != nil && t.lut.channels == maxChannels && picture.Model == planes.CMYK:
		t.lut.apply(picture)
	default:
		panic("icc: an image of another space")
	}
}

// Model returns the model of an image after [Transform.Apply].
func (t *Transform) Model(of planes.Model) planes.Model {
	if of == planes.Gray && (t.lut == nil || !t.lut.tints()) {
		return planes.Gray
	}

	return planes.RGB
}

// matrix is a matrix of three rows.
type matrix [3][3]float64

func (m matrix) times(n matrix) matrix {
	var product matrix

	for i := range product {
		for j := range product[i] {
			for k := range n {
				product[i][j] += m[i][k] * n[k][j]
			}
		}
	}

	return product
}

// fromXYZ converts XYZ, relative to the white of D50, to sRGB's linear light. It is the
// inverse of sRGB's primaries (IEC 61966-2-1), adapted from D65 by Bradford's matrix
// (annex E).
var fromXYZ = matrix{
	{3.1341359, -1.6173863, -0.4906619},
	{-0.9787955, 1.9162543, 0.0334428},
	{0.0719552, -0.2289769, 1.4053861},
}

// encodedLevels is the number of levels of light before encoding. Where sRGB's curve is
// steepest, one of these levels is 12.92 × 255 ÷ 16,384, a fifth of a level of the
// result.
const encodedLevels = 1 << 14

// encoded has sRGB's values for light from 0 to 1.
var encoded = func() (table [encodedLevels + 1]byte) {
	for i := range table {
		table[i] = byte(math.Round(255 * encode(float64(i)/encodedLevels)))
	}

	return table
}()

func encode(light float64) float64 {
	if light <= 0.0031308 { // IEC 61966-2-1, as the numbers that follow.
		return 12.92 * light
	}

	return 1.055*math.Pow(light, 1/2.4) - 0.055
}

func encodeLight(light float64) byte {
	return encoded[int(max(0, min(light, 1))*encodedLevels+0.5)]
}

// shaper is the three-component matrix-based model (F.3).
type shaper struct {
	// parts is the contribution of each level of each component to red, green and blue,
	// in sRGB's light.
	parts [3][levels][3]float32
}

func newShaper(read profile) (*shaper, error) {
	var (
		made   shaper
		curves [3]curve
	)

	if read.pcs != "XYZ " {
		return nil, unsupported("RGB with the connection space " + read.pcs)
	}

	var toXYZ matrix

	for i, color := range []string{"r", "g", "b"} {
		const valuesAt, numberBytes = 8, 4

		column := read.tags[color+"XYZ"]
		if kind(column) != "XYZ " || len(column) < valuesAt+3*numberBytes {
			return nil, unsupported("RGB without a matrix")
		}

		for row := range toXYZ {
			toXYZ[row][i] = fixed(column[valuesAt+numberBytes*row:])
		}

		read, err := parseCurve(read.tags[color+"TRC"])
		if err != nil {
			return nil, err
		}

		curves[i] = read
	}

	toLight := fromXYZ.times(toXYZ)

	for i := range made.parts {
		for level := range made.parts[i] {
			for row := range toLight {
				made.parts[i][level][row] = float32(toLight[row][i] * curves[i][level] * encodedLevels)
			}
		}
	}

	return &made, nil
}

func (s *shaper) apply(picture *planes.Image) {
	for y := range picture.Height {
		reds, greens, blues := picture.Planes[0].Row(y), picture.Planes[1].Row(y), picture.Planes[2].Row(y)

		for x := range reds {
			r, g, b := &s.parts[0][reds[x]], &s.parts[1][greens[x]], &s.parts[2][blues[x]]
			reds[x] = encoded[whole(r[0]+g[0]+b[0])]
			greens[x] = encoded[whole(r[1]+g[1]+b[1])]
			blues[x] = encoded[whole(r[2]+g[2]+b[2])]
		}
	}
}

func whole(light float32) int { return int(max(0, min(light, encodedLevels)) + 0.5) }

// newTone reads the monochrome model (F.2). Its curve leads to the connection space:
// luminance, or lightness (L*) if that space is Lab.
func newTone(read profile) (*[levels]byte, error) {
	light, err := parseCurve(read.tags["kTRC"])
	if err != nil {
		return nil, err
	}

	var tone [levels]byte

	for i := range tone {
		switch read.pcs {
		case "XYZ ":
			tone[i] = encodeLight(light[i])
		case "Lab ":
			tone[i] = encodeLight(cube((100*light[i] + 16) / 116)) // CIE 15, as in connection.xyz.
		default:
			return nil, unsupported("gray with the connection space " + read.pcs)
		}
	}

	return &tone, nil
}
