package heif

import (
	"slices"

	"triptych/picture/failure"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/metadata/bmff"
	"triptych/picture/metadata/format"
)

// codedHeaderBytes is the number of bytes that are searched for a header at the start of
// a coded image. They are searched only if the image's property has no header.
const codedHeaderBytes = 4096

// described returns the items whose properties may describe the image's colors: the image
// itself, then its first tile.
func (h *primary) described() []*bmff.Item {
	items := slices.Clone(h.layout.Items)
	slices.Reverse(items)

	return append(items, h.layout.Tiles[0])
}

// coding finds the meaning of the samples. The first source is nclx of the image, then
// nclx of its first tile. The header of the coded image fills in missing values. The last
// default is BT.601, as in libheif, and the limited range (ITU-T H.265, E.3.1). An ICC
// profile does not contain matrix and range.
func (h *primary) coding() (coding format.Coding, gray bool, err error) {
	coded, err := Coded(h.file, h.layout.Tiles[0])
	if err != nil {
		return format.Coding{}, false, err
	}

	coding = format.Coding{Primaries: coded.Primaries, Transfer: coded.Transfer, Matrix: coded.Matrix, FullRange: coded.FullRange}

	named := false // from nclx

	for _, item := range h.described() {
		if nclx, ok := item.NCLX(); ok {
			named = true
			coding = format.Coding{
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

	return coding, coded.Gray, nil
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
		return bitstream.Picture{}, failure.Wrap(failure.Corrupt, err, "%s whose coded image has no header that can be read", kindName(item))
	}

	return read, nil
}

func kindName(item *bmff.Item) string {
	if item.Kind == bmff.KindAV1 {
		return formatName(format.AVIF)
	}

	return formatName(format.HEIC)
}

func codedHeader(item *bmff.Item, data []byte) (bitstream.Picture, error) {
	if item.Kind == bmff.KindAV1 {
		return bitstream.AV1(item.Find("av1C"), data)
	}

	return bitstream.HEVC(item.Find("hvcC"), data)
}
