package heif

import "triptych/picture/heif/hevc"

// sample is a sample of a decoded image.
type sample interface{ uint8 | uint16 }

// layer has the samples of one component of a decoded image.
type layer[T sample] struct {
	pix           []T
	stride, width int
}

// layersOf returns the components of a decoded image. T must be the type of its samples.
// A gray image has one component.
func layersOf[T sample](decoded *hevc.Picture) (layers [3]layer[T]) {
	for i := range decoded.Planes {
		plane := &decoded.Planes[i]
		layers[i] = layer[T]{stride: plane.Stride, width: plane.Width}

		switch pix := any(&layers[i].pix).(type) {
		case *[]uint8:
			*pix = plane.Pix
		case *[]uint16:
			*pix = plane.Deep
		}
	}

	return layers
}

// row returns a row of samples.
func (l *layer[T]) row(y int) []T { return l.pix[y*l.stride : y*l.stride+l.width] }

// deep reports whether the samples of a decoded image have two bytes.
func deep(decoded *hevc.Picture) bool { return decoded.Planes[0].Deep != nil }

func halves(half bool) int {
	if half {
		return 1
	}

	return 0
}
