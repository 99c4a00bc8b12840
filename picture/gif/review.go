package gif

import (
	"image"

	"triptych/picture/failure"
)

// Rewritten says how an image is written to a sanitized file.
type Rewritten int

const (
	// Verbatim is an image that strict decoders can read. Descriptor, colors and data
	// stay.
	Verbatim Rewritten = iota
	// Trimmed is such an image, with data that now ends after its last code.
	Trimmed
	// Encoded is an image whose pixels must be encoded again, without loss.
	Encoded
)

// maxEncoded limits the pixels of an image that is encoded again.
const maxEncoded = 100_000_000

// Review reads the data of an image. Then it says how to write the image so that strict
// decoders can read it and show the same as [Decoder].
type Review struct {
	image *Image
	codes *expander
	found verdict

	done    bool // no further code is needed
	trimmed bool // there was data after the last code
	late    int  // number of bytes after the last pixel, without an end code so far
}

// Review starts with an image that has no data yet.
func (i *Image) Review() *Review { return &Review{image: i, codes: i.expander()} }

// Add reads the data of a sub-block, and keeps the codes of the image.
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

// End ends the review. complete says whether the sub-blocks had their terminator; the
// image has one from now on. first says whether the image is the first of its file; the
// others must be complete. The errors are those of the image.
func (r *Review) End(complete bool, canvas image.Point, first bool) (Rewritten, error) {
	const fewestBits, mostBits = 2, 8 // Section 22 and appendix F; many decoders require them.

	i := r.image

	if r.codes == nil {
		return 0, corrupt("codes of %d bits", i.CodeBits)
	}

	// Strict decoders allow one byte.
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
