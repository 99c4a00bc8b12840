package encoder

import (
	"fmt"
	"testing"

	"triptych/shared/picture/planes"
	"triptych/shared/picture/resize"
)

func BenchmarkEncode(b *testing.B) {
	was := accelerated
	defer func() { accelerated = was }()

	source := photo(b)

	for _, size := range [][2]int{{1600, 1200}, {800, 600}, {160, 160}} {
		img := resize.Image(source, resize.Whole(source.Width, source.Height), size[0], size[1], resize.Options{})

		for _, fast := range []bool{true, false} {
			for _, o := range []Options{{Tables: Optimised}, {Tables: Standard}, {Tables: Optimised, Threads: 2}} {
				name := fmt.Sprintf("%d/AVX2=%v/tables=%d/threads=%d", size[0], fast, o.Tables, o.Threads)
				b.Run(name, func(b *testing.B) { benchmark(b, img, o, fast && was) })
			}
		}
	}
}

func benchmark(b *testing.B, img *planes.Image, o Options, fast bool) {
	b.Helper()

	accelerated = fast

	b.ReportAllocs()

	var file []byte

	for b.Loop() {
		var err error
		if file, err = Encode(img, o); err != nil {
			b.Fatal(err)
		}
	}

	b.ReportMetric(float64(len(file)), "bytes")
}
