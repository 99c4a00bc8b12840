package recipe_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"triptych/shared/errorcode"
	"triptych/shared/recipe"
)

// TestRecipe_Check_refusedFilesOfTheDocumentation compares the test cases with the table
// "Refused files" in docs/formats.md. Each row that names a limit of the recipe must have a
// case here, and each case must have a row. The default limits must reject the file of the
// case with the code of the row.
func TestRecipe_Check_refusedFilesOfTheDocumentation(t *testing.T) {
	doc, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}

	_, section, found := strings.Cut(string(doc), "### Refused files\n")
	if !found {
		t.Fatal("docs/formats.md has no section \"Refused files\"")
	}

	section, _, _ = strings.Cut(section, "\n#")
	animated := recipe.Default()
	animated.Variants = append(animated.Variants, recipe.Variant{Name: "film", Format: recipe.WebP, Animated: true})

	files := map[string]error{
		"a file of more than `maxBytes`":                   animated.Limits.CheckBytes(52_428_801),
		"an image of more than `maxPixels`":                animated.Check("png", 8000, 7000, 1),
		"an image wider than `maxWidth`":                   animated.Check("png", 65_536, 1, 1),
		"a HEIC of more than `maxHeicPixels`":              animated.Check("heic", 8000, 7000, 1),
		"an AVIF of more than `maxAvifPixels`":             animated.Check("avif", 4000, 4000, 1),
		"an animation of more than `maxFrames`":            animated.Check("gif", 16, 16, 501),
		"a GIF of more than `maxFramePixels` that is kept": animated.Check("gif", 2000, 2000, 30),
	}

	for _, row := range regexp.MustCompile("(?m)^\\| ([^|]*`max[^|]*) \\| `([A-Z_]+)` \\|$").FindAllStringSubmatch(section, -1) {
		err, ok := files[row[1]]
		if !ok {
			t.Errorf("the row %q has no test case", row[1])
		} else if code := errorcode.CodeOf(err).Public(); code != row[2] {
			t.Errorf("%s: %q, the documentation has %s", row[1], code, row[2])
		}

		delete(files, row[1])
	}

	for name := range files {
		t.Errorf("%q has no row in docs/formats.md", name)
	}
}
