package hevc

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// generator makes streams with random headers and random data. Every sequence of bytes is
// the code of some blocks, so random data uses all tools that the headers allow. Only the
// ends of substreams need a search: see [generator.substream].
type generator struct {
	*rand.Rand

	width, height int
	chroma        Chroma
	depth         int
	colorDepth    int
	tiles, sync   bool
	tileX, tileY  int
	scaling       bool
	log2CTB       int

	units [][]byte
}

func (g *generator) yes() bool { return g.IntN(2) == 0 }

// oneDepth is the first seed whose luma and chroma may have different depths.
const oneDepth = 48

// generate makes a stream.
func generate(seed uint64) (units [][]byte, name string) {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
	g.chroma = Chroma(seed % 4)
	g.depth = 8 + 2*int(seed/4%2)
	g.colorDepth = g.depth

	if seed >= oneDepth {
		g.depth, g.colorDepth = 8+g.IntN(3), 8+g.IntN(3)
	}

	g.log2CTB = 4 + g.IntN(3)
	g.width, g.height = 8*(4+g.IntN(12)), 8*(4+g.IntN(10))

	columns, rows := (g.width-1)>>g.log2CTB+1, (g.height-1)>>g.log2CTB+1
	if g.tiles = columns*rows > 1 && g.yes(); g.tiles {
		for g.tileX*g.tileY < 2 {
			g.tileX, g.tileY = 1+g.IntN(min(columns, 4)), 1+g.IntN(min(rows, 4))
		}
	}

	g.sync = g.IntN(3) == 0
	g.vps()
	g.sps()
	g.pps()

	d := &decoder{sequences: map[int]*sps{}, pictures: map[int]*pps{}}
	for _, unit := range g.units {
		if err := d.unit(unit); err != nil {
			panic(err)
		}
	}

	s, p, err := d.active(0)
	if err != nil {
		panic(err)
	}

	order, err := newGrid(s, p)
	if err != nil {
		panic(err)
	}

	segments := 0

	for decoded := 0; decoded < len(order.raster); segments++ {
		decoded = g.segment(s, p, int(order.raster[decoded]))
	}

	return g.units, fmt.Sprintf("%03d %dx%d chroma %d depth %d and %d ctb %d tiles %v %dx%d sync %v pcm %v lists %v segments %d",
		seed, g.width, g.height, g.chroma, g.depth, g.colorDepth, g.log2CTB, g.tiles, g.tileX, g.tileY, g.sync, s.pcm, s.scaling != nil, segments)
}

// TestGenerate writes streams to a folder, for a comparison with other decoders.
func TestGenerate(t *testing.T) {
	folder := os.Getenv("HEVC_GENERATE")
	if folder == "" {
		t.Skip("HEVC_GENERATE is not set")
	}

	count, _ := strconv.Atoi(os.Getenv("HEVC_COUNT"))
	for seed := range uint64(count) {
		units, name := generate(seed)

		var stream []byte
		for _, unit := range units {
			stream = append(append(stream, 0, 0, 0, 1), unit...)
		}

		base := filepath.Join(folder, fmt.Sprintf("g%03d", seed))
		os.WriteFile(base+".hevc", stream, 0o600)
		os.WriteFile(base+".txt", []byte(name), 0o600)
	}
}
