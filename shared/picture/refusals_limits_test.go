package picture_test

import (
	"bytes"
	"testing"

	"triptych/shared/metadata/bmff/bmfftest"
)

// beyondLimits makes files that the default limits of a recipe refuse.
func beyondLimits(t testing.TB) map[string][]byte {
	t.Helper()

	gif := func(size string, frames int) []byte {
		frame := ",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"

		return append([]byte("GIF89a"+size+"\x80\x00\x00abcdef"), append(bytes.Repeat([]byte(frame), frames), ';')...)
	}
	sized := func(name string, width, height int) bmfftest.Item {
		item := stillItem(t, name)
		for i, property := range item.Properties {
			if property.Kind == "ispe" {
				item.Properties[i] = bmfftest.Size(width, height)
			}
		}

		return item
	}
	wide := chunk("IHDR", "\x00\x01\x00\x00\x00\x00\x00\x01\x08\x00\x00\x00\x00")

	return map[string][]byte{
		"a file of more than `maxBytes`":                   append(encodeJPEG(t, lopsided(60, 40)), make([]byte, 52_428_800)...),
		"a picture of more than `maxPixels`":               gif("\x40\x1f\x58\x1b", 1), // 8000 × 7000
		"a picture wider than `maxWidth`":                  append([]byte("\x89PNG\r\n\x1a\n"), append(wide, chunk("IDAT", "")...)...),
		"a HEIC of more than `maxHeicPixels`":              heifOf("heic", sized("grey.heic", 8000, 7000)),
		"an AVIF of more than `maxAvifPixels`":             heifOf("avif", sized("p3.avif", 4000, 4000)),
		"an animation of more than `maxFrames`":            gif("\x10\x00\x10\x00", 501),
		"a GIF of more than `maxFramePixels` that is kept": gif("\xd0\x07\xd0\x07", 30), // 30 frames of 2000 × 2000
	}
}
