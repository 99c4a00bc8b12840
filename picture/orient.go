package picture

import (
	"image"

	"github.com/disintegration/imaging"

	"triptych/picture/metadata"
)

// turnUpright applies an EXIF orientation to pixels as stored. The rotations of imaging
// are counterclockwise, while EXIF describes clockwise ones.
func turnUpright(stored *image.NRGBA, orientation int) *image.NRGBA {
	switch orientation {
	case 2:
		return imaging.FlipH(stored)
	case 3:
		return imaging.Rotate180(stored)
	case 4:
		return imaging.FlipV(stored)
	case 5:
		return imaging.Transpose(stored)
	case 6:
		return imaging.Rotate270(stored)
	case 7:
		return imaging.Transverse(stored)
	case 8:
		return imaging.Rotate90(stored)
	default:
		return stored
	}
}

// asStored converts crop, a part of the upright image, to the same part of the stored
// image of the given size.
func asStored(crop image.Rectangle, stored image.Point, orientation int) image.Rectangle {
	if metadata.Transposed(orientation) {
		crop = image.Rect(crop.Min.Y, crop.Min.X, crop.Max.Y, crop.Max.X)
	}

	// Find out which sides of the stored image are reversed.
	switch orientation {
	case 2, 3, 7, 8:
		crop.Min.X, crop.Max.X = stored.X-crop.Max.X, stored.X-crop.Min.X
	}

	switch orientation {
	case 3, 4, 6, 7:
		crop.Min.Y, crop.Max.Y = stored.Y-crop.Max.Y, stored.Y-crop.Min.Y
	}

	return crop
}
