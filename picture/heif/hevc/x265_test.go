package hevc_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"triptych/picture/heif/hevc"
)

// x265Case is a picture to encode, and the options of the encoder.
type x265Case struct {
	width, height int
	chroma        hevc.Chroma
	options       string
}

func (c x265Case) String() string {
	return fmt.Sprintf("%dx%d chroma %d %s", c.width, c.height, c.chroma, c.options)
}

// x265Cases vary the tools of the encoder.
func x265Cases() (cases []x265Case) {
	options := []string{
		"--qp 32", "--qp 10", "--qp 45 --ctu 16", "--qp 22 --ctu 32 --max-tu-size 8", "--qp 30 --tu-intra-depth 4 --rd 4 --rect",
		"--qp 28 --wpp", "--qp 28 --slices 2", "--qp 37 --no-sao", "--qp 37 --no-deblock", "--qp 30 --deblock=3:-3",
		"--qp 28 --tskip --rd 5", "--lossless", "--cu-lossless --qp 12", "--qp 25 --scaling-list default", "--qp 33 --no-signhide",
		"--crf 20 --aq-mode 3 --qg-size 8", "--crf 35 --aq-mode 2 --aq-strength 3 --qg-size 16", "--qp 28 --cbqpoffs 5 --crqpoffs=-6",
		"--qp 30 --no-strong-intra-smoothing", "--qp 24 --constrained-intra", "--qp 20 --min-cu-size 16", "--qp 4",
	}
	sizes := [][2]int{{176, 144}, {200, 72}, {64, 64}, {328, 200}}

	for i, option := range options {
		chroma := hevc.Chroma(i % 4)
		size := sizes[i/4%len(sizes)]
		cases = append(cases, x265Case{size[0], size[1], chroma, option})
	}

	return cases
}

// TestDecode_x265 encodes pictures by x265, and compares the decoded planes with those
// that the encoder reconstructs. The program writes them only with 8 bits.
func TestDecode_x265(t *testing.T) {
	if _, err := exec.LookPath("x265"); err != nil {
		t.Skip("x265 is not installed")
	}

	if testing.Short() {
		t.Skip("encodes pictures")
	}

	for i, c := range x265Cases() {
		t.Run(c.String(), func(t *testing.T) {
			stream, want := encode(t, c, uint64(i))

			config, data := items(stream)

			got, err := hevc.Decode(context.Background(), config, data, hevc.Options{})
			if err != nil {
				t.Fatal(err)
			}

			compare(t, got, want)
		})
	}
}

// encoderTime is more than the encoder needs.
const encoderTime = 3 * time.Second

// encode returns a stream of x265 and the planes that it reconstructs.
func encode(t *testing.T, c x265Case, seed uint64) (stream, planes []byte) {
	t.Helper()

	dir := t.TempDir()
	input, output, recon := filepath.Join(dir, "in.yuv"), filepath.Join(dir, "out.hevc"), filepath.Join(dir, "recon.yuv")

	if err := os.WriteFile(input, drawing(c, seed), 0o600); err != nil {
		t.Fatal(err)
	}

	args := append(strings.Fields(c.options), "--input", input, "--input-res", fmt.Sprintf("%dx%d", c.width, c.height),
		"--fps", "1", "--frames", "1", "--input-csp", [...]string{"i400", "i420", "i422", "i444"}[c.chroma],
		"--keyint", "1", "--no-progress", "--recon", recon, "-o", output)

	// The encoder sometimes waits forever.
	ctx, cancel := context.WithTimeout(context.Background(), encoderTime)
	defer cancel()

	if text, err := exec.CommandContext(ctx, "x265", args...).CombinedOutput(); err != nil {
		t.Skipf("x265: %v\n%s", err, text)
	}

	stream, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}

	if planes, err = os.ReadFile(recon); err != nil {
		t.Fatal(err)
	}

	return stream, planes
}

// drawing returns a picture with flat parts, gradients, lines and noise, in planes.
func drawing(c x265Case, seed uint64) (pixels []byte) {
	random := rand.New(rand.NewPCG(seed, 0))

	const most = 255

	for plane := range 3 {
		width, height := c.width, c.height

		if plane > 0 {
			switch c.chroma {
			case hevc.Gray:
				continue
			case hevc.Chroma420:
				width, height = width/2, height/2
			case hevc.Chroma422:
				width /= 2
			}
		}

		slope, offset := random.IntN(9), random.IntN(most)

		for y := range height {
			for x := range width {
				var value int

				switch (x*4/width + y*4/height + plane) % 5 {
				case 0:
					value = offset
				case 1:
					value = offset + (x*slope+y*3)*most/2048
				case 2:
					value = random.IntN(most + 1)
				case 3:
					value = offset
					if (x*(slope-4)+y*5)%23 < 6 {
						value += most / 2
					}
				default:
					value = most/2 + (x-y)*(x+y)*most/65536 + random.IntN(most/32)
				}

				pixels = append(pixels, byte(value))
			}
		}
	}

	return pixels
}

// items converts a stream with start codes (annex B) to a configuration record without
// parameter sets, and NAL units after their lengths.
func items(stream []byte) (config, data []byte) {
	config = make([]byte, 23)
	config[21] = 3

	for unit := range bytes.SplitSeq(stream, []byte{0, 0, 1}) {
		unit = bytes.TrimRight(unit, "\x00")
		if len(unit) > 0 {
			data = append(binary.BigEndian.AppendUint32(data, uint32(len(unit))), unit...)
		}
	}

	return config, data
}

// compare compares planes with those of a file.
func compare(t *testing.T, got *hevc.Picture, want []byte) {
	t.Helper()

	for i, plane := range got.Planes {
		for y := range plane.Height {
			row := plane.Pix[y*plane.Stride:][:plane.Width]

			for x, value := range row {
				if value != want[x] {
					t.Fatalf("plane %d has %d at (%d, %d), want %d", i, value, x, y, want[x])
				}
			}

			want = want[plane.Width:]
		}
	}
}
