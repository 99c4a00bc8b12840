package picture_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff/bmfftest"
)

// asIs makes the master of a HEIC or AVIF as it is, and checks that it has the same
// properties and pixels as the file, and nothing that would be removed again.
func asIs(t *testing.T, file []byte) ([]byte, metadata.Report) {
	t.Helper()

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}

	made, report, err := picture.Clean(context.Background(), info.Format, picture.AsIs, bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}

	entry := metadata.EntryOf(info.Format)
	if made.ContentType != entry.ContentType || made.Extension != entry.Extension {
		t.Errorf("%s, .%s", made.ContentType, made.Extension)
	}

	if found, err := metadata.Inspect(bytes.NewReader(made.Data), int64(len(made.Data))); err != nil || !reflect.DeepEqual(found, info) {
		t.Errorf("the master is %+v, %v; the file is %+v", found, err, info)
	}

	if again, left, err := metadata.AsIs(made.Data); err != nil || len(left.Removed) > 0 || !bytes.Equal(again, made.Data) {
		t.Errorf("the master of the master: %+v, %v", left, err)
	}

	want, wantErr := whole(file)
	got, err := whole(made.Data)

	if failure.KindOf(err) != failure.KindOf(wantErr) || !bytes.Equal(got, want) {
		t.Errorf("the master has other pixels: %v, %v", err, wantErr)
	}

	return made.Data, report
}

// whole returns a PNG of all pixels.
func whole(file []byte) ([]byte, error) {
	made, err := picture.Process(context.Background(), file, picture.Spec{
		Name: "whole", Width: 65535, Height: 65535, Fit: picture.Inside, Format: picture.PNG,
	})
	if err != nil {
		return nil, err
	}

	return made[0].Data, nil
}

func TestClean_asIs_sameImage(t *testing.T) {
	for _, pattern := range []string{"*.heic", "*.avif", "cases/*.heic", "cases/*.avif"} {
		paths, err := filepath.Glob("testdata/" + pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v, %v", pattern, paths, err)
		}

		for _, path := range paths {
			t.Run(filepath.Base(path), func(t *testing.T) {
				asIs(t, testdata(t, strings.TrimPrefix(path, "testdata/")))
			})
		}
	}
}

// secret is in every part of a file that a master must not have.
const secret = "52.5163N 13.3777E"

// withSecrets returns a HEIC with metadata in every place: items, thumbnails, auxiliary
// images, properties, the coded image and its configuration, and boxes of its own.
func withSecrets(t *testing.T, form bmfftest.File) []byte {
	t.Helper()

	coded := codedItem(t, "gray.heic",
		bmfftest.Turn(1), bmfftest.Property{Kind: "udes", Data: []byte(secret)}, bmfftest.Property{Kind: "pasp", Data: []byte("\x00\x00\x00\x01\x00\x00\x00\x01" + secret)},
		bmfftest.Property{Kind: "colr", Data: []byte("prof" + secret)},
	)
	thumbnail := coded
	other := bmfftest.Item{Kind: "hvc1", Data: []byte(secret), Properties: []bmfftest.Property{bmfftest.Size(64, 48)}}
	depth := other
	depth.Properties = append(slices.Clone(other.Properties), bmfftest.Auxiliary("urn:mpeg:hevc:2015:auxid:2"))
	apple := other
	apple.Properties = append(slices.Clone(other.Properties), bmfftest.Auxiliary("urn:com:apple:photo:2020:aux:hdrgainmap"))
	vendor := other
	vendor.Properties = append(slices.Clone(other.Properties), bmfftest.Auxiliary("urn:com:example:aux:"+secret))

	coded.Data = slices.Concat(unitOf(39, secret), coded.Data, unitOf(40, secret), unitOf(62, secret), unitOf(38, secret))

	for i, property := range coded.Properties {
		if property.Kind == "hvcC" {
			const arraysAt = 22

			config := bytes.Clone(property.Data)
			config[arraysAt]++
			// The length has two bytes.
			coded.Properties[i].Data = slices.Concat(config, []byte{39, 0, 1}, unitOf(39, secret)[2:], []byte(secret))
		}
	}

	form.Items = []bmfftest.Item{
		coded, {Kind: "Exif", Data: []byte("\x00\x00\x00\x00" + secret)}, {Kind: "mime", MIME: "application/rdf+xml", Data: []byte(secret)},
		thumbnail, depth, apple, vendor, {Kind: "uri ", Data: []byte(secret)}, {Kind: "jpeg", Data: []byte(secret)},
	}
	form.References = []bmfftest.Reference{
		{Kind: "cdsc", From: 2, To: []uint32{1}}, {Kind: "cdsc", From: 3, To: []uint32{1}}, {Kind: "thmb", From: 4, To: []uint32{1}},
		{Kind: "auxl", From: 5, To: []uint32{1}}, {Kind: "auxl", From: 6, To: []uint32{1}}, {Kind: "auxl", From: 7, To: []uint32{1}},
	}

	file := form.Bytes()
	for _, kind := range []string{"free", "skip", "uuid", "moov", "udta", "wxyz"} {
		file = append(file, bmfftest.Box(kind, []byte(secret))...)
	}

	return append(file, secret...)
}

// unitOf returns a NAL unit of a type, after its length of four bytes.
func unitOf(kind byte, payload string) []byte {
	return append(append(bmfftest.Uint32(2+len(payload)), kind<<1, 1), payload...)
}

