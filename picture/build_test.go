package picture_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"testing"

	"triptych/picture"
	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// asPNG returns the specification of a PNG that fits into a box of this size.
func asPNG(width, height int) variant.Spec {
	return variant.Spec{Name: "png", Width: width, Height: height, Fit: variant.Inside, Format: variant.PNG}
}

// asJPEG returns the specification of a JPEG of quality 95 that fits into a box of this
// size.
func asJPEG(width, height int) variant.Spec {
	return variant.Spec{Name: "jpeg", Width: width, Height: height, Fit: variant.Inside, Format: variant.JPEG, Quality: 95}
}

// covering returns the variant with a cover fit.
func covering(want variant.Spec) variant.Spec {
	want.Fit = variant.Cover

	return want
}

// make1 makes one variant and decodes it.
func make1(t *testing.T, file []byte, want variant.Spec) (picture.Output, image.Image) {
	t.Helper()

	outputs, err := picture.Process(context.Background(), file, want)
	if err != nil {
		t.Fatal(err)
	}

	decoded, _, err := image.Decode(bytes.NewReader(outputs[0].Data))
	if err != nil {
		t.Fatal(err)
	}

	if size := decoded.Bounds().Size(); size != image.Pt(outputs[0].Width, outputs[0].Height) {
		t.Fatalf("%v pixels, reported as %d × %d", size, outputs[0].Width, outputs[0].Height)
	}

	return outputs[0], decoded
}

// lopsided returns an image that every rotation and mirroring changes.
func lopsided(width, height int) *image.NRGBA {
	drawn := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			drawn.SetNRGBA(x, y, color.NRGBA{uint8(255 * x / width), uint8(255 * y / height), uint8(x*y*64/width/height + 30), 255})
		}
	}

	return drawn
}

// failer is the part of a test that the functions of this file need. The tests of the
// packages testing and rapid implement it.
type failer interface {
	Helper()
	Fatal(args ...any)
}

func encodePNG(t failer, drawn image.Image) []byte {
	t.Helper()

	var file bytes.Buffer
	if err := png.Encode(&file, drawn); err != nil {
		t.Fatal(err)
	}

	return file.Bytes()
}

func encodeJPEG(t testing.TB, drawn image.Image) []byte {
	t.Helper()

	var file bytes.Buffer
	if err := jpeg.Encode(&file, drawn, &jpeg.Options{Quality: 98}); err != nil {
		t.Fatal(err)
	}

	return file.Bytes()
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()

	file, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}

	return file
}

// withSegment inserts a segment at the start of a JPEG.
func withSegment(file []byte, marker byte, payload string) []byte {
	segment := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(2+len(payload)))

	return bytes.Join([][]byte{file[:2], segment, []byte(payload), file[2:]}, nil)
}

// withChunk inserts a chunk after the header of a PNG.
func withChunk(file []byte, kind, data string) []byte {
	const behindIHDR = 8 + 25

	return bytes.Join([][]byte{file[:behindIHDR], chunk(kind, data), file[behindIHDR:]}, nil)
}

// chunk builds a PNG chunk.
func chunk(kind, data string) []byte {
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), kind+data...)

	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(kind+data)))
}

// deflate compresses data into a zlib stream.
func deflate(t failer, data string) string {
	t.Helper()

	var packed bytes.Buffer

	packer := zlib.NewWriter(&packed)
	if _, err := packer.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}

	if err := packer.Close(); err != nil {
		t.Fatal(err)
	}

	return packed.String()
}

// exifWith builds an EXIF block whose only tag is an orientation.
func exifWith(orientation byte) string {
	return "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string(orientation) + "\x00\x00\x00\x00\x00\x00\x00"
}

// profileFor builds the header of an ICC profile for a color space, followed by filler.
func profileFor(space string, length int) string {
	profile := make([]byte, length)
	binary.BigEndian.PutUint32(profile, uint32(length))
	copy(profile[12:], "mntr")
	copy(profile[16:], space)
	copy(profile[20:], "XYZ ")
	copy(profile[36:], "acsp")

	for i := 128; i < length; i++ {
		profile[i] = byte(i * 31)
	}

	return string(profile)
}

// profileOf returns the profile that an output carries.
func profileOf(t *testing.T, output picture.Output) string {
	t.Helper()

	profile, err := metadata.Profile(bytes.NewReader(output.Data), int64(len(output.Data)))
	if err != nil {
		t.Fatal(err)
	}

	return string(profile)
}

// psnr returns the peak signal-to-noise ratio of two images of the same size, in
// decibels. At 30, the images are similar. At 40, a viewer hardly sees a difference.
// Equal images have infinity.
func psnr(t *testing.T, got, want image.Image) float64 {
	t.Helper()

	a, b := got.Bounds(), want.Bounds()
	if a.Size() != b.Size() {
		t.Fatalf("%v pixels, want %v", a.Size(), b.Size())
	}

	var sum float64

	for y := range a.Dy() {
		for x := range a.Dx() {
			c := color.NRGBAModel.Convert(got.At(a.Min.X+x, a.Min.Y+y)).(color.NRGBA)
			d := color.NRGBAModel.Convert(want.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)

			for _, difference := range []int{int(c.R) - int(d.R), int(c.G) - int(d.G), int(c.B) - int(d.B), int(c.A) - int(d.A)} {
				sum += float64(difference * difference)
			}
		}
	}

	return 10 * math.Log10(255*255*4*float64(a.Dx()*a.Dy())/sum)
}
