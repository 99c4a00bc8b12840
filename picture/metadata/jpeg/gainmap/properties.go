package gainmap

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Properties holds the metadata of a gain map in the format of Adobe's specification. Only
// the properties of the file are set. All values are checked against their limits.
type Properties struct {
	names  []string // in the order of gainRules
	values map[string][]float64
	// base is "True" if the primary image is the HDR image, "False" if it is not, and "" if
	// the file does not say it.
	base string
}

// gainRule has the limits of one property of nsGainMap.
type gainRule struct {
	name        string
	least, most float64
	channels    bool // the property may have one value for each of three channels
	needed      bool
}

// gainRules returns the rules of all numeric properties, in the order in which they are
// written.
func gainRules() []gainRule {
	return []gainRule{
		{name: "GainMapMin", least: -maxStops, most: maxStops, channels: true},
		{name: "GainMapMax", least: -maxStops, most: maxStops, channels: true, needed: true},
		{name: "Gamma", least: minGamma, most: maxGamma, channels: true},
		{name: "OffsetSDR", least: -maxOffset, most: maxOffset, channels: true},
		{name: "OffsetHDR", least: -maxOffset, most: maxOffset, channels: true},
		{name: "HDRCapacityMin", most: maxStops},
		{name: "HDRCapacityMax", most: maxStops, needed: true},
	}
}

const (
	gainVersion  = "1.0"
	propVersion  = "Version"
	propBaseIsHD = "BaseRenditionIsHDR"
)

// GainMap reads the properties in the XMP packet of the gain map's own JPEG. It returns false
// for another version than 1.0, for a repeated property, for a missing property that is
// needed, for a value outside its limits, and for a minimum above its maximum.
func (x XMP) GainMap() (Properties, bool) {
	read := Properties{values: map[string][]float64{}}

	if x.twice || !slices.Equal(x.Properties[propVersion], []string{gainVersion}) {
		return read, false
	}

	if base, ok := x.Properties[propBaseIsHD]; ok {
		if !slices.Equal(base, []string{"True"}) && !slices.Equal(base, []string{"False"}) {
			return read, false
		}

		read.base = base[0]
	}

	for _, rule := range gainRules() {
		texts, written := x.Properties[rule.name]
		if !written && !rule.needed {
			continue
		}

		values, ok := rule.read(texts)
		if !ok {
			return read, false
		}

		read.names, read.values[rule.name] = append(read.names, rule.name), values
	}

	return read, read.ordered("GainMapMin", "GainMapMax") && read.ordered("HDRCapacityMin", "HDRCapacityMax")
}

// read reads a property's values: one value, or one for each of three channels.
func (r gainRule) read(texts []string) ([]float64, bool) {
	if len(texts) != 1 && (len(texts) != Channels || !r.channels) {
		return nil, false
	}

	values := make([]float64, len(texts))

	for i, text := range texts {
		value, ok := gainNumber(text)
		if !ok || !within(value, r.least, r.most) {
			return nil, false
		}

		values[i] = value
	}

	return values, true
}

// ordered reports whether a minimum is at most a maximum, in each channel. A missing
// minimum is 0.
func (p Properties) ordered(least, most string) bool {
	low, high := p.values[least], p.values[most]
	if len(low) == 0 {
		low = []float64{0}
	}

	for i := range max(len(low), len(high)) {
		if low[min(i, len(low)-1)] > high[min(i, len(high)-1)] {
			return false
		}
	}

	return true
}

// gainNumber parses a decimal number. It rejects a long text, and a number so close to 0 that
// formatGain would write many digits.
func gainNumber(text string) (float64, bool) {
	const longest, smallest = 32, 1e-12

	if len(text) > longest || strings.Trim(text, "0123456789.+-eE") != "" {
		return 0, false
	}

	value, err := strconv.ParseFloat(text, 64)
	if err != nil || value != 0 && math.Abs(value) < smallest {
		return 0, false
	}

	if value == 0 {
		return 0, true // The sign of -0 is dropped.
	}

	return value, true
}

// The start and the end of an XMP packet with one description. Some readers, such as
// libultrahdr, recognize only the usual prefixes.
const (
	packetStart = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="` + nsRDF + `">` +
		`<rdf:Description rdf:about="" xmlns:hdrgm="` + nsGainMap + `"`
	packetVersion = ` hdrgm:` + propVersion + `="` + gainVersion + `"`
	packetEnd     = `</rdf:Description></rdf:RDF></x:xmpmeta>`
)

// Append appends an XMP packet with the properties of a gain map, after the identifier of XMP.
func (p Properties) Append(to []byte) []byte {
	to = append(to, IDXMP+packetStart+packetVersion...)

	var lists []byte

	for _, name := range p.names {
		values := p.values[name]
		if len(values) == 1 {
			to = append(to, ` hdrgm:`+name+`="`+formatGain(values[0])+`"`...)

			continue
		}

		lists = append(lists, `<hdrgm:`+name+`><rdf:Seq>`...)
		for _, value := range values {
			lists = append(lists, `<rdf:li>`+formatGain(value)+`</rdf:li>`...)
		}

		lists = append(lists, `</rdf:Seq></hdrgm:`+name+`>`...)
	}

	if p.base != "" {
		to = append(to, ` hdrgm:`+propBaseIsHD+`="`+p.base+`"`...)
	}

	return append(append(append(to, '>'), lists...), packetEnd...)
}

func formatGain(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

// AppendPrimaryXMP appends the XMP packet of a primary image, after the identifier of XMP. In
// the file, a gain map of the given length follows the primary image.
func AppendPrimaryXMP(to []byte, length int64) []byte {
	const item = `<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="`

	return append(to, IDXMP+packetStart+
		` xmlns:Container="`+nsContainer+`" xmlns:Item="`+nsItem+`"`+packetVersion+`>`+
		`<Container:Directory><rdf:Seq>`+
		item+`Primary" Item:Mime="image/jpeg"/></rdf:li>`+
		item+`GainMap" Item:Mime="image/jpeg" Item:Length="`+strconv.FormatInt(length, 10)+`"/></rdf:li>`+
		`</rdf:Seq></Container:Directory>`+packetEnd...)
}
