package encoder

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"triptych/picture/jpeg/t81"
	"triptych/picture/planes"
)

type sampling struct {
	name string
	h, v int
	gray bool
}

var samplings = []sampling{
	{name: "gray", gray: true},
	{name: "4:4:4", h: 1, v: 1},
	{name: "4:2:2", h: 2, v: 1},
	{name: "4:4:0", h: 1, v: 2},
	{name: "4:2:0", h: 2, v: 2},
}

// picture returns an image between smooth and noisy.
func picture(seed uint64, width, height int, s sampling) *planes.Image {
	random := rand.New(rand.NewPCG(seed, 3))
	img := &planes.Image{Model: planes.Gray, Width: width, Height: height, Planes: []planes.Plane{planes.New(width, height)}}

	if !s.gray {
		img.Model = planes.YCbCr
		for range 2 {
			img.Planes = append(img.Planes, planes.New((width+s.h-1)/s.h, (height+s.v-1)/s.v))
		}
	}

	for i, p := range img.Planes {
		noise := 1 << (seed % 8)

		for y := range p.Height {
			for x := range p.Row(y) {
				smooth := 128 + 80*math.Sin(float64(x*(i+1))/9)*math.Cos(float64(y)/7)
				p.Row(y)[x] = byte(min(max(int(smooth)+random.IntN(noise)-noise/2, 0), 255))
			}
		}
	}

	return img
}

// decode decodes a file with the standard library.
func decode(t *testing.T, file []byte) *planes.Image {
	t.Helper()

	decoded, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}

	return fromStandard(decoded)
}

func fromStandard(decoded image.Image) *planes.Image {
	switch d := decoded.(type) {
	case *image.Gray:
		w, h := d.Rect.Dx(), d.Rect.Dy()

		return &planes.Image{Model: planes.Gray, Width: w, Height: h, Planes: []planes.Plane{{Pix: d.Pix, Stride: d.Stride, Width: w, Height: h}}}
	case *image.YCbCr:
		w, h := d.Rect.Dx(), d.Rect.Dy()
		factors := map[image.YCbCrSubsampleRatio][2]int{
			image.YCbCrSubsampleRatio444: {1, 1}, image.YCbCrSubsampleRatio422: {2, 1},
			image.YCbCrSubsampleRatio440: {1, 2}, image.YCbCrSubsampleRatio420: {2, 2},
		}[d.SubsampleRatio]
		cw, ch := (w+factors[0]-1)/factors[0], (h+factors[1]-1)/factors[1]

		return &planes.Image{Model: planes.YCbCr, Width: w, Height: h, Planes: []planes.Plane{
			{Pix: d.Y, Stride: d.YStride, Width: w, Height: h},
			{Pix: d.Cb, Stride: d.CStride, Width: cw, Height: ch},
			{Pix: d.Cr, Stride: d.CStride, Width: cw, Height: ch},
		}}
	default:
		panic(fmt.Sprintf("decoded as %T", decoded))
	}
}

// bound is the maximum difference of a decoded sample. A DC coefficient differs by up to
// half a step, an AC coefficient by up to the share of a step that is rounded down, and
// the basis function is at most ¼ c(u) c(v). A small amount is added for the rounding of
// samples and of two transforms.
func bound(component, quality int) float64 {
	sum := 0.0

	for i, step := range scaledTable(component, quality) {
		factor := 0.25
		if i/8 == 0 {
			factor /= math.Sqrt2
		}

		if i%8 == 0 {
			factor /= math.Sqrt2
		}

		most := float64(step) - float64(bias(component, i, uint32(step)*dctGain))/dctGain
		sum += factor * (most + 0.2)
	}

	return sum + 2
}

func TestEncode_roundTrip(t *testing.T) {
	for _, s := range samplings {
		t.Run(s.name, func(t *testing.T) {
			for size := 1; size <= 40; size++ {
				for _, size := range [][2]int{{size, 41 - size}, {size, size}, {size, 17}} {
					for _, quality := range []int{30, 80, 100} {
						for _, tables := range []Tables{Optimized, Standard} {
							img := picture(uint64(size[0]), size[0], size[1], s)

							file, err := Encode(img, Options{Quality: quality, Tables: tables})
							if err != nil {
								t.Fatal(err)
							}

							compare(t, fmt.Sprintf("%v at %d", size, quality), decode(t, file), img, quality)
						}
					}
				}
			}
		})
	}
}

