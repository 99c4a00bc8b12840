package heif_test

import (
	"bytes"
	"testing"

	"triptych/picture/metadata/bmff"
	"triptych/picture/metadata/bmff/bmfftest"
	"triptych/picture/metadata/heif"
)

// TestAuxiliaryOf checks the kinds of auxiliary images by their URNs. Only alpha belongs to
// the image.
func TestAuxiliaryOf(t *testing.T) {
	for urn, want := range map[string]heif.Auxiliary{
		"urn:mpeg:hevc:2015:auxid:1":                          heif.Alpha,
		"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha":         heif.Alpha,
		"urn:mpeg:hevc:2015:auxid:2":                          heif.Depth,
		"urn:mpeg:mpegB:cicp:systems:auxiliary:depth":         heif.Depth,
		"urn:com:apple:photo:2020:aux:hdrgainmap":             heif.GainMap,
		"urn:com:apple:photo:2018:aux:portraiteffectsmatte":   heif.Unknown,
		"urn:com:apple:photo:2019:aux:semanticskinmatte":      heif.Unknown,
		"urn:mpeg:hevc:2015:auxid:12":                         heif.Unknown,
		"urn:mpeg:mpegB:cicp:systems:auxiliary:alphabetical":  heif.Unknown,
		"https://aomedia.org/emulation/urn/auxiliary/unknown": heif.Unknown,
		"": heif.Unknown,
	} {
		form := bmfftest.File{
			Items:      []bmfftest.Item{coded(), coded(bmfftest.Auxiliary(urn))},
			References: []bmfftest.Reference{{Kind: "auxl", From: 2, To: []uint32{1}}},
		}
		data := form.Bytes()

		file, err := bmff.Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}

		if got := heif.AuxiliaryOf(file.Items()[1]); got != want {
			t.Errorf("%q: %d, want %d", urn, got, want)
		}

		if found := heif.AlphaItem(file, file.Primary); (found != nil) != (want == heif.Alpha) {
			t.Errorf("%q: alpha is %v", urn, found)
		}
	}
}
