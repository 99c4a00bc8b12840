package picture_test

import (
	"bytes"
	"context"
	stdpng "image/png"
	"testing"

	"triptych/picture"
	"triptych/picture/icc"
	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// pngCases holds the cases of PNG. Pillow made their expected pixels.
var pngCases = []pictureCase{
	{file: "bad-crc-iend.png", check: strictMaster},
	{file: "cicp-p3.png", check: hasDisplayP3},
	{file: "exif-after.png", check: strictMaster},
	{file: "extra-data-in-idat.png"}, // libpng reads it without a warning.
	{file: "imexif.png", check: strictMaster},
	{file: "noiend.png", check: strictMaster},
	{file: "plte-257.png", check: strictMaster},
}

// hasDisplayP3 checks that a variant contains the profile that the file only names.
func hasDisplayP3(t *testing.T, file []byte) {
	t.Helper()

	for _, want := range []picture.Output{made(t, file, asPNG(20, 20)), made(t, file, asJPEG(20, 20))} {
		if profileOf(t, want) != string(icc.ForPrimaries(12)) {
			t.Errorf("%s without the profile of Display P3", want.ContentType)
		}
	}
}

func made(t *testing.T, file []byte, want variant.Spec) picture.Output {
	t.Helper()

	output, _ := make1(t, file, want)

	return output
}

// strictMaster checks that a decoder that tolerates no defect reads the master, and that
// the master shows the same pixels as the file.
func strictMaster(t *testing.T, file []byte) {
	t.Helper()

	master, _, err := picture.Clean(context.Background(), metadata.PNG, picture.Converted, bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}

	if _, err := stdpng.Decode(bytes.NewReader(master.Data)); err != nil {
		t.Errorf("image/png: %v", err)
	}

	_, ofFile := make1(t, file, asPNG(100, 100))
	_, ofMaster := make1(t, master.Data, asPNG(100, 100))
	compareNear(t, ofMaster, ofFile, 0)
}
