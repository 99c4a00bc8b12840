package encoder

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"triptych/picture/planes"
)

// FuzzEncode compares the encoder's reconstruction with the decoder of golang.org/x/image.
// The image repeats the samples, with a part of random ones.
func FuzzEncode(f *testing.F) {
	f.Add(uint8(0), uint8(0), uint8(0), uint8(0), false, []byte{0})
	f.Add(uint8(16), uint8(16), uint8(100), uint8(255), false, []byte{255, 0})
	f.Add(uint8(40), uint8(33), uint8(80), uint8(3), true, []byte{10, 20, 30, 40, 50, 60, 70})
	f.Add(uint8(63), uint8(1), uint8(30), uint8(40), false, bytes.Repeat([]byte{1, 200}, 33))

	f.Fuzz(func(t *testing.T, width, height, quality, noise uint8, gray bool, samples []byte) {
		if len(samples) == 0 {
			return
		}

		random := rand.New(rand.NewPCG(uint64(width), uint64(height)))
		img := drawn(1+int(width)%70, 1+int(height)%70, func(plane, x, y int) byte {
			sample := int(samples[(plane*977+y*67+x)%len(samples)])

			return byte(min(sample+random.IntN(int(noise)+1), 255))
		})

		if gray {
			img.Model, img.Planes = planes.Gray, img.Planes[:1]
		}

		file, want := encoded(t, img, Options{Quality: int(quality) % 101})
		for i, got := range decoded(t, file) {
			same(t, "x/image", got, want[i])
		}
	})
}
