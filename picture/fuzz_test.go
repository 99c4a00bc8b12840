package picture_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"testing"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// FuzzProcess checks that any input gives either a rejection, or images of the size that
// Fit returns.
func FuzzProcess(f *testing.F) {
	drawn := lopsided(40, 24)

	for _, seed := range [][]byte{
		encodeJPEG(f, drawn), encodePNG(f, drawn), encodePNG(f, paletted()), encodeJPEG(f, image.NewGray(drawn.Rect)),
		encodePNG(f, image.NewNRGBA(drawn.Rect)), encodePNG(f, image.NewGray16(drawn.Rect)), encodePNG(f, image.NewNRGBA64(drawn.Rect)),
		testdata(f, "cmyk.jpg"), testdata(f, "progressive.jpg"), testdata(f, "restarts.jpg"), testdata(f, "arithmetic.jpg"),
		testdata(f, "sampling-410.jpg"), testdata(f, "sampling-440.jpg"),
		testdata(f, "lossy.webp"), testdata(f, "lossy-alpha.webp"), testdata(f, "lossy-alpha-plain.webp"), testdata(f, "lossless.webp"),
		testdata(f, "lossless-palette.webp"), testdata(f, "animated.webp"), testdata(f, "animated-full.webp"),
		extended(f, "lossy.webp", 1<<3, nil, riffChunk("EXIF", exifWith(6))),
		encodeGIF(f, image.Pt(30, 20), paletted()), interlaced(encodeGIF(f, image.Pt(30, 20), paletted())),
		encodeGIF(f, image.Pt(64, 48), framed(image.Rect(9, 8, 40, 30), color.Black), framed(image.Rect(0, 0, 64, 48), color.White)),
		withSegment(encodeJPEG(f, drawn), 0xe1, "Exif\x00\x00"+exifWith(6)),
		withSegment(encodeJPEG(f, drawn), 0xe2, "ICC_PROFILE\x00\x01\x01"+profileFor("RGB ", 200)),
		withChunk(encodePNG(f, drawn), "eXIf", exifWith(7)), nil,
	} {
		f.Add(seed, uint8(9), uint8(7))
	}

	f.Fuzz(func(t *testing.T, file []byte, boxWidth, boxHeight uint8) {
		const most = 100_000 // pixels; in the pipeline, too, limits are checked before Process

		info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
		if err == nil && int64(info.Width)*int64(info.Height) > most {
			t.Skip("too large to be quick")
		}

		wants := []variant.Spec{
			asJPEG(1+int(boxWidth), int(boxHeight)), covering(asPNG(1+int(boxWidth), 1+int(boxHeight))),
		}

		outputs, err := picture.Process(context.Background(), file, wants...)
		if err != nil {
			if failure.KindOf(err) == "" {
				t.Errorf("not a rejection: %v", err)
			}

			return
		}

		width, height := info.Upright()

		for i, output := range outputs {
			w, h := picture.Fit(width, height, wants[i])
			if output.Width != w || output.Height != h {
				t.Errorf("%d × %d, want %d × %d", output.Width, output.Height, w, h)
			}

			again, err := metadata.Inspect(bytes.NewReader(output.Data), int64(len(output.Data)))
			if err != nil || again.Width != w || again.Height != h {
				t.Errorf("a file of %+v, %v", again, err)
			}

			if shown, err := picture.Placeholder(context.Background(), output.Data); err != nil || len(shown.ThumbHash) < 5 {
				t.Errorf("a placeholder of %d bytes, %v", len(shown.ThumbHash), err)
			}
		}
	})
}
