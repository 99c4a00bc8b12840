package icc_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"triptych/picture/icc"
	"triptych/picture/planes"
)

func testdata(t testing.TB, name string) []byte {
	t.Helper()

	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}

	return data
}

// row builds an image of one row of pixels.
func row(model planes.Model, pixels ...[]int) *planes.Image {
	picture := &planes.Image{Model: model, Width: len(pixels), Height: 1}

	for i := range model.Components() {
		plane := planes.New(len(pixels), 1)
		for x, pixel := range pixels {
			plane.Pix[x] = uint8(pixel[i])
		}

		picture.Planes = append(picture.Planes, plane)
	}

	return picture
}

func TestToSRGB_matchesLittleCMS(t *testing.T) {
	var reference map[string][][2][]int
	if err := json.Unmarshal(testdata(t, "littlecms.json"), &reference); err != nil {
		t.Fatal(err)
	}

	for _, test := range []struct {
		name  string
		model planes.Model
		most  int // largest allowed difference of a component, in levels
	}{
		{"adobe.icc", planes.RGB, 1}, {"p3.icc", planes.RGB, 1}, {"gray.icc", planes.Gray, 1},
		{"cmyk-mft1.icc", planes.CMYK, 2}, {"cmyk-mft2.icc", planes.CMYK, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			profile := icc.ForPrimaries(12)
			if test.name != "p3.icc" {
				profile = testdata(t, test.name)
			}

			transform, err := icc.ToSRGB(profile)
			if err != nil {
				t.Fatal(err)
			}

			transform.KeepBlack()

			pairs := reference[test.name]
			if len(pairs) < 50 {
				t.Fatalf("%d colors", len(pairs))
			}

			pixels := make([][]int, len(pairs))
			for i, pair := range pairs {
				pixels[i] = pair[0]
			}

			picture := row(test.model, pixels...)
			transform.Apply(picture)

			for x, pair := range pairs {
				for i := range picture.Planes {
					if off := int(picture.Planes[i].Pix[x]) - pair[1][i]; max(off, -off) > test.most {
						t.Errorf("%v: component %d is %d, want %d", pair[0], i, picture.Planes[i].Pix[x], pair[1][i])
					}
				}
			}
		})
	}
}

// TestToSRGB_tables_are_those_of_LittleCMS checks that tables of every type are read as
// in LittleCMS, for the perceptual intent.
func TestToSRGB_tables_are_those_of_LittleCMS(t *testing.T) {
	var reference map[string]struct {
		Profile []byte
		Colors  [][2][]int
	}
	if err := json.Unmarshal(testdata(t, "tables.json"), &reference); err != nil {
		t.Fatal(err)
	}

	if len(reference) < 25 {
		t.Fatalf("%d profiles", len(reference))
	}

	for name, test := range reference {
		t.Run(name, func(t *testing.T) {
			const most = 2

			transform, err := icc.ToSRGB(test.Profile)
			if err != nil {
				t.Fatal(err)
			}

			pixels := make([][]int, len(test.Colors))
			for i, pair := range test.Colors {
				pixels[i] = pair[0]
			}

			picture := row(models[icc.SpaceOf(test.Profile)], pixels...)
			transform.Apply(picture)

			for x, pair := range test.Colors {
				for i, want := range pair[1] {
					got := picture.Planes[min(i, len(picture.Planes)-1)].Pix[x]
					if off := int(got) - want; max(off, -off) > most {
						t.Errorf("%v: component %d is %d, want %d", pair[0], i, got, want)
					}
				}
			}
		})
	}
}

var models = map[icc.Space]planes.Model{icc.RGB: planes.RGB, icc.Gray: planes.Gray, icc.CMYK: planes.CMYK}

func TestToSRGB_whiteAndBlackPoint(t *testing.T) {
	for _, name := range []string{"cmyk-mft1.icc", "cmyk-mft2.icc"} {
		transform, err := icc.ToSRGB(testdata(t, name))
		if err != nil {
			t.Fatal(err)
		}

		picture := row(planes.CMYK, []int{0, 0, 0, 0}, []int{255, 255, 255, 255})
		transform.Apply(picture)

		if picture.Model != planes.RGB || len(picture.Planes) != 3 {
			t.Fatalf("model %d of %d planes", picture.Model, len(picture.Planes))
		}

		for _, plane := range picture.Planes {
			if plane.Pix[0] < 253 || plane.Pix[1] > 2 {
				t.Errorf("%s: white is %d, black is %d", name, plane.Pix[0], plane.Pix[1])
			}
		}
	}
}

