package encoder

import (
	"bytes"
	"context"
	"os/exec"
	"testing"

	"triptych/picture/jpeg/decoder"
	"triptych/picture/planes"
)

// imageOf returns an image whose samples repeat the given bytes.
func imageOf(data []byte, width, height int, s sampling) *planes.Image {
	img := picture(0, width, height, s)
	at := 0

	for _, p := range img.Planes {
		for i := range p.Pix {
			if len(data) > 0 {
				p.Pix[i] = data[at%len(data)]
			}

			at++
		}
	}

	return img
}

// FuzzEncode encodes images of all samplings. The files of both processes decode to the same
// samples, by image/jpeg and by the engine's decoder, and do not depend on assembly or
// threads.
func FuzzEncode(f *testing.F) {
	f.Add([]byte{0, 255}, uint8(17), uint8(9), uint8(80), uint8(4))
	f.Add([]byte{128}, uint8(64), uint8(64), uint8(1), uint8(0))
	f.Add([]byte("a photo of a dragonfly on a twig"), uint8(40), uint8(33), uint8(100), uint8(1))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255}, uint8(31), uint8(70), uint8(96), uint8(2))
	f.Add([]byte{3, 141, 59, 26, 53, 58, 97, 93, 238, 46}, uint8(90), uint8(5), uint8(25), uint8(3))

	was := accelerated

	f.Fuzz(func(t *testing.T, data []byte, width, height, quality, kind uint8) {
		defer func() { accelerated = was }()

		img := imageOf(data, int(width)+1, int(height)+1, samplings[int(kind)%len(samplings)])
		o := Options{Quality: int(quality)%100 + 1}

		accelerated = was
		sequential := encoded(t, img, o)

		o.Scans = Progressive
		progressive := encoded(t, img, o)

		accelerated, o.Threads = false, 3
		if !bytes.Equal(encoded(t, img, o), progressive) {
			t.Error("progressive: another file without assembly, with three threads")
		}

		o.Scans = Sequential
		if !bytes.Equal(encoded(t, img, o), sequential) {
			t.Error("sequential: another file without assembly, with three threads")
		}

		if !identical(decode(t, sequential), decode(t, progressive)) {
			t.Error("image/jpeg decodes other samples from the progressive file")
		}

		if !identical(byEngine(t, sequential), byEngine(t, progressive)) {
			t.Error("the engine decodes other samples from the progressive file")
		}
	})
}

// byEngine decodes a file with the engine's own decoder.
func byEngine(t *testing.T, file []byte) *planes.Image {
	t.Helper()

	var whole planes.Whole
	if err := decoder.Decode(context.Background(), file, decoder.Options{}, decoder.Target{Sink: &whole}); err != nil {
		t.Fatal(err)
	}

	return whole.Image
}

// djpeg of libjpeg-turbo decodes the same pixels from both processes.
func TestEncode_djpeg(t *testing.T) {
	if _, err := exec.LookPath("djpeg"); err != nil {
		t.Skip("djpeg is not installed (Debian: libjpeg-turbo-progs)")
	}

	pixels := func(file []byte) []byte {
		command := exec.CommandContext(t.Context(), "djpeg", "-ppm")
		command.Stdin = bytes.NewReader(file)

		var complaints bytes.Buffer

		command.Stderr = &complaints

		made, err := command.Output()
		if err != nil || complaints.Len() > 0 {
			t.Fatalf("%v: %s", err, complaints.Bytes())
		}

		return made
	}

	for _, s := range samplings {
		for seed, size := range [][2]int{{1, 1}, {37, 21}, {200, 161}} {
			for _, quality := range []int{10, 80, 100} {
				img := picture(uint64(seed), size[0], size[1], s)
				sequential := pixels(encoded(t, img, Options{Quality: quality}))
				progressive := pixels(encoded(t, img, Options{Quality: quality, Scans: Progressive}))

				if !bytes.Equal(sequential, progressive) {
					t.Errorf("%s, %v at %d: other pixels", s.name, size, quality)
				}
			}
		}
	}
}
