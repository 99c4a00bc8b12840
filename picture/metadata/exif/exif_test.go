package exif_test

import (
	"slices"
	"testing"

	"triptych/picture/metadata/exif"
)

// TestMinimal checks that a minimal block has its orientation and nothing else.
func TestMinimal(t *testing.T) {
	for orientation := range 10 {
		block := exif.Minimal(orientation)

		want := orientation
		if orientation < 1 || orientation > 8 {
			want = 0
		}

		if got := exif.Orientation(block); got != want {
			t.Errorf("orientation %d: read %d", orientation, got)
		}

		if kinds := exif.Kinds(block); !slices.Equal(kinds, []string{"exif"}) {
			t.Errorf("orientation %d: kinds %v", orientation, kinds)
		}

		directory, ok := exif.First(block)
		if !ok || len(directory.Entries) != 1 || len(block) != exif.HeaderBytes+2+exif.EntryBytes+4 {
			t.Errorf("orientation %d: %d bytes, %+v", orientation, len(block), directory)
		}
	}
}

// TestBlock checks the identifier before a block in a JPEG.
func TestBlock(t *testing.T) {
	for payload, want := range map[string]bool{
		"Exif\x00\x00MM": true, "Exif\x00\xffMM": true, "Exif\x00": false, "exif\x00\x00MM": false, "": false,
	} {
		block, ok := exif.Block([]byte(payload))
		if ok != want || ok && string(block) != "MM" {
			t.Errorf("%q: %q, %v", payload, block, ok)
		}
	}
}
