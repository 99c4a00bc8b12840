package gif_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	strict "image/gif"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/gif"
	"triptych/picture/metadata"
)

// malformed is a file of testdata/make.py, with the image that Pillow shows.
type malformed struct {
	Name, File, Fault string
	Width, Height     int
	Pixels            string
}

func malformedFiles(t testing.TB) []malformed {
	t.Helper()

	data, err := os.ReadFile(filepath.Join("testdata", "malformed.json"))
	if err != nil {
		t.Fatal(err)
	}

	var read struct{ Files []malformed }
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}

	return read.Files
}

func (m malformed) data(t testing.TB) []byte {
	t.Helper()

	data, err := base64.StdEncoding.DecodeString(m.File)
	if err != nil {
		t.Fatal(err)
	}

	return data
}

// shown returns the pixels of Pillow.
func (m malformed) shown(t testing.TB) *image.NRGBA {
	t.Helper()

	unpacked, err := zlib.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(m.Pixels)))
	if err != nil {
		t.Fatal(err)
	}

	pixels, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}

	return &image.NRGBA{Pix: pixels, Stride: 4 * m.Width, Rect: image.Rect(0, 0, m.Width, m.Height)}
}

// pixelAt returns a pixel of a frame. Pixels outside the frame are transparent.
func pixelAt(frame image.Image, x, y int) color.NRGBA {
	if !image.Pt(x, y).In(frame.Bounds()) {
		return color.NRGBA{}
	}

	return color.NRGBAModel.Convert(frame.At(x, y)).(color.NRGBA)
}

func first(file []byte) (image.Point, image.Image, error) {
	read, err := gif.NewDecoder(file)
	if err != nil {
		return image.Point{}, nil, err
	}

	frame, err := read.Next(context.Background())

	return read.Canvas, frame.Pixels, err
}

// lacking lists the files with missing pixels, which Pillow rejects and this package
// shows. The other files that Pillow rejects are corrupt.
var lacking = map[string]int{"a row too little": 12, "half a row too little": 6}

func TestDecoder_showsMalformedFilesAsPillow(t *testing.T) {
	for _, file := range malformedFiles(t) {
		t.Run(file.Name, func(t *testing.T) {
			canvas, frame, err := first(file.data(t))
			defect, _, _ := strings.Cut(file.Name, ",")

			switch {
			case file.Fault != "" && lacking[defect] == 0:
				if !failure.Is(err, failure.Corrupt) {
					t.Errorf("got %v; Pillow: %s", err, file.Fault)
				}

				return
			case err != nil:
				t.Fatal(err)
			case file.Fault != "":
				return
			}

			if canvas != image.Pt(file.Width, file.Height) {
				t.Fatalf("a canvas of %v, Pillow has %d × %d", canvas, file.Width, file.Height)
			}

			want := file.shown(t)

			for y := range canvas.Y {
				for x := range canvas.X {
					ideal := want.NRGBAAt(x, y)
					if ideal.A == 0 || !image.Pt(x, y).In(frame.Bounds()) { // Pillow paints the background.
						ideal = color.NRGBA{}
					}

					if got := pixelAt(frame, x, y); got != ideal {
						t.Fatalf("%v at %d, %d, Pillow has %v", got, x, y, ideal)
					}
				}
			}
		})
	}
}

// Missing pixels are transparent. The other pixels equal those of the sound file.
func TestDecoder_missingPixelsAreTransparent(t *testing.T) {
	sound := map[string]image.Image{}
	seen := 0

	for _, file := range malformedFiles(t) {
		defect, kind, _ := strings.Cut(file.Name, ",")

		_, frame, err := first(file.data(t))
		if defect == "sound" {
			sound[kind] = frame
		}

		if lacking[defect] == 0 {
			continue
		}

		if err != nil {
			t.Fatalf("%s: %v", file.Name, err)
		}

		seen++

		missing := 0

		for y := range 9 {
			for x := range 12 {
				got, whole := pixelAt(frame, x, y), pixelAt(sound[kind], x, y)
				if got != whole && got != (color.NRGBA{}) {
					t.Fatalf("%s: %v at %d, %d", file.Name, got, x, y)
				}

				if got.A == 0 && (whole.A != 0 || strings.Contains(kind, "transparent") && y >= 7) {
					missing++
				}
			}
		}

		if !strings.Contains(kind, "transparent") && missing != lacking[defect] || missing == 0 {
			t.Errorf("%s: %d pixels are missing, want %d", file.Name, missing, lacking[defect])
		}
	}

	if seen != 16 {
		t.Errorf("%d files", seen)
	}
}