func TestClean_asIs_removesMetadata(t *testing.T) {
	for name, form := range map[string]bmfftest.File{
		"plain":        {},
		"long numbers": {LongIDs: true, LongIndices: true},
		"iloc 2":       {Iloc: 2},
		"idat":         {Inline: true},
		"two extents":  {Halves: true},
		"meta last":    {MetaLast: true},
	} {
		t.Run(name, func(t *testing.T) {
			file := withSecrets(t, form)
			if strings.Count(string(file), secret) < 20 {
				t.Fatal("the secrets are not in the file")
			}

			master, report := asIs(t, file)
			if bytes.Contains(master, []byte(secret[:8])) {
				t.Errorf("the master has metadata: %q", master)
			}

			if want := []string{"exif", "gainmap", "other", "thumbnail", "xmp"}; !slices.Equal(report.Removed, want) || report.Kept != nil {
				t.Errorf("%+v; want %v", report, want)
			}
		})
	}
}

// TestClean_asIs_gainMap checks that the gain map of ISO 21496-1 is kept, if its metadata
// have the form of the standard.
func TestClean_asIs_gainMap(t *testing.T) {
	fraction := string([]byte{0, 0, 0, 1, 0, 0, 0, 1})
	one := "\x00\x00\x00\x00\x00\x00" + strings.Repeat(fraction, 7)
	three := "\x00\x00\x00\x00\x00\x80" + strings.Repeat(fraction, 17)
	divides := one[:6+8*3+4] + "\x00\x00\x00\x00" + one[6+8*4:]
	dark := one[:6+8*4] + "\x00\x00\x00\x00" + one[6+8*4+4:]

	for name, c := range map[string]struct {
		metadata string
		kept     bool
	}{
		"one channel":       {one, true},
		"three channels":    {three, true},
		"other data behind": {one + secret, false},
		"too short":         {one[:40], false},
		"version 1":         {"\x01" + one[1:], false},
		"minimum version 1": {"\x00\x00\x01" + one[3:], false},
		"a divisor of 0":    {divides, false},
		"a gamma of 0":      {dark, false},
		"nothing":           {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			file := bmfftest.File{Items: []bmfftest.Item{
				codedItem(t, "gray.heic"), codedItem(t, "gray.heic"), {Kind: "tmap", Data: []byte(c.metadata)},
			}, References: []bmfftest.Reference{{Kind: "dimg", From: 3, To: []uint32{1, 2}}}}

			master, report := asIs(t, file.Bytes())
			if has := bytes.Contains(master, []byte("tmap")); has != c.kept || has != slices.Contains(report.Kept, "gainmap") ||
				has == slices.Contains(report.Removed, "gainmap") {
				t.Errorf("the master has a gain map: %v; %+v", has, report)
			}

			if c.kept && (!bytes.Contains(master, []byte(c.metadata)) || !bytes.Contains(master, []byte("altr"))) {
				t.Error("the metadata of the gain map are not in the master")
			}
		})
	}
}

func TestClean_asIs_rejections(t *testing.T) {
	coded := codedItem(t, "gray.heic")
	damaged, turned := coded, coded
	damaged.Data = append(bytes.Clone(coded.Data), 0, 0, 0, 9, 1)

	for range 200 {
		turned.Properties = append(slices.Clone(turned.Properties), bmfftest.Turn(0))
	}

	for name, file := range map[string][]byte{
		"a NAL unit beyond the item": heifOf("heic", damaged),
		"too many properties":        twiceAssociated(bmfftest.File{Items: []bmfftest.Item{turned}, MetaLast: true, LongIndices: true}),
	} {
		_, _, err := picture.Clean(context.Background(), picture.HEIC, picture.AsIs, bytes.NewReader(file), int64(len(file)))
		if !failure.Is(err, failure.Corrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}

	// Other formats do not change.
	file := testdata(t, "gray.heic")

	png, err := whole(file)
	if err != nil {
		t.Fatal(err)
	}

	made, _, err := picture.Clean(context.Background(), picture.PNG, picture.AsIs, bytes.NewReader(png), int64(len(png)))
	if err != nil || !bytes.Equal(made.Data, png) {
		t.Errorf("a PNG: %v", err)
	}

	ended, cancel := context.WithCancel(context.Background())
	cancel()

	if _, _, err := picture.Clean(ended, picture.HEIC, picture.AsIs, bytes.NewReader(file), int64(len(file))); err == nil || failure.KindOf(err) != "" {
		t.Errorf("when the context has ended: %v", err)
	}
}

// twiceAssociated writes a file with its ipma box twice.
func twiceAssociated(form bmfftest.File) []byte {
	file := form.Bytes()
	at := bytes.Index(file, []byte("ipma")) - 4
	box := bytes.Clone(file[at : at+int(binary.BigEndian.Uint32(file[at:]))])
	file = slices.Insert(file, at, box...)

	for _, outer := range []string{"iprp", "meta"} {
		size := file[bytes.Index(file, []byte(outer))-4:]
		binary.BigEndian.PutUint32(size, binary.BigEndian.Uint32(size)+uint32(len(box)))
	}

	return file
}

func TestMasterExtensions_asIs(t *testing.T) {
	for _, entry := range metadata.Entries() {
		got := picture.MasterExtensions(entry.Name, picture.AsIs)

		want := picture.MasterExtensions(entry.Name, picture.Converted)
		if entry.Name == picture.HEIC || entry.Name == picture.AVIF {
			want = []string{entry.Extension}
		}

		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", entry.Name, got, want)
		}
	}
}
