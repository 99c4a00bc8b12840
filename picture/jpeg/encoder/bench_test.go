package encoder

import (
	"fmt"
	"testing"

	"triptych/picture/planes"
	"triptych/picture/resize"
)

func BenchmarkEncode(b *testing.B) {
	was := accelerated
	defer func() { accelerated = was }()

	source := photo(b)

	for _, size := range [][2]int{{1600, 1200}, {800, 600}, {160, 160}} {
		img := resize.Image(source, resize.Whole(source.Width, source.Height), size[0], size[1], resize.Options{})

		for _, fast := range []bool{true, false} {
			for _, o := range []Options{{Tables: Optimized}, {Tables: Standard}, {Tables: Optimized, Threads: 2}, {Scans: Progressive}} {
				name := fmt.Sprintf("%d/AVX2=%v/tables=%d/scans=%d/threads=%d", size[0], fast, o.Tables, o.Scans, o.Threads)
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

func BenchmarkForward(b *testing.B) {
	was := accelerated
	defer func() { accelerated = was }()

	img := photo(b)
	q := newQuantizer(0, scaledTable(0, DefaultQuality))
	blocks, masks := make([][64]int16, 100), make([]uint64, 100)

	for _, fast := range []bool{true, false} {
		b.Run(fmt.Sprintf("100-blocks/AVX2=%v", fast), func(b *testing.B) {
			accelerated = fast && was

			for b.Loop() {
				forward(img.Planes[0].Pix[1000*img.Planes[0].Stride+1000:], img.Planes[0].Stride, q, blocks, masks)
			}
		})
	}
}
