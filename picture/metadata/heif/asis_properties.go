package heif

import (
	"bytes"

	"triptych/picture/metadata/bitstream"
	"triptych/picture/metadata/bmff"
	"triptych/picture/metadata/report"
)

// cleanStream drops the data of a coded image that its decoder does not need.
func (w *writer) cleanStream(item *bmff.Item, data []byte) (cleaned []byte, cut bool, err error) {
	if item.Kind == bmff.KindAV1 {
		return bitstream.CleanAV1(data)
	}

	hvcC := item.Find("hvcC")
	if made := w.config("hvcC", hvcC); made.err != nil {
		return nil, false, made.err
	}

	return bitstream.CleanHEVC(hvcC, data)
}

// fixed has the length of each property of a fixed length, in bytes, that describes pixels
// (ISO/IEC 23008-12, 6.5; ISO/IEC 14496-12, 12.1; AV1 Image File Format, 2.3).
var fixed = map[string]int{
	"ispe": 12, "pasp": 8, "irot": 1, "imir": 1, "clap": 32, "clli": 4, "mdcv": 24, "a1op": 1, "lsel": 2,
}

// properties returns the properties of an item that describe its pixels, in their order.
// Each one has only the bytes of its definition. cut reports that the data of the item has
// become shorter, so that the sizes of its layers in a1lx are wrong.
func (w *writer) properties(item *bmff.Item, cut bool) (made []bmff.Property) {
	seen := map[string]bool{}

	for _, property := range item.Properties {
		kind := property.Kind

		data := w.property(item, property)
		if data == nil || kind == "a1lx" && cut {
			continue
		}

		if kind == "colr" {
			kind += string(data[:4])
		}

		// Transformations may be repeated. Of all others, the first counts.
		if kind != "irot" && kind != "imir" && kind != "clap" && seen[kind] {
			continue
		}

		seen[kind] = true

		made = append(made, bmff.Property{Kind: property.Kind, Essential: essential(property), Data: data})
	}

	return made
}

// essential reports whether a reader must know a property to show the item. Strict readers
// reject a file that has not set this for those of the list (ISO/IEC 23000-22, 7.3.9; AV1
// Image File Format, 2.3.2).
func essential(property bmff.Property) bool {
	switch property.Kind {
	case "irot", "imir", "clap", "hvcC", "av1C", "lsel", "a1op":
		return true
	default:
		return property.Essential
	}
}

// property returns the data of a property without bytes that have no meaning, or nil.
func (w *writer) property(item *bmff.Item, property bmff.Property) []byte {
	const versionBytes = 4

	if length, ok := fixed[property.Kind]; ok {
		return exactly(property.Data, length)
	}

	switch property.Kind {
	case "pixi":
		if len(property.Data) > versionBytes {
			return exactly(property.Data, versionBytes+1+int(property.Data[versionBytes]))
		}
	case "a1lx":
		return layerSizes(property.Data)
	case "colr":
		return color(property.Data)
	case "auxC":
		return auxiliaryType(item)
	case "hvcC", "av1C":
		return w.config(property.Kind, property.Data).data
	}

	return nil
}

// config is a clean hvcC or av1C property, or the error of a damaged one.
type config struct {
	data []byte
	err  error
}

// config returns a clean hvcC or av1C property. All tiles have the same one, which is made once.
func (w *writer) config(kind string, data []byte) config {
	if len(data) == 0 {
		return config{}
	}

	if made, done := w.configs[&data[0]]; done {
		return made
	}

	made, cut, err := cleanConfig(kind, data)
	if cut {
		w.kinds.Add(report.Other)
	}

	w.configs[&data[0]] = config{made, err}

	return config{made, err}
}

// cleanConfig drops what is not a header of a coded image. Of a damaged av1C only the fixed
// part remains, because readers then take the header in the data.
func cleanConfig(kind string, data []byte) (cleaned []byte, cut bool, err error) {
	const fixedPart = 4

	if kind == "hvcC" {
		return bitstream.CleanHVCC(data)
	}

	units, cut, err := bitstream.CleanAV1(bytes.Clone(data[min(fixedPart, len(data)):]))
	if err != nil {
		units = nil
	}

	return append(exactly(data, fixedPart), units...), cut, nil
}

// exactly returns the first bytes of data, with zeros for missing bytes.
func exactly(data []byte, length int) []byte {
	made := make([]byte, length)
	copy(made, data)

	return made
}

// layerSizes returns the sizes of the first three layers, of 16 or 32 bits.
func layerSizes(data []byte) []byte {
	const short, long = 1 + 3*2, 1 + 3*4

	if len(data) > 0 && data[0]&1 != 0 {
		return exactly(data, long)
	}

	return exactly(data, short)
}

// color returns the contents of a colr property, or nil if it is not known.
func color(data []byte) []byte {
	const typeBytes, nclxBytes = 4, 4 + 7

	if !bmff.IsColor(data) {
		return nil
	}

	switch string(data[:typeBytes]) {
	case "nclx":
		return exactly(data, nclxBytes)
	case "prof", "rICC":
		return data
	}

	return nil
}

// auxiliaryType returns the auxC property of an alpha image, without the data of its
// subtype. The gain map of ISO 21496-1 needs none.
func auxiliaryType(item *bmff.Item) []byte {
	if AuxiliaryOf(item) != Alpha {
		return nil
	}

	return append(append(make([]byte, 4), item.Auxiliary()...), 0) // Version and flags, and a string.
}
