// Package planes defines images as the engine processes them: one plane of bytes per
// component, each with its own size, from the decoder to the encoder. [Sink] is the
// interface between a decoder that delivers rows and the code that resizes them.
package planes

import "fmt"

// Model says what the components of an image mean.
type Model uint8

// The models. The components are in the order of the name. YCbCr is that of JFIF: full
// range, ITU-R BT.601. Adobe's CMYK and YCCK files store inverted samples. Here 0 always
// means no ink: for YCCK, the formulas of YCbCr yield C, M and Y in place of R, G and B.
const (
	Gray Model = iota + 1
	YCbCr
	RGB
	CMYK
	YCCK
)

// Components is the number of planes of an image of the model.
func (m Model) Components() int {
	switch m {
	case Gray:
		return 1
	case YCbCr, RGB:
		return 3
	case CMYK, YCCK:
		return 4
	}

	panic(fmt.Sprintf("planes: no model %d", m))
}

// Plane is the samples of one component: Height rows of Width bytes. Each row begins
// Stride bytes after the previous one.
type Plane struct {
	Pix           []byte
	Stride        int
	Width, Height int
}

// New creates a plane of zeros without gaps between its rows.
func New(width, height int) Plane {
	return Plane{Pix: make([]byte, width*height), Stride: width, Width: width, Height: height}
}

// Row returns row y, which is Width bytes long.
func (p *Plane) Row(y int) []byte { return p.Pix[y*p.Stride : y*p.Stride+p.Width : y*p.Stride+p.Width] }

// Window is Height rows of a longer plane, from row Top on.
type Window struct {
	Plane

	Top int
}

// Image is an image in planes.
type Image struct {
	Model         Model
	Width, Height int // in pixels
	// Planes are the components. A component with smaller sampling factors than the
	// largest has fewer samples: ceil(Width × factor ÷ largest), and the same for the
	// height (ITU-T T.81, A.1.1). Its samples are centered between the pixels that they
	// represent (JFIF 1.02).
	Planes []Plane
}

// Bare returns the image without samples: its model and all sizes.
func (img *Image) Bare() *Image {
	made := &Image{Model: img.Model, Width: img.Width, Height: img.Height, Planes: make([]Plane, len(img.Planes))}
	for i, plane := range img.Planes {
		made.Planes[i] = Plane{Width: plane.Width, Height: plane.Height}
	}

	return made
}
