package heif_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"triptych/picture/metadata/bmff/bmfftest"
)

// coding is one way to code colors.
type coding struct {
	matrix int
	full   bool
}

// rgb converts a patch by the formulas of ITU-T H.273, 8.3, independently of the
// decoder's tables. The transfer function is that of sRGB.
func (c coding) rgb(patch, depth int) [3]float64 {
	most := float64(int(1)<<depth - 1)

	var luma, color [3]float64

	for i, sample := range patches[patch] {
		code := float64(sample << (depth - 8))
		if depth > 8 {
			code++
		}

		scale := float64(int(1) << (depth - 8))
		if c.full || c.matrix == 8 { // As in libheif for matrix 8.
			luma[i], color[i] = code/most, (code-128*scale)/most
		} else {
			luma[i], color[i] = (code-16*scale)/(219*scale), (code-128*scale)/(224*scale)
		}
	}

	y, cb, cr := luma[0], color[1], color[2]

	var rgb [3]float64

	switch c.matrix {
	case 0:
		rgb = [3]float64{color[2] + 128./255, luma[0], color[1] + 128./255} // As in libheif for the limited range.
	case 8:
		rgb = [3]float64{y - cb + cr, y + cb, y - cb - cr}
	case 10:
		rgb = constantLuminance(y, cb, cr)
	default:
		kr, kb := kOf(c.matrix)
		red, blue := y+2*(1-kr)*cr, y+2*(1-kb)*cb
		rgb = [3]float64{red, (y - kr*red - kb*blue) / (1 - kr - kb), blue}
	}

	for i := range rgb {
		rgb[i] *= 255
	}

	return clamped(rgb)
}

func kOf(matrix int) (kr, kb float64) {
	switch matrix {
	case 1:
		return 0.2126, 0.0722
	case 4:
		return 0.30, 0.11
	case 7:
		return 0.212, 0.087
	case 9, 10:
		return 0.2627, 0.0593
	default:
		return 0.299, 0.114
	}
}

func constantLuminance(y, cb, cr float64) [3]float64 {
	kr, kb := kOf(10)
	srgb := func(v float64) float64 {
		if v <= 0.0031308 {
			return 12.92 * v
		}

		return 1.055*math.Pow(v, 1/2.4) - 0.055
	}
	linear := func(v float64) float64 {
		if v = max(0, min(v, 1)); v <= 0.04045 {
			return v / 12.92
		}

		return math.Pow((v+0.055)/1.055, 2.4)
	}
	side := func(c, k float64) float64 {
		if c < 0 {
			return 2 * c * srgb(1-k)
		}

		return 2 * c * (1 - srgb(k))
	}
	blue, red := y+side(cb, kb), y+side(cr, kr)
	green := (linear(y) - kr*linear(red) - kb*linear(blue)) / (1 - kr - kb)

	return [3]float64{red, srgb(max(0, green)), blue}
}

// fewForms are the forms tested for matrices and samplings that differ only in their
// numbers.
var fewForms = []string{"one piece, nclx", "one piece, VUI", "grid, nclx on grid", "grid, VUI and profile on tiles"}

var everyMatrix = []int{0, 1, 4, 5, 6, 7, 8, 9, 10}

// profile is a placeholder for an ICC profile, which the decoder does not read.
var profile = append(append(make([]byte, 36), "acsp"...), make([]byte, 400)...)

// TestColors checks where an image's matrix and range come from: nclx on the image or on
// its tiles, otherwise the stream's VUI, whether there is an ICC profile or not,
// otherwise BT.601 of the limited range. The conversion must be applied once in each
// case.
func TestColors(t *testing.T) {
	for _, name := range []string{"444-8", "420-8", "422-8", "420-10"} {
		source := stream(t, name)

		for _, matrix := range everyMatrix {
			for _, full := range []bool{true, false} {
				c := coding{matrix, full}
				for form, file := range everyForm(source, c) {
					if name != "444-8" && matrix != 1 && !slices.Contains(fewForms, form) || emulated() && (matrix != 1 || !slices.Contains(fewForms, form)) {
						continue
					}

					t.Run(fmt.Sprintf("%s/matrix %d/full range %v/%s", name, matrix, full, form), func(t *testing.T) {
						picture, _ := decode(t, file.Bytes())
						comparePatches(t, picture, 3, func(patch int) [3]float64 { return c.rgb(patch, int(source.Depth)) })
					})
				}
			}
		}

		for form, file := range map[string]*bmfftest.File{
			"one piece": single(source, nil), "grid": grid(source, nil, nil, nil),
			"one piece, profile": single(source, nil, bmfftest.Profile(profile)),
		} {
			t.Run(fmt.Sprintf("%s/nothing said/%s", name, form), func(t *testing.T) {
				picture, _ := decode(t, file.Bytes())
				comparePatches(t, picture, 3, func(patch int) [3]float64 { return coding{6, false}.rgb(patch, int(source.Depth)) })
			})
		}
	}
}

// emulated reports whether the short tests run on a processor other than amd64. Such a
// processor is mostly emulated. A decode then takes a second, so only a few files are
// tested.
func emulated() bool { return testing.Short() && runtime.GOARCH != "amd64" }

// everyForm returns files whose colors are coded in the same way.
func everyForm(source *bmfftest.Stream, c coding) map[string]*bmfftest.File {
	says := &bmfftest.Signal{Primaries: 1, Transfer: 13, Matrix: byte(c.matrix), Full: c.full}
	other := &bmfftest.Signal{Primaries: 1, Transfer: 13, Matrix: 7, Full: !c.full}
	nclx := []bmfftest.Property{bmfftest.NCLX(1, 13, c.matrix, c.full)}
	icc := []bmfftest.Property{bmfftest.Profile(profile)}
	both := []bmfftest.Property{icc[0], nclx[0]}

	files := map[string]*bmfftest.File{
		"one piece, nclx":                  single(source, nil, nclx...),
		"one piece, nclx against VUI":      single(source, other, nclx...),
		"one piece, nclx and profile":      single(source, other, both...),
		"one piece, VUI":                   single(source, says),
		"one piece, VUI and profile":       single(source, says, icc...),
		"grid, nclx on grid":               grid(source, nil, nclx, nil),
		"grid, nclx on grid against VUI":   grid(source, other, nclx, nil),
		"grid, nclx on tiles":              grid(source, nil, nil, nclx),
		"grid, nclx on tiles against VUI":  grid(source, other, nil, nclx),
		"grid, nclx on both":               grid(source, says, nclx, nclx),
		"grid, VUI":                        grid(source, says, nil, nil),
		"grid, VUI and profile":            grid(source, says, icc, nil),
		"grid, VUI and profile on tiles":   grid(source, says, nil, icc),
		"grid, profile on grid, nclx tile": grid(source, nil, icc, nclx),
	}

	if c.matrix == 6 { // The default.
		bare := &bmfftest.Signal{Full: c.full, Bare: true}
		files["one piece, VUI with only a range"] = single(source, bare)
		files["grid, VUI with only a range"] = grid(source, bare, nil, nil)
	}

	return files
}
