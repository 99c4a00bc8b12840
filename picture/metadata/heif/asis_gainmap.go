package heif

import (
	"encoding/binary"

	"triptych/picture/metadata/bmff"
)

// gainMap adds the gain map of ISO 21496-1, if the file has one for its primary image. A
// gain map that only Apple's own metadata describe is dropped, because a reader needs the
// maker's notes to apply it. So is one that cannot be read.
func (w *writer) gainMap() (added bool, err error) {
	for _, item := range w.file.Items() {
		sources := w.file.Sources(item)
		if item.Kind != bmff.KindTMap || len(sources) != 2 || sources[0] != w.file.Primary || sources[1] == nil {
			continue
		}

		metadata, err := w.file.Read(item, longToneMap+1)
		if err != nil || !isToneMap(metadata) {
			continue
		}

		layout, err := w.file.LayoutOf(sources[1])
		if err != nil || layout.Tiles[0].Kind != w.layout.Tiles[0].Kind || layout.Width > w.layout.Width || layout.Height > w.layout.Height {
			continue
		}

		if CheckCost(layout, layout.Width*layout.Height) != nil {
			continue
		}

		number, err := w.image(layout, true)
		if err != nil {
			return false, err
		}

		mapped := w.add(item, bmff.Part{Kind: bmff.KindTMap, Data: metadata, Properties: w.properties(item, false)})
		w.refer("dimg", mapped, w.written.Primary, number)
		w.written.Alternatives = [][]uint16{{mapped, w.written.Primary}}

		return true, nil
	}

	return false, nil
}

// The lengths of the metadata of a gain map with one channel, and with three.
const (
	headerOfToneMap = 1 + 2 + 2 + 1
	shortToneMap    = headerOfToneMap + 16 + 40
	longToneMap     = headerOfToneMap + 16 + 3*40
)

// isToneMap reports whether data are the metadata of a gain map (ISO 21496-1, annex C.2):
// a version of 0, for readers of version 0, and fractions for one or three channels. They
// have a fixed length, so that nothing else is in them. Readers reject an image whose gain
// map divides by 0, so such metadata are not accepted.
func isToneMap(data []byte) bool {
	return hasToneMapLength(data) && hasFractions(data[headerOfToneMap:])
}

func hasToneMapLength(data []byte) bool {
	const flagsAt, severalChannels = 5, 0x80

	if len(data) < shortToneMap || data[0] != 0 || data[1] != 0 || data[2] != 0 {
		return false
	}

	if data[flagsAt]&severalChannels != 0 {
		return len(data) == longToneMap
	}

	return len(data) == shortToneMap
}

// hasFractions checks the fractions: two headrooms, and for each channel minimum, maximum,
// gamma, and two offsets. No divisor and no gamma may be 0.
func hasFractions(data []byte) bool {
	const fraction, headrooms, each, gammaAt = 8, 2, 5, 2

	for i := 0; len(data) >= fraction; i++ {
		above, below := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
		data = data[fraction:]

		if isGamma := i >= headrooms && (i-headrooms)%each == gammaAt; below == 0 || isGamma && above == 0 {
			return false
		}
	}

	return true
}