// A strict decoder reads the sanitized file. Its frames are those shown for the original.
// A second pass does not change it.
func TestSanitize_malformedFiles(t *testing.T) {
	for _, file := range malformedFiles(t) {
		t.Run(file.Name, func(t *testing.T) { checkSanitized(t, file.data(t)) })
	}
}

// checkSanitized sanitizes a valid file, and compares the frames.
func checkSanitized(t *testing.T, file []byte) {
	t.Helper()

	canvas, _, shownErr := first(file)

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if shownErr == nil && (err != nil || info.Width != canvas.X || info.Height != canvas.Y) {
		t.Errorf("inspected as %+v, %v; the canvas is %v", info, err, canvas)
	}

	var master bytes.Buffer

	_, err = metadata.Sanitize(&master, bytes.NewReader(file))
	if failure.KindOf(err) != failure.KindOf(shownErr) && !failure.Is(err, failure.TooManyPixels) || (err == nil) != (shownErr == nil) {
		t.Fatalf("sanitized: %v, shown: %v", err, shownErr)
	}

	if err != nil {
		return
	}

	var again bytes.Buffer
	if _, err := metadata.Sanitize(&again, bytes.NewReader(master.Bytes())); err != nil || !bytes.Equal(again.Bytes(), master.Bytes()) {
		t.Errorf("a second pass changes the file: %v", err)
	}

	all, err := strict.DecodeAll(bytes.NewReader(master.Bytes()))
	if err != nil {
		t.Fatalf("image/gif: %v", err)
	}

	if all.Config.Width != canvas.X || all.Config.Height != canvas.Y {
		t.Errorf("the screen is %d × %d, the canvas %v", all.Config.Width, all.Config.Height, canvas)
	}

	original, _ := gif.NewDecoder(file)

	for number, read := range all.Image {
		frame, err := original.Next(context.Background())
		if err != nil {
			t.Fatalf("frame %d of the original: %v", number+1, err)
		}

		if _, full := frame.Pixels.(*image.NRGBA); full || frame.Pixels.Bounds().Empty() {
			continue // Slightly different: see Image.Encode.
		}

		if read.Rect != frame.Pixels.Bounds() || all.Delay[number] != frame.Delay || all.Disposal[number] != frame.Disposal {
			t.Fatalf("frame %d: %v, delay %d, disposal %d; want %v, %d, %d", number+1,
				read.Rect, all.Delay[number], all.Disposal[number], frame.Pixels.Bounds(), frame.Delay, frame.Disposal)
		}

		for y := read.Rect.Min.Y; y < read.Rect.Max.Y; y++ {
			for x := read.Rect.Min.X; x < read.Rect.Max.X; x++ {
				if got, want := pixelAt(read, x, y), pixelAt(frame.Pixels, x, y); got != want {
					t.Fatalf("frame %d: %v at %d, %d, want %v", number+1, got, x, y, want)
				}
			}
		}
	}

	if _, err := original.Next(context.Background()); !errors.Is(err, io.EOF) {
		t.Errorf("the original has more than %d frames: %v", len(all.Image), err)
	}
}

// Any bytes yield an error, or pixels within the canvas and a master that shows them.
func FuzzDecode(f *testing.F) {
	for _, file := range malformedFiles(f) {
		f.Add(file.data(f))
	}

	f.Fuzz(func(t *testing.T, file []byte) {
		if read, err := gif.NewDecoder(file); err == nil && (read.Canvas.X*read.Canvas.Y > 1<<18 || len(file) > 1<<14) {
			t.Skip("too large to be quick")
		}

		canvas, frame, err := first(file)

		if err != nil && failure.KindOf(err) == "" {
			t.Errorf("not a failure: %v", err)
		}

		if err == nil && !frame.Bounds().In(image.Rectangle{Max: canvas}) {
			t.Errorf("a frame of %v on a canvas of %v", frame.Bounds(), canvas)
		}

		if header := []byte("GIF89a"); bytes.HasPrefix(file, header) {
			checkSanitized(t, file)
		}
	})
}
