package metadata

import (
	"slices"

	"triptych/picture/failure"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/metadata/bmff"
)

// Coding describes the meaning of the samples of a HEIC or AVIF, by the numbers of
// ISO/IEC 23091-2 (ITU-T H.273).
type Coding struct {
	// Primaries, Transfer and Matrix are 1 for ITU-R BT.709. Primaries are 12 for Display
	// P3 and 9 for BT.2020. A Matrix of 5 or 6 is BT.601.
	Primaries, Transfer, Matrix uint16
	// FullRange reports that samples range from 0 to the largest number.
	FullRange bool
	// Peak is the light of the brightest pixel of an HDR image in cd/m², from clli,
	// otherwise the peak of the mastering display (mdcv). It is 0 if the file has
	// neither.
	Peak float64
}

// codedHeaderBytes is the number of bytes of a coded image in which its header is
// searched, if its property has none.
const codedHeaderBytes = 4096

// described returns the items whose properties may describe the image's colors: the image
// itself, then its first tile.
func (h *heif) described() []*bmff.Item {
	items := slices.Clone(h.layout.Items)
	slices.Reverse(items)

	return append(items, h.layout.Tiles[0])
}

// coding finds the meaning of the samples. The first source is nclx of the image, then
// nclx of its first tile. The header of the coded image fills in missing values. The last
// default is BT.601, as in libheif, and the limited range (ITU-T H.265, E.3.1). An ICC
// profile does not contain matrix and range.
func (h *heif) coding() (coding Coding, grey bool, err error) {
	coded, err := Coded(h.file, h.layout.Tiles[0])
	if err != nil {
		return Coding{}, false, err
	}

	coding = Coding{Primaries: coded.Primaries, Transfer: coded.Transfer, Matrix: coded.Matrix, FullRange: coded.FullRange}

	named := false // from nclx

	for _, item := range h.described() {
		if nclx, ok := item.NCLX(); ok {
			named = true
			coding = Coding{
				Primaries: specified(nclx.Primaries, coding.Primaries), Transfer: specified(nclx.Transfer, coding.Transfer),
				Matrix: specified(nclx.Matrix, coding.Matrix), FullRange: nclx.FullRange,
			}

			break
		}
	}

	const bt709, srgb, bt601 = 1, 13, 6

	// An ICC profile describes the appearance of the colors, including HDR. The stream
	// still describes how they are coded.
	if !named && h.profile() != nil {
		coding.Primaries, coding.Transfer = bt709, srgb
	}

	// If there is also nclx, a profile still defines the transfer curve, except for HDR.
	// Constant luminance must be decoded with the curve with which it was encoded.
	const constantLuminance = 10
	if named && h.profile() != nil && !coding.HDR() && coding.Matrix != constantLuminance {
		coding.Transfer = srgb
	}

	coding.Primaries = specified(coding.Primaries, bt709)
	coding.Transfer = specified(coding.Transfer, srgb)
	coding.Matrix = specified(coding.Matrix, bt601)

	for _, item := range h.described() {
		light := item.Light()
		if coding.Peak = light.Brightest; coding.Peak == 0 {
			coding.Peak = light.Display
		}

		if coding.Peak != 0 {
			break
		}
	}

	return coding, coded.Grey, nil
}

func specified(number, otherwise uint16) uint16 {
	if number == bitstream.Unspecified {
		return otherwise
	}

	return number
}

// Coded reads the header of a coded image of a HEIF.
//
// Rejections: Truncated, Corrupt.
func Coded(file *bmff.File, item *bmff.Item) (bitstream.Picture, error) {
	read, err := codedHeader(item, nil)
	if err == nil {
		return read, nil
	}

	data, failed := file.Read(item, codedHeaderBytes)
	if failed != nil {
		return bitstream.Picture{}, failed
	}

	if read, err = codedHeader(item, data); err != nil {
		return bitstream.Picture{}, failure.Wrap(failure.Corrupt, err, "%s whose coded picture has no header that can be read", kindName(item))
	}

	return read, nil
}

func kindName(item *bmff.Item) string {
	if item.Kind == bmff.KindAV1 {
		return formatName(AVIF)
	}

	return formatName(HEIC)
}

func codedHeader(item *bmff.Item, data []byte) (bitstream.Picture, error) {
	if item.Kind == bmff.KindAV1 {
		return bitstream.AV1(item.Find("av1C"), data)
	}

	return bitstream.HEVC(item.Find("hvcC"), data)
}

// The transfer functions of HDR (ITU-R BT.2100).
const (
	transferPQ  = 16
	transferHLG = 18
)

// HDR reports whether samples are coded in PQ or HLG.
func (c Coding) HDR() bool { return c.Transfer == transferPQ || c.Transfer == transferHLG }