// TestToSRGB_broken_tables checks that a table that cannot be read is ignored. The matrix
// is then used, or the profile is rejected.
func TestToSRGB_broken_tables(t *testing.T) {
	var reference map[string]struct{ Profile []byte }
	if err := json.Unmarshal(testdata(t, "tables.json"), &reference); err != nil {
		t.Fatal(err)
	}

	plain, shaped := reference["mAB CMYK Lab 16"].Profile, reference["RGB of a table and a matrix"].Profile
	table := func(profile []byte) int { return bytes.Index(profile, []byte("mAB ")) }
	// part returns the start of the part to which a field of the table points.
	part := func(profile []byte, field int) int {
		return table(profile) + int(binary.BigEndian.Uint32(profile[table(profile)+field:]))
	}

	const lastAt, matrixAt, middleAt, gridAt, firstAt = 12, 16, 20, 24, 28

	for name, change := range map[string]func(profile []byte){
		"other channels":                  func(p []byte) { p[table(p)+8] = 2 },
		"other results":                   func(p []byte) { p[table(p)+9] = 4 },
		"no last curves":                  func(p []byte) { clear(p[table(p)+lastAt:][:4]) },
		"last curves after the end":       func(p []byte) { p[table(p)+lastAt] = 0xff },
		"a matrix at the end":             func(p []byte) { binary.BigEndian.PutUint32(p[table(p)+matrixAt:], uint32(len(p)-table(p)-8)) },
		"curves of another type":          func(p []byte) { copy(p[part(p, middleAt):], "xxxx") },
		"curves of 4 Gi numbers":          func(p []byte) { copy(p[part(p, firstAt):], "curv\x00\x00\x00\x00\xff\xff\xff\xff") },
		"a grid of 255 in each direction": func(p []byte) { copy(p[part(p, gridAt):], "\xff\xff\xff\xff") },
		"a grid of one point":             func(p []byte) { p[part(p, gridAt)+1] = 1 },
		"numbers of 3 bytes":              func(p []byte) { p[part(p, gridAt)+16] = 3 },
	} {
		t.Run(name, func(t *testing.T) {
			broken := bytes.Clone(plain)
			change(broken)

			if _, err := icc.ToSRGB(broken); !errors.Is(err, icc.ErrUnsupported) {
				t.Errorf("without a matrix: %v", err)
			}

			broken = bytes.Clone(shaped)
			change(broken)

			transform, err := icc.ToSRGB(broken)
			if err != nil {
				t.Fatalf("with a matrix: %v", err)
			}

			matrixAlone, err := icc.ToSRGB(bytes.Replace(shaped, []byte("A2B0"), []byte("none"), 1))
			if err != nil {
				t.Fatal(err)
			}

			got, want := row(planes.RGB, []int{200, 100, 50}), row(planes.RGB, []int{200, 100, 50})
			transform.Apply(got)
			matrixAlone.Apply(want)

			for i := range got.Planes {
				if got.Planes[i].Pix[0] != want.Planes[i].Pix[0] {
					t.Errorf("component %d is %d, the matrix makes it %d", i, got.Planes[i].Pix[0], want.Planes[i].Pix[0])
				}
			}
		})
	}
}

func TestForPrimaries(t *testing.T) {
	for number, known := range map[uint16]bool{0: false, 1: false, 2: false, 9: true, 12: true, 5: false} {
		if made := icc.ForPrimaries(number); (icc.SpaceOf(made) == icc.RGB) != known {
			t.Errorf("%d: a profile of %d bytes", number, len(made))
		}
	}

	// Green of BT.2020 is outside sRGB. Its white is inside.
	transform, err := icc.ToSRGB(icc.ForPrimaries(9))
	if err != nil {
		t.Fatal(err)
	}

	picture := row(planes.RGB, []int{0, 255, 0}, []int{255, 255, 255}, []int{0, 0, 0})
	transform.Apply(picture)

	for i, want := range [3][3]uint8{{0, 255, 0}, {255, 255, 0}, {0, 255, 0}} {
		if got := [3]uint8(picture.Planes[i].Pix); got != want {
			t.Errorf("component %d: %v, want %v", i, got, want)
		}
	}
}

func TestToSRGB_unsupported(t *testing.T) {
	adobe, cmyk := testdata(t, "adobe.icc"), testdata(t, "cmyk-mft2.icc")
	change := func(profile []byte, from, to string) []byte {
		return bytes.Replace(profile, []byte(from), []byte(to), 1)
	}
	huge := bytes.Clone(adobe)
	binary.BigEndian.PutUint32(huge[128:], 1<<31)

	for name, profile := range map[string][]byte{
		"none": nil, "text": []byte(strings.Repeat("no profile ", 30)), "cut in its header": adobe[:100], "cut in its tags": adobe[:140],
		"Lab": change(adobe, "RGB ", "Lab "), "RGB through Lab": change(adobe, "XYZ ", "Lab "),
		"RGB without red": change(adobe, "rXYZ", "xxxx"), "RGB without a curve": change(adobe, "gTRC", "xxxx"),
		"CMYK without a table": change(cmyk, "A2B0", "xxxx"), "a table of another type": change(cmyk, "mft2", "mAB "),
		"a short table": cmyk[:len(cmyk)-100], "a curve of another type": change(adobe, "curv", "xxxx"),
	} {
		if _, err := icc.ToSRGB(profile); !errors.Is(err, icc.ErrUnsupported) {
			t.Errorf("%s: got %v", name, err)
		}
	}

	if _, err := icc.ToSRGB(huge); err != nil {
		t.Errorf("more tags claimed than there are: %v", err)
	}
}

// FuzzToSRGB checks that every profile is either rejected or usable for a conversion.
func FuzzToSRGB(f *testing.F) {
	for _, name := range []string{"adobe.icc", "gray.icc", "cmyk-mft1.icc", "cmyk-mft2.icc"} {
		f.Add(testdata(f, name))
	}

	f.Add(icc.ForPrimaries(12))

	var tables map[string]struct{ Profile []byte }
	if err := json.Unmarshal(testdata(f, "tables.json"), &tables); err != nil {
		f.Fatal(err)
	}

	for _, table := range tables {
		f.Add(table.Profile)
	}

	f.Fuzz(func(t *testing.T, profile []byte) {
		transform, err := icc.ToSRGB(profile)
		if err != nil {
			if !errors.Is(err, icc.ErrUnsupported) {
				t.Errorf("got %v", err)
			}

			return
		}

		transform.Apply(row(models[icc.SpaceOf(profile)], []int{0, 0, 0, 0}, []int{255, 255, 255, 255}, []int{1, 100, 200, 255}))
	})
}
