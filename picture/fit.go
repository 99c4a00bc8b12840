package picture

import (
	"image"

	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// Fit returns the size of a variant of an upright image of width × height. The package
// comment has the rules.
func Fit(width, height int, want variant.Spec) (w, h int) {
	size := geometryOf(width, height, want).size

	return size.X, size.Y
}

// geometry holds the part of an upright image that a variant shows, and the size to which
// this part is scaled.
type geometry struct {
	crop image.Rectangle
	size image.Point
}

func geometryOf(width, height int, want variant.Spec) geometry {
	want = bounded(want)
	if want.Fit == variant.Cover {
		return cover(width, height, want.Width, want.Height)
	}

	return geometry{
		crop: image.Rect(0, 0, width, height),
		size: inside(width, height, want.Width, want.Height),
	}
}

// bounded limits the box of a variant to the largest width and height of its format.
func bounded(want variant.Spec) variant.Spec {
	format := want.Format
	if format == variant.Auto { // WebP has the lower limit of the two formats.
		format = variant.WebP
	}

	most := metadata.EntryOf(metadata.Format(format)).MaxSide
	if most == 0 {
		return want
	}

	if want.Fit == variant.Cover {
		want.Width, want.Height = min(want.Width, most), min(want.Height, most)

		return want
	}

	for _, side := range []*int{&want.Width, &want.Height} {
		if *side == 0 || *side > most {
			*side = most
		}
	}

	return want
}

// inside scales by the side that has to shrink more. A box side of 0 means no limit.
func inside(width, height, boxWidth, boxHeight int) image.Point {
	byWidth := boxHeight == 0 || boxWidth != 0 && width*boxHeight >= height*boxWidth

	switch {
	case byWidth && boxWidth != 0 && boxWidth < width:
		return image.Pt(boxWidth, scale(height, boxWidth, width))
	case !byWidth && boxHeight < height:
		return image.Pt(scale(width, boxHeight, height), boxHeight)
	default:
		return image.Pt(width, height)
	}
}

// cover scales by the side that has to shrink less, and crops the other side to its
// middle. Cropping comes first, so that the cropped pixels never take memory.
func cover(width, height, boxWidth, boxHeight int) geometry {
	if width <= boxWidth || height <= boxHeight {
		size := image.Pt(min(width, boxWidth), min(height, boxHeight))

		return geometry{crop: middle(width, height, size), size: size}
	}

	part := image.Pt(width, height)
	if width*boxHeight <= height*boxWidth {
		part.Y = min(height, scale(boxHeight, width, boxWidth))
	} else {
		part.X = min(width, scale(boxWidth, height, boxHeight))
	}

	return geometry{crop: middle(width, height, part), size: image.Pt(boxWidth, boxHeight)}
}

// scale returns side × numerator / denominator, rounded half up, at least 1.
func scale(side, numerator, denominator int) int {
	return max(1, (2*side*numerator+denominator)/(2*denominator))
}

// middle places a part in the middle. If it cannot lie exactly there, it lies half a
// pixel to the right or below, as in sharp.
func middle(width, height int, part image.Point) image.Rectangle {
	left, top := (width-part.X+1)/2, (height-part.Y+1)/2

	return image.Rectangle{Max: part}.Add(image.Pt(left, top))
}
