package e2e_test

import (
	"bytes"
	"image"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"triptych/e2e/fixture"
)

// asIsRecipe keeps HEIC and AVIF as they are.
const asIsRecipe = `{ "master": "as-is", "variants": [{ "name": "small", "width": 300 }] }`

// place is what a master must not reveal.
const place = "52.516275"

// located returns a photo of a phone with a place, an author and a description, in EXIF and
// XMP.
func located(t *testing.T, name string) []byte {
	t.Helper()

	file := write(t, t.TempDir(), name, fixture.Phone(name))

	out, err := exec.Command("exiftool", "-overwrite_original", "-GPSLatitude="+place, "-GPSLatitudeRef=N", "-GPSLongitude=13.377704",
		"-GPSLongitudeRef=E", "-EXIF:Artist=A. Nonymous", "-XMP-exif:GPSLatitude="+place, "-XMP-dc:Creator=A. Nonymous", file).CombinedOutput()
	if err != nil {
		t.Fatalf("exiftool: %v\n%s", err, out)
	}

	made, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	if !bytes.Contains(made, []byte("A. Nonymous")) {
		t.Fatal("the photo has no author")
	}

	return made
}

// TestMasterAsIs uploads photos of phones with a place under a recipe that keeps the file
// itself. The master has no metadata and the same image, the variants are those of the
// photo, and doctor and backfill find nothing to do.
func TestMasterAsIs(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()
	recipe := write(t, folder, "recipe.json", []byte(asIsRecipe))
	photos := t.TempDir()

	names := []string{"phone.heic", "side.heic", "phone.avif"}
	for _, name := range names {
		write(t, photos, name, located(t, name))
	}

	write(t, photos, "plain.jpg", fixture.JPEG(quarters(600, 400)))

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--recipe", recipe)
	results := upload(t, exitWell, up.target, photos)
	masters := t.TempDir()

	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			result := results[name]
			result.ready(t)

			extension := strings.TrimPrefix(filepath.Ext(name), ".")
			address := up.Stack.CDN + "/" + path.Join(encode(result.Key), "-", result.Version, "original."+extension)
			master := immutableObject(t, address, "image/"+extension)
			write(t, masters, name, master)

			if bytes.Contains(master, []byte("Nonymous")) || bytes.Contains(master, []byte("xmpmeta")) {
				t.Error("the master has the author")
			}

			want, _ := gridOf(t, fixture.PNG(quarters(600, 400)), 1)
			small := immutableObject(t, result.Variants[0].URL, "image/jpeg")

			seen, size := gridOf(t, small, 1)
			if size != image.Pt(300, 200) {
				t.Errorf("the variant is %v", size)
			}

			seen.alike(t, "the variant", want)

			if shown := expect(t, exitWell, up.target, "show", result.Key).Stdout; !strings.Contains(shown, "exif") || !strings.Contains(shown, "xmp") {
				t.Errorf("show does not list what was removed:\n%s", shown)
			}

			out := filepath.Join(t.TempDir(), "out")
			expect(t, exitWell, up.target, "render", filepath.Join(photos, name), "--recipe", recipe, "--out", out)

			if rendered, err := os.ReadFile(filepath.Join(out, name, "original."+extension)); err != nil || !bytes.Equal(rendered, master) {
				t.Errorf("render made another master: %v", err)
			}
		})
	}

	results["plain.jpg"].ready(t)

	facts, err := exiftool(masters)
	if err != nil {
		t.Fatal(err)
	}

	if len(facts) != len(names) {
		t.Errorf("exiftool read %d masters", len(facts))
	}

	for file, tags := range facts {
		for tag, value := range tags {
			group, _, _ := strings.Cut(tag, ":")
			if !slices.Contains([]string{"SourceFile", "ExifTool", "System", "File", "QuickTime", "Meta", "Composite"}, group) || tag == "ExifTool:Warning" {
				t.Errorf("%s: %s is %v", filepath.Base(file), tag, value)
			}
		}
	}

	expect(t, exitWell, up.target, "doctor")

	for _, one := range planBackfill(t, up.target, "--verify") {
		if one.Action != "none" {
			t.Errorf("the backfill: %+v", one)
		}
	}
}