// compare compares a decoded image with the encoded one. If a side is so short that
// samplings coincide, the decoded image may have another sampling.
func compare(t *testing.T, what string, got, want *planes.Image, quality int) {
	t.Helper()

	if got.Width != want.Width || got.Height != want.Height || len(got.Planes) != len(want.Planes) {
		t.Fatalf("%s: %d×%d with %d planes", what, got.Width, got.Height, len(got.Planes))
	}

	for i, p := range want.Planes {
		most := bound(i, quality)

		if q := got.Planes[i]; q.Width != p.Width || q.Height != p.Height {
			t.Fatalf("%s: plane %d is %d×%d, want %d×%d", what, i, q.Width, q.Height, p.Width, p.Height)
		}

		for y := range p.Height {
			for x, v := range p.Row(y) {
				if off := math.Abs(float64(v) - float64(got.Planes[i].Row(y)[x])); off > most {
					t.Fatalf("%s: plane %d (%d, %d) is %d, want %d", what, i, x, y, got.Planes[i].Row(y)[x], v)
				}
			}
		}
	}
}

func TestEncode_sameFileOnEveryMachine(t *testing.T) {
	was := accelerated
	defer func() { accelerated = was }()

	for _, s := range samplings {
		for _, size := range [][2]int{{1, 1}, {16, 16}, {161, 203}, {250, 90}, {33, 400}} {
			for _, tables := range []Tables{Optimized, Standard} {
				img := picture(4, size[0], size[1], s)
				accelerated = was

				want, err := Encode(img, Options{Tables: tables})
				if err != nil {
					t.Fatal(err)
				}

				for _, threads := range []int{1, 2, 3, 100} {
					for _, fast := range []bool{was, false} {
						accelerated = fast

						if got, err := Encode(img, Options{Tables: tables, Threads: threads}); err != nil || !bytes.Equal(got, want) {
							t.Errorf("%s %v: a different file with %d threads, AVX2 %v, %v", s.name, size, threads, fast, err)
						}
					}
				}
			}
		}
	}
}

// Tokens that are dropped and made again yield the same file.
func TestEncode_droppedTokens(t *testing.T) {
	img := picture(5, 200, 300, samplings[4])

	code := func(keeps int) ([]byte, int) {
		f, err := newFrame(img)
		if err != nil {
			t.Fatal(err)
		}

		f.keeps = keeps
		f.quantize(80)
		parts := f.parts(2)
		dropped := 0

		for _, p := range parts {
			p.tokenize()

			if p.dropped {
				dropped++
			}
		}

		c := optimalCodes(parts)

		return appendScan(nil, parts, &c), dropped
	}

	want, dropped := code(tokensKept)
	if dropped != 0 {
		t.Fatal("the tokens of a small image were dropped")
	}

	got, dropped := code(1000)
	if dropped != 2 || !bytes.Equal(got, want) {
		t.Errorf("%d parts dropped, %d bytes, want %d", dropped, len(got), len(want))
	}
}

