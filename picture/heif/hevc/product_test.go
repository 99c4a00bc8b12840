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

// productCases returns streams over the product of depths, samplings of chroma, sizes of
// blocks and QPs. Each also has tools of the other dimensions at random: slices, wavefronts,
// loop filters, scaling lists, lossless blocks, and others. x265 has no tiles; the streams
// of testdata have them.
//
// An exception is a positive chroma QP offset with 4:2:2 or 4:4:4 and a QP near 51: libde265
// does not limit the QP of chroma to 51 (clause 8.6.1). TestDecode_x265 compares such a
// stream with the planes of x265, which limits it.
func productCases() (cases []productCase) {
	blocks := [3]string{"--ctu 16 --max-tu-size 16", "--ctu 32 --max-tu-size 8", "--ctu 64 --max-tu-size 32"}
	trees := [3]string{"--tu-intra-depth 1", "--tu-intra-depth 3 --rd 4", "--tu-intra-depth 2 --rect"}
	qps := [4]string{"--qp 7", "--qp 19", "--qp 30", "--qp 44"}

	dimensions := [][]string{
		{
			"--no-wpp --pools none --sao --deblock 0:0", "--no-wpp --pools none --no-sao --deblock=-3:4",
			"--no-wpp --pools none --sao --no-deblock", "--no-wpp --pools none --no-sao --no-deblock",
			"--wpp --pools 1 --sao", "--wpp --pools 1 --no-sao",
		},
		{"", "", "--scaling-list default"},
		{"", "", "", "--lossless", "--cu-lossless"},
		{"--signhide", "--no-signhide"},
		{"", "--tskip"},
		{"", "", "--cbqpoffs=-5 --crqpoffs=-8"},
		{"--strong-intra-smoothing", "--no-strong-intra-smoothing"},
		{"", "", "--constrained-intra"}, {"", "", "--min-cu-size 16"},
	}
	sizes := [][2]int{{64, 64}, {136, 72}, {104, 136}, {80, 72}}

	for depth := 8; depth <= 12; depth += 2 {
		for chroma := hevc.Gray; chroma <= hevc.Chroma444; chroma++ {
			if depth > 8 && chroma == hevc.Gray {
				continue
			}

			for i := range len(blocks) * len(trees) * len(qps) {
				seed := uint64(len(cases))
				random := rand.New(rand.NewPCG(seed, 265))
				options := []string{blocks[i%3], trees[i/3%3], qps[i/9]}

				for _, choices := range dimensions {
					options = append(options, choices[random.IntN(len(choices))])
				}

				if chroma <= hevc.Chroma420 || i/9 < 3 { // Otherwise QPs reach 51, and x265 adds offsets.
					options = append(options, [2]string{"", "--aq-mode 1 --qg-size 16"}[random.IntN(2)])
				}

				size := sizes[random.IntN(len(sizes))]
				cases = append(cases, productCase{
					x265Case: x265Case{size[0], size[1], chroma, strings.Join(options, " ")}, depth: depth, seed: seed,
				})
			}
		}
	}

	return cases
}

// productCase is a picture to encode with a depth.
type productCase struct {
	x265Case

	depth int
	seed  uint64
}

// TestDecode_product encodes 360 pictures by x265, and compares the decoded planes with
// those of libde265.
func TestDecode_product(t *testing.T) {
	if testing.Short() {
		t.Skip("encodes pictures")
	}

	for command, from := range map[string]string{"x265": "x265", "libde265-dec265": "libde265-examples"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Skipf("%s is not installed (Debian: %s)", command, from)
		}
	}

	cases := productCases()
	if len(cases) < 300 {
		t.Fatalf("%d cases", len(cases))
	}

	for i, c := range cases {
		t.Run(fmt.Sprintf("%03d", i), func(t *testing.T) {
			t.Parallel()

			stream := c.encode(t)
			config, data := items(stream)

			got, err := hevc.Decode(context.Background(), config, data, hevc.Options{})
			if err != nil {
				t.Fatalf("%s of %d bits: %v", c, c.depth, err)
			}

			want := reference(t, stream)
			if c.chroma == hevc.Gray { // libde265-dec265 adds gray chroma to gray pictures.
				want = want[:min(len(want), len(planesOf(got)))]
			}

			if got.Depth != c.depth || !bytes.Equal(planesOf(got), want) {
				t.Errorf("%s of %d bits: other samples than libde265's", c, c.depth)
			}
		})
	}
}

// encode returns a stream of x265. On a machine under load, x265 rarely waits forever, so
// it is started again.
func (c productCase) encode(t *testing.T) []byte {
	t.Helper()

	const attempts, attemptTime = 4, 20 * time.Second

	dir := t.TempDir()
	input, output := filepath.Join(dir, "in.yuv"), filepath.Join(dir, "out.hevc")
	pixels := drawing(c.x265Case, c.seed)

	if c.depth > 8 {
		pixels = deepened(pixels, c.depth, c.seed)
	}

	if err := os.WriteFile(input, pixels, 0o600); err != nil {
		t.Fatal(err)
	}

	args := append(strings.Fields(c.options), "--input", input, "--input-res", fmt.Sprintf("%dx%d", c.width, c.height),
		"--fps", "1", "--frames", "1", "--input-csp", [...]string{"i400", "i420", "i422", "i444"}[c.chroma],
		"--input-depth", fmt.Sprint(c.depth), "--output-depth", fmt.Sprint(c.depth), "--keyint", "1", "--no-progress", "-o", output)

	var (
		text []byte
		err  error
	)

	for range attempts {
		ctx, cancel := context.WithTimeout(context.Background(), attemptTime)

		text, err = exec.CommandContext(ctx, "x265", args...).CombinedOutput()

		cancel()

		if err == nil {
			break
		}
	}

	if err != nil {
		t.Fatalf("x265 %s: %v\n%s", c.options, err, text)
	}

	stream, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}

	return stream
}

// deepened returns samples of 8 bits as samples of more bits, the lower byte first, with
// random lower bits.
func deepened(pixels []byte, depth int, seed uint64) (made []byte) {
	random := rand.New(rand.NewPCG(seed, 1))

	for _, value := range pixels {
		made = binary.LittleEndian.AppendUint16(made, uint16(int(value)<<(depth-8)+random.IntN(1<<(depth-8))))
	}

	return made
}

// reference returns the planes of a stream as libde265 decodes them.
func reference(t *testing.T, stream []byte) []byte {
	t.Helper()

	dir := t.TempDir()
	input, output := filepath.Join(dir, "in.hevc"), filepath.Join(dir, "out.yuv")

	if err := os.WriteFile(input, stream, 0o600); err != nil {
		t.Fatal(err)
	}

	if text, err := exec.Command("libde265-dec265", "-q", "-o", output, input).CombinedOutput(); err != nil {
		t.Fatalf("libde265-dec265: %v\n%s", err, text)
	}

	planes, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}

	return planes
}
