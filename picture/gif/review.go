package gif

import (
	"image"

	"triptych/picture/failure"
)

// Rewritten says what becomes of an image in a sanitized file.
type Rewritten int

const (
	// Verbatim is an image that strict decoders read: descriptor, colors and data stay.
	Verbatim Rewritten = iota
	// Trimmed is such an image whose data now ends behind its last code.
	Trimmed
	// Encoded is an image whose pixels have to be encoded anew, without loss.
	Encoded
)

// maxEncoded bounds the pixels of an image that is encoded anew.
const maxEncoded = 100_000_000

// Review takes the data of an image as it is read, and says then what must become of the
// image, so that strict decoders read it, and show what [Decoder] does.
type Review struct {
	image *Image
	codes *expander
	found verdict

	done    bool // no further code is wanted
	trimmed bool // data came behind the last code
	late    int  // bytes behind the last pixel, without an end code so far
}

// Review begins with an image that has no data yet.
func (i *Image) Review() *Review { return &Review{image: i, codes: i.expander()} }

// Add takes the data of a sub-block, and keeps what it has of the image's codes.
func (r *Review) Add(data []byte) {
	if len(data) == 0 {
		return
	}

	if r.done || r.codes == nil {
		r.trimmed = true

		return
	}

	if r.codes.left == 0 {
		r.late += len(data)
	}

	used, result := r.codes.take(data)

	switch {
	case result == unfinished:
	case result == broken && r.codes.left == 0:
		r.done, r.found.excess = true, true
	default:
		r.done, r.found.broken = true, result == broken
		r.trimmed = used < len(data)
	}

	r.image.Data = append(r.image.Data, byte(used)) //nolint:gosec // At most 255.
	r.image.Data = append(r.image.Data, data[:used]...)
}

// End is told whether the sub-blocks had their terminator, which the image has from now
// on, and whether the image is the first of its file: others must be whole. Errors are
// faults of the image.
func (r *Review) End(complete bool, canvas image.Point, first bool) (Rewritten, error) {
	const fewestBits, mostBits = 2, 8 // Section 22 and appendix F; many decoders insist.

	i := r.image

	if r.codes == nil {
		return 0, corrupt("codes of %d bits", i.CodeBits)
	}

	// Strict decoders allow a byte.
	r.found.excess = r.found.excess || r.codes.over || !r.done && r.late > 1

	i.Complete, r.found.missing = complete, r.codes.left
	if err := i.fault(r.found, !first); err != nil {
		return 0, err
	}

	i.Data, i.Complete = append(i.Data, 0), true

	switch {
	case r.found.missing > 0, r.found.excess, r.codes.highest >= len(i.Colors)/entryBytes,
		i.CodeBits < fewestBits, i.CodeBits > mostBits, !i.Bounds.In(image.Rectangle{Max: canvas}):
		if i.Bounds.Dx()*i.Bounds.Dy() > maxEncoded {
			return 0, failure.New(failure.TooManyPixels, "a damaged GIF frame of %d × %d pixels", i.Bounds.Dx(), i.Bounds.Dy())
		}

		return Encoded, nil
	case r.trimmed || !complete:
		return Trimmed, nil
	default:
		return Verbatim, nil
	}
}
