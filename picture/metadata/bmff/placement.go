package bmff

import (
	"image"
	"math/big"

	"triptych/picture/failure"
)

// Placement is the combined result of all transformations of an image: the part that is
// shown, and its orientation.
type Placement struct {
	// Crop is the part that is shown, in pixels of [Layout] before any rotation.
	Crop image.Rectangle
	// Orientation is the orientation of that part, in EXIF's values 1 to 8.
	Orientation int
}

// Placement applies the transformations irot, imir and clap in the order in which they
// are associated (ISO/IEC 23008-12, 6.5.1).
//
// Rejections: Corrupt.
func (l *Layout) Placement() (Placement, error) {
	placed := view{crop: image.Rect(0, 0, l.Width, l.Height), turned: upright}

	for _, item := range l.Items {
		for _, property := range item.Properties {
			if err := placed.apply(property); err != nil {
				return Placement{}, err
			}
		}
	}

	return Placement{Crop: placed.crop, Orientation: placed.turned.orientation()}, nil
}

// view is a part of a stored image, with the rotations applied so far.
type view struct {
	crop   image.Rectangle
	turned turns
}

func (v *view) apply(property Property) error {
	data := fields(property.Data)

	switch property.Kind {
	case "irot": // ISO/IEC 23008-12, 6.5.10
		for range data.uint(1) & 3 {
			v.turned = v.turned.then(quarterLeft)
		}
	case "imir": // 6.5.12
		if data.uint(1)&1 == 0 {
			v.turned = v.turned.then(flipped)
		} else {
			v.turned = v.turned.then(mirrored)
		}
	case "clap":
		size := v.size()

		part, err := aperture(data, size)
		if err != nil {
			return err
		}

		v.crop = v.stored(part, size)
	}

	return nil
}

// size returns the size of the part after its rotation.
func (v *view) size() image.Point {
	size := v.crop.Size()
	if v.turned.a == 0 {
		size.X, size.Y = size.Y, size.X
	}

	return size
}

// stored converts a part of the turned view, which has the given size, to a part of the
// stored image.
func (v *view) stored(part image.Rectangle, size image.Point) image.Rectangle {
	// Use twice the distance from the middle, so that all numbers are integers.
	corner := func(p image.Point) image.Point {
		x, y := 2*p.X-size.X, 2*p.Y-size.Y
		t := v.turned // The inverse of the matrix is its transpose.
		whole := v.crop.Size()

		return image.Pt((t.a*x+t.c*y+whole.X)/2, (t.b*x+t.d*y+whole.Y)/2)
	}

	return image.Rectangle{Min: corner(part.Min), Max: corner(part.Max)}.Canon().Add(v.crop.Min)
}

// aperture returns the part of an image that remains after a clean aperture (ISO/IEC
// 14496-12, 12.1.4). With the size and the offset as fractions, the left edge is
//
//	horizOff + (width − 1) ÷ 2 − (cleanApertureWidth − 1) ÷ 2
//
// and the top edge is computed in the same way. The standard does not define how
// fractions are rounded. This function rounds as libheif does: the left edge toward 0;
// the top edge, the width and the height to the nearest integer, and a half up. Edges before
// the image are rounded toward 0. The result is cut to the image.
func aperture(data fields, size image.Point) (image.Rectangle, error) {
	width, height := data.fraction(false), data.fraction(false)
	across, down := data.fraction(true), data.fraction(true)

	if width == nil || height == nil || across == nil || down == nil {
		return image.Rectangle{}, failure.New(failure.Corrupt, "HEIF with a clean aperture that divides by 0")
	}

	x0 := whole(edge(width, across, size.X))
	y0 := nearest(edge(height, down, size.Y))
	x1, y1 := x0+nearest(width), y0+nearest(height)

	part := image.Rect(x0, y0, x1, y1).Intersect(image.Rectangle{Max: size})
	if x1 <= x0 || y1 <= y0 || part.Empty() {
		return image.Rectangle{}, failure.New(failure.Corrupt, "HEIF with a clean aperture that has no pixel")
	}

	return part, nil
}

// fraction reads two numbers of 32 bits. It returns nil if the second one is 0.
func (f *fields) fraction(signed bool) *big.Rat {
	above, below := int64(f.uint(4)), int64(f.uint(4)) //nolint:gosec // Four bytes each.
	if signed {
		above = int64(int32(above)) //nolint:gosec // Two's complement.
	}

	if below == 0 {
		return nil
	}

	return big.NewRat(above, below)
}

// edge returns the start of a length within whole.
func edge(length, offset *big.Rat, whole int) *big.Rat {
	start := new(big.Rat).Sub(big.NewRat(int64(whole), 1), length)

	return start.Mul(start, big.NewRat(1, 2)).Add(start, offset)
}

func nearest(number *big.Rat) int {
	return whole(new(big.Rat).Add(number, big.NewRat(1, 2)))
}

// whole rounds toward 0, to a number of at most 40 bits, which is far beyond any image.
func whole(number *big.Rat) int {
	const most = 1 << 40

	whole := new(big.Int).Quo(number.Num(), number.Denom())
	if !whole.IsInt64() {
		return most
	}

	return int(min(max(whole.Int64(), -most), most))
}
