package decoder

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"os"
	"testing"
)

func TestQuick(t *testing.T) {
	for _, n := range []string{"restarts", "sampling-410", "sampling-411", "sampling-420", "sampling-422", "sampling-440", "sampling-444", "progressive"} {
		data, _ := os.ReadFile("../../testdata/" + n + ".jpg")
		for _, vectorised = range []bool{false, hasKernels()} {
			got, region, err := Decode(context.Background(), data, Options{})
			if err != nil {
				t.Error(n, err)
				continue
			}
			want, err := jpeg.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			ycc := want.(*image.YCbCr)
			worst, sum, cnt := 0, 0, 0
			for i, p := range [][]byte{ycc.Y, ycc.Cb, ycc.Cr} {
				stride := ycc.YStride
				if i > 0 {
					stride = ycc.CStride
				}
				for y := range got.Planes[i].Height {
					for x, v := range got.Planes[i].Row(y) {
						d := int(v) - int(p[y*stride+x])
						if d < 0 {
							d = -d
						}
						worst = max(worst, d)
						sum += d
						cnt++
					}
				}
			}
			t.Log(n, region, worst, float64(sum)/float64(cnt))
		}
	}
}

func benchmark(b *testing.B, name string, scale, threads int) {
	data, err := os.ReadFile(name)
	if err != nil {
		b.Skip(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Decode(context.Background(), data, Options{Scale: scale, Threads: threads}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDragonfly(b *testing.B) {
	for _, s := range []int{1, 2, 4, 8} {
		b.Run(string(rune('0'+s)), func(b *testing.B) { benchmark(b, "../../../../samples/dragonfly.jpg", s, 1) })
	}
}