func TestEncode_errors(t *testing.T) {
	fine := func() *planes.Image { return picture(1, 20, 20, samplings[4]) }

	for name, c := range map[string]struct {
		change func(img *planes.Image, o *Options)
		want   error
	}{
		"no width":                {func(img *planes.Image, _ *Options) { img.Width = 0 }, ErrSize},
		"too high":                {func(img *planes.Image, _ *Options) { img.Height = 65536 }, ErrSize},
		"RGB":                     {func(img *planes.Image, _ *Options) { img.Model = planes.RGB }, ErrModel},
		"a missing plane":         {func(img *planes.Image, _ *Options) { img.Planes = img.Planes[:2] }, ErrPlanes},
		"a third of the width":    {func(img *planes.Image, _ *Options) { img.Planes[1].Width = 7; img.Planes[2].Width = 7 }, ErrPlanes},
		"different chroma planes": {func(img *planes.Image, _ *Options) { img.Planes[2] = planes.New(20, 20) }, ErrPlanes},
		"too few samples":         {func(img *planes.Image, _ *Options) { img.Planes[2].Pix = img.Planes[2].Pix[:99] }, ErrPlanes},
		"a short stride":          {func(img *planes.Image, _ *Options) { img.Planes[0].Stride = 19 }, ErrPlanes},
		"quality 101":             {func(_ *planes.Image, o *Options) { o.Quality = 101 }, ErrQuality},
		"quality -1":              {func(_ *planes.Image, o *Options) { o.Quality = -1 }, ErrQuality},
		"a long profile":          {func(_ *planes.Image, o *Options) { o.Profile = make([]byte, 255*65519+1) }, ErrProfile},
	} {
		img, o := fine(), Options{}
		c.change(img, &o)

		if _, err := Encode(img, o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestEncode_profile(t *testing.T) {
	for _, length := range []int{0, 1, 3144, 65519, 65520, 200000} {
		profile := make([]byte, length)
		for i := range profile {
			profile[i] = byte(i * 7)
		}

		file, err := Encode(picture(1, 20, 20, samplings[4]), Options{Profile: profile})
		if err != nil {
			t.Fatal(err)
		}

		if decode(t, file); !bytes.Equal(collect(t, file), profile) {
			t.Errorf("a profile of %d bytes is lost", length)
		}
	}
}

// collect reads the profile as described in ICC.1, B.4.
func collect(t *testing.T, file []byte) []byte {
	t.Helper()

	var profile []byte

	for at, number := 2, 1; file[at+1] != t81.SOS; {
		length := int(file[at+2])<<8 | int(file[at+3])
		segment := file[at+4 : at+2+length]

		if file[at+1] == t81.APP2 {
			if !bytes.HasPrefix(segment, []byte("ICC_PROFILE\x00")) || int(segment[12]) != number {
				t.Fatalf("segment %d begins with %q", number, segment[:14])
			}

			profile = append(profile, segment[14:]...)
			number++
		}

		at += 2 + length
	}

	return profile
}

// photo decodes a sample photo.
func photo(t testing.TB) *planes.Image {
	t.Helper()

	file, err := os.Open("../../../samples/dragonfly.jpg")
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = file.Close() }()

	decoded, err := jpeg.Decode(file)
	if err != nil {
		t.Fatal(err)
	}

	return fromStandard(decoded)
}

func TestEncode_optimizedIsSmaller(t *testing.T) {
	img := photo(t)
	sizes := map[Tables]int{}

	for _, tables := range []Tables{Optimized, Standard} {
		file, err := Encode(img, Options{Tables: tables})
		if err != nil {
			t.Fatal(err)
		}

		compare(t, "the photo", decode(t, file), img, 80)
		sizes[tables] = len(file)
	}

	if sizes[Optimized] > sizes[Standard]*98/100 {
		t.Errorf("optimized %d bytes, standard %d", sizes[Optimized], sizes[Standard])
	}
}

// The file is the same on every machine. The expected value was recorded on amd64.
func TestGolden(t *testing.T) {
	img := &planes.Image{Model: planes.YCbCr, Width: 203, Height: 101}
	random := rand.New(rand.NewPCG(1, 6))

	for _, size := range [][2]int{{203, 101}, {102, 51}, {102, 51}} {
		p := planes.New(size[0], size[1])
		for i := range p.Pix {
			p.Pix[i] = byte(i%size[0]*2 + random.IntN(1+i%97))
		}

		img.Planes = append(img.Planes, p)
	}

	file, err := Encode(img, Options{})
	if err != nil {
		t.Fatal(err)
	}

	sum := fnv.New64a()
	sum.Write(file)

	if got := sum.Sum64(); got != 0xe8c232385a99493f {
		t.Errorf("%d bytes, %#x", len(file), got)
	}
}

// A panic on a goroutine reaches the caller, who can recover from it.
func TestEncode_panicReachesCaller(t *testing.T) {
	for _, wrong := range []int{0, 1} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("part %d: no panic", wrong)
				}
			}()

			each([]*part{{top: 0}, {top: 1}}, func(p *part) {
				if p.top == wrong {
					panic("wrong")
				}
			})
		}()
	}
}
