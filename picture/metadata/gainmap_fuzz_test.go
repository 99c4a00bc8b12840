package metadata

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// FuzzMPIndex checks that the number of positions in any index is limited, and that an
// index that was written again reads back correctly.
func FuzzMPIndex(f *testing.F) {
	big := appendMPIndex(nil, 1000, 200, 30)[len(idMPF):]
	f.Add(big)
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x02\xb0\x07\x00\x20\x00\x00\x00\x1a\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x00\x03\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\xff\xff"))

	f.Fuzz(func(t *testing.T, block []byte) {
		index := readMPIndex(block, 30)
		if len(index.offsets) > maxPictures || !slices.IsSorted(index.offsets) {
			t.Errorf("%d places", len(index.offsets))
		}

		primary, second := int64(len(block)+mpBytes), int64(len(block))+1

		written := appendMPIndex(nil, primary, second, 30)
		if len(written) != mpBytes {
			t.Fatalf("an index of %d bytes, want %d", len(written), mpBytes)
		}

		if again := readMPIndex(written[len(idMPF):], 30); !slices.Equal(again.offsets, []int64{primary}) {
			t.Errorf("written for a picture at %d, read %v", primary, again.offsets)
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
		parsed, ok := parseISO(payload)
		if !ok {
			return
		}

		written := parsed.append(nil)[len(idISO):]

		again, ok := parseISO(written)
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
	f.Add(appendPrimaryXMP(nil, 1234)[len(idXMP):])
	f.Add([]byte(`<?xpacket begin=""?><a xmlns:i="` + nsItem + `" xmlns:c="` + nsContainer + `"><c:Item/><c:Item><i:Semantic>GainMap</i:Semantic><i:Length>9</i:Length><i:Padding>99999999999</i:Padding></c:Item></a>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "&b;&b;">]><a>&b;</a>`))

	f.Fuzz(func(t *testing.T, packet []byte) {
		if len(packet) > 1<<16 {
			t.Skip("no segment holds it")
		}

		parsed, ok := parseGainXMP(packet)
		if !ok {
			return
		}

		for _, place := range parsed.gainMaps(0) {
			if place < 0 {
				t.Errorf("a gain map at %d", place)
			}
		}

		properties, ok := parsed.gainMap()
		if !ok {
			return
		}

		written := properties.append(nil)
		if len(written) > 2048 {
			t.Errorf("%d bytes: %s", len(written), written)
		}

		again, ok := parseGainXMP(written[len(idXMP):])
		if !ok {
			t.Fatalf("not well-formed: %s", written)
		}

		same, ok := again.gainMap()
		if !ok || !bytes.Equal(same.append(nil), written) {
			t.Errorf("%s is read as %+v", written, same)
		}
	})
}
