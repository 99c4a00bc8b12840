package picture

import (
	"bytes"
	"context"
	"os"
	"testing"

	"triptych/picture/variant"
)

// The file of an automatic quality is that of one of the qualities that it is chosen from.
func TestProcess_autoQuality(t *testing.T) {
	file, err := os.ReadFile("../samples/rocket.jpg")
	if err != nil {
		t.Skip(err)
	}

	made := func(quality int, auto bool) []byte {
		outputs, err := Process(context.Background(), file, variant.Spec{
			Name: "a", Width: 320, Height: 320, Fit: Inside, Format: JPEG, Quality: quality, AutoQuality: auto,
		})
		if err != nil {
			t.Fatal(err)
		}

		return outputs[0].Data
	}

	chosen := made(0, true)

	for quality := 65; quality <= 92; quality++ {
		if bytes.Equal(made(quality, false), chosen) {
			return
		}
	}

	t.Error("the file has none of the qualities from 65 to 92")
}
