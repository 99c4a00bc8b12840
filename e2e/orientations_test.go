package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"triptych/e2e/fixture"
)

// TestOrientationsOfPNGAndWebP is TestOrientations for the other formats with an
// orientation. All eight variants must be upright, and the master must keep the tag,
// unless its value is 1.
func TestOrientationsOfPNGAndWebP(t *testing.T) {
	t.Parallel()

	const (
		prefix        = "orientations/"
		width, height = 600, 400
	)

	drawing := fixture.Quarters(width, height, 33)
	folder := t.TempDir()

	for orientation := 1; orientation <= 8; orientation++ {
		turned, _ := fixture.WebPWithMetadata(fixture.WebP("lossy"), width, height, orientation, false)
		write(t, folder, fmt.Sprintf("%d.webp", orientation), turned)
		write(t, folder, fmt.Sprintf("%d.png", orientation), fixture.TurnedPNG(drawing, orientation))
	}

	results := upload(t, exitWell, under, "--prefix", prefix, folder)
	masters := t.TempDir()

	for orientation := 1; orientation <= 8; orientation++ {
		// The pixels of the WebP are the same for each orientation, so each result is
		// turned differently.
		webp, webpSize := gridOf(t, fixture.PNG(quarters(width, height)), orientation)
		png, pngSize := gridOf(t, fixture.PNG(drawing), 1)

		turned := results[fmt.Sprintf("%s%d.webp", prefix, orientation)]
		checkVariants(t, turned, webp, webpSize)

		stored := results[fmt.Sprintf("%s%d.png", prefix, orientation)]
		checkVariants(t, stored, png, pngSize)

		for name, result := range map[string]uploaded{"webp": turned, "png": stored} {
			address, _ := masterOf(t, result)
			write(t, masters, fmt.Sprintf("%d.%s", orientation, name), get(t, address).Body)
		}
	}

	tags, err := exiftool(masters)
	if err != nil {
		t.Fatal(err)
	}

	files, err := os.ReadDir(masters)
	if err != nil || len(files) != 16 {
		t.Fatalf("%d masters: %v", len(files), err)
	}

	for _, file := range files {
		want := 0 // no tag
		if _, err := fmt.Sscanf(file.Name(), "%d.", &want); err != nil || want == 1 {
			want = 0
		}

		if got := number(tags[filepath.Join(masters, file.Name())], "IFD0:Orientation"); got != want {
			t.Errorf("%s: orientation %d, want %d", file.Name(), got, want)
		}
	}
}
