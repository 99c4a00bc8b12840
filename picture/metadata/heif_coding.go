package metadata

import (
	"slices"

	"triptych/picture/failure"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/metadata/bmff"
)

// Coding is what the samples of a HEIC or AVIF mean, by the numbers of ISO/IEC 23091-2
// (ITU-T H.273).
type Coding struct {
	// Primaries, Transfer and Matrix are 1 for ITU-R BT.709; 12 are the primaries of
	// Display P3, 9 those of BT.2020; a Matrix of 5 or 6 is BT.601.
	Primaries, Transfer, Matrix uint16
	// FullRange says that samples go from 0 to the largest number.
	FullRange bool
	// Peak is the light of the brightest pixel of an HDR picture in cd/m², as clli
	// says, else that of the mastering display (mdcv); 0 where the file does not say.
	Peak float64
}

// codedHeaderBytes is how much of a coded picture is searched for its header where its
// property has none.
const codedHeaderBytes = 4096

// described lists the items whose properties may describe the picture's colors: the
// picture itself, then its first tile.
func (h *heif) described() []*bmff.Item {
	items := slices.Clone(h.layout.Items)
	slices.Reverse(items)

	return append(items, h.layout.Tiles[0])
}

// coding finds what the samples mean: by nclx, of the picture, else of its first tile;
// what that does not say by the coded picture's own header; and what neither says is
// taken for BT.601, as libheif does, and the limited range (ITU-T H.265, E.3.1). An ICC
// profile says nothing of matrix and range.
func (h *heif) coding() (coding Coding, grey bool, err error) {
	coded, err := Coded(h.file, h.layout.Tiles[0])
	if err != nil {
		return Coding{}, false, err
	}

	coding = Coding{Primaries: coded.Primaries, Transfer: coded.Transfer, Matrix: coded.Matrix, FullRange: coded.FullRange}

	named := false // by nclx

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

	// An ICC profile says what the colors look like, HDR included; the stream still says
	// how they are coded.
	if !named && h.profile() != nil {
		coding.Primaries, coding.Transfer = bt709, srgb
	}

	// Beside nclx, too, a profile says what curve colors have, but for HDR. Constant
	// luminance is undone by the curve with which it was made.
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

// Coded reads the header of a coded picture of a HEIF.
//
// Faults: Truncated, Corrupt.
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

// HDR says that samples are coded by PQ or HLG.
func (c Coding) HDR() bool { return c.Transfer == transferPQ || c.Transfer == transferHLG }
