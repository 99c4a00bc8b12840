package tiff

import (
	"cmp"
	"slices"
)

// unsupported names the property that the decoder does not read, or returns "".
func (p *Page) unsupported(fields *fieldReader) string {
	switch {
	case p.compression() != "":
		return p.compression()
	case p.colors() != "":
		return p.colors()
	case p.Samples > maxSamples:
		return "with more than 16 samples per pixel"
	case !slices.Contains([]int{1, 2, 4, 8, 12, 16}, p.Bits):
		return "with other than 1, 2, 4, 8, 12 or 16 bits per sample"
	case !unsigned(fields.same(tagSampleFormat, p.Samples, 1)):
		return "with signed or floating-point samples"
	case p.Photometric == Palette && p.Bits > 8:
		return "with a palette of more than 256 colors"
	case p.Photometric == CMYK && fields.one(tagInkSet, 1) != 1:
		return "with color channels other than CMYK"
	case p.IsFax() && (p.Bits != 1 || p.Samples != 1):
		return "with a fax compression of a color image"
	default:
		return p.prediction(fields)
	}
}

// unsigned reports whether a sample format is unsigned integers, or unknown.
func unsigned(format int) bool { return format == 1 || format == 4 }

// prediction reads the predictor, which is used only with LZW and Deflate.
func (p *Page) prediction(fields *fieldReader) string {
	const none, horizontal = 1, 2

	if p.Compression != LZW && p.Compression != Deflate && p.Compression != OldDeflate {
		return ""
	}

	switch fields.one(tagPredictor, none) {
	case none, 0:
		return ""
	case horizontal:
		p.Predicted = true

		if p.Bits != 8 && p.Bits != 16 {
			return "with a predictor for other than 8 or 16 bits"
		}

		return ""
	default:
		return "with an unknown predictor"
	}
}

// compression names a compression that is not supported, or returns "".
func (p *Page) compression() string {
	reasons := map[int]string{
		6: "with JPEG inside", 7: "with JPEG inside", 50001: "with WebP inside",
		Plain: "", ModifiedHuffman: "", Group3: "", Group4: "", LZW: "", Deflate: "", PackBits: "", OldDeflate: "",
	}

	if reason, known := reasons[p.Compression]; !known || reason != "" {
		return cmp.Or(reason, "with an unknown compression")
	}

	return ""
}

// colors names a photometric interpretation that is not supported, or returns "".
func (p *Page) colors() string {
	reasons := map[int]string{
		WhiteIsZero: "", BlackIsZero: "", RGB: "", Palette: "", CMYK: "",
		6: "in YCbCr", 8: "in Lab", 9: "in Lab", 10: "in Lab",
		32803: "with a camera's raw data", 34892: "with a camera's raw data",
	}

	if reason, known := reasons[p.Photometric]; !known || reason != "" {
		return cmp.Or(reason, "with unknown colors")
	}

	return ""
}
