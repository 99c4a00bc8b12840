package gainmap

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// FuzzMPIndex checks that the number of positions in any index is limited, and that an
// index that was written again reads back correctly.
func FuzzMPIndex(f *testing.F) {
	big := AppendIndex(nil, 1000, 200, 30)[len(IDMPF):]
	f.Add(big)
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x02\xb0\x07\x00\x20\x00\x00\x00\x1a\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x00\x03\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\xff\xff"))

	f.Fuzz(func(t *testing.T, block []byte) {
		index := ReadIndex(block, 30)
		if len(index.Offsets) > maxPictures || !slices.IsSorted(index.Offsets) {
			t.Errorf("%d places", len(index.Offsets))
		}

		primary, second := int64(len(block)+IndexBytes), int64(len(block))+1

		written := AppendIndex(nil, primary, second, 30)
		if len(written) != IndexBytes {
			t.Fatalf("an index of %d bytes, want %d", len(written), IndexBytes)
		}

		if again := ReadIndex(written[len(IDMPF):], 30); !slices.Equal(again.Offsets, []int64{primary}) {
			t.Errorf("written for an image at %d, read %v", primary, again.Offsets)
		}
	})
}

// FuzzISOMetadata checks that accepted metadata are written with the same values.
func FuzzISOMetadata(f *testing.F) {
	whole := make([]byte, 0, 64)
	whole = append(whole, 0, 0, 0, 0, isoBaseSpace)

	for _, field := range []uint32{0, 1, 2, 1, 0, 1, 2, 1, 1, 1, 1, 64, 1, 64} {
		whole = binary.BigEndian.AppendUint32(whole, field)
	}

	common := bytes.Clone(whole[:37])
	common[4] |= isoCommon

	f.Add(whole)
	f.Add(common)
	f.Add(append([]byte{0, 0, 0, 0, isoChannels}, make([]byte, 136)...))

	f.Fuzz(func(t *testing.T, payload []byte) {
		parsed, ok := ParseISO(payload)
		if !ok {
			return
		}

		written := parsed.Append(nil)[len(IDISO):]

		again, ok := ParseISO(written)
		if !ok || !slices.Equal(again.fields, parsed.fields) || again.flags != parsed.flags {
			t.Errorf("%+v was written as %x", parsed, written)
		}

		if !bytes.HasPrefix(payload[isoFlags:], written[isoFlags:]) || !bytes.Equal(written[:isoFlags], make([]byte, isoVersionBytes)) {
			t.Errorf("%x was written as %x", payload, written)
		}
	})
}

// FuzzGainMapXMP checks that the accepted part of any packet is written in few bytes, and
// reads back as the same values.
func FuzzGainMapXMP(f *testing.F) {
	const start = packetStart + packetVersion

	f.Add([]byte(start + ` hdrgm:GainMapMax="2.5" hdrgm:HDRCapacityMax="2.5" hdrgm:BaseRenditionIsHDR="False"/></rdf:RDF></x:xmpmeta>`))
	f.Add([]byte(start + ` hdrgm:HDRCapacityMax="1"><hdrgm:GainMapMax><rdf:Seq><rdf:li>1</rdf:li><rdf:li>.5</rdf:li><rdf:li>1e-3</rdf:li></rdf:Seq></hdrgm:GainMapMax>` + packetEnd))
	f.Add([]byte(start + `><hdrgm:GainMapMax>-1</hdrgm:GainMapMax><hdrgm:GainMapMin>-2</hdrgm:GainMapMin><hdrgm:HDRCapacityMax>0</hdrgm:HDRCapacityMax>` + packetEnd))
	f.Add(AppendPrimaryXMP(nil, 1234)[len(IDXMP):])
	f.Add([]byte(`<?xpacket begin=""?><a xmlns:i="` + nsItem + `" xmlns:c="` + nsContainer + `"><c:Item/><c:Item><i:Semantic>GainMap</i:Semantic><i:Length>9</i:Length><i:Padding>99999999999</i:Padding></c:Item></a>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "&b;&b;">]><a>&b;</a>`))

	f.Fuzz(func(t *testing.T, packet []byte) {
		if len(packet) > 1<<16 {
			t.Skip("no segment holds it")
		}

		parsed, ok := ParseXMP(packet)
		if !ok {
			return
		}

		for _, place := range parsed.Places(0) {
			if place < 0 {
				t.Errorf("a gain map at %d", place)
			}
		}

		properties, ok := parsed.GainMap()
		if !ok {
			return
		}

		written := properties.Append(nil)
		if len(written) > 2048 {
			t.Errorf("%d bytes: %s", len(written), written)
		}

		again, ok := ParseXMP(written[len(IDXMP):])
		if !ok {
			t.Fatalf("not well-formed: %s", written)
		}

		same, ok := again.GainMap()
		if !ok || !bytes.Equal(same.Append(nil), written) {
			t.Errorf("%s is read as %+v", written, same)
		}
	})
}
