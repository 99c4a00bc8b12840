// Package planes holds pictures as the JPEG path works on them: a plane of bytes
// a component, each with its own size, from the decoder to the encoder. Nothing
// is woven into pixels on the way.
package planes

import "fmt"

// Model says what the components of a picture mean.
type Model uint8

// The models, each with its components in the order of its name. YCbCr is that of
// JFIF: full range, ITU-R BT.601. Adobe's CMYK and YCCK files have their samples
// inverted; here 0 is always no ink: in YCCK the formulas of YCbCr lead to the inks
// C, M and Y where they lead to R, G and B there.
const (
	Grey Model = iota + 1
	YCbCr
	RGB
	CMYK
	YCCK
)

// Components is how many planes a picture of the model has.
func (m Model) Components() int {
	switch m {
	case Grey:
		return 1
	case YCbCr, RGB:
		return 3
	case CMYK, YCCK:
		return 4
	}

	panic(fmt.Sprintf("planes: no model %d", m))
}

// Plane is the samples of one component: Height rows of Width bytes, each row
// beginning Stride bytes after the one before.
type Plane struct {
	Pix           []byte
	Stride        int
	Width, Height int
}

// New makes a plane of zeros whose rows follow each other without a gap.
func New(width, height int) Plane {
	return Plane{Pix: make([]byte, width*height), Stride: width, Width: width, Height: height}
}

// Row is row y, Width bytes long.
func (p *Plane) Row(y int) []byte { return p.Pix[y*p.Stride : y*p.Stride+p.Width : y*p.Stride+p.Width] }

// Window is Height rows of a plane that is longer: those from row Top on.
type Window struct {
	Plane

	Top int
}

// Image is a picture in planes.
type Image struct {
	Model         Model
	Width, Height int // in pixels
	// Planes are the components. One whose sampling factors are smaller than the
	// largest has fewer samples: ceil(Width × factor ÷ largest), and so in height
	// (ITU-T T.81, A.1.1). Its samples lie centred between the pixels that they
	// stand for (JFIF 1.02).
	Planes []Plane
}
