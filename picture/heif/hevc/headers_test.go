package hevc

import (
	"context"
	"encoding/binary"
	"strings"
	"testing"

	"triptych/picture/failure"
)

// header are the fields of parameter sets and of a slice header that tests change. The
// zero value is a gray picture of 16 × 16 pixels with one CTB.
type header struct {
	chroma, width, height    int
	separate                 bool
	crop                     int
	depth                    int // bits beyond 8
	minCB, ctb, minTB, maxTB int // as coded
	rangeTool                int // the number of a flag, from 1 on
	screen                   bool
	pictureTool              int // a tool of the extension of the picture parameter set, from 1 on
	columns                  int
	qp                       int
	kind                     int // slice_type + 1; 0 is I
	address                  int
}

func (h header) sps() []byte {
	w := &bitWriter{}
	w.uint(8, 1)
	(&generator{}).profile(w)
	w.golomb(0)
	w.golomb(h.chroma)

	if h.chroma == int(Chroma444) {
		w.flag(h.separate)
	}

	w.golomb(h.width)
	w.golomb(h.height)

	if w.flag(h.crop > 0) {
		for range 4 {
			w.golomb(h.crop)
		}
	}

	w.golomb(h.depth)
	w.golomb(h.depth)
	w.golomb(0)
	w.flag(true)
	w.golomb(0)
	w.golomb(0)
	w.golomb(0)
	w.golomb(h.minCB)
	w.golomb(h.ctb)
	w.golomb(h.minTB)
	w.golomb(h.maxTB)
	w.golomb(0)
	w.golomb(0)
	w.uint(4, 0)
	w.golomb(0)
	w.uint(4, 0)

	if w.flag(h.rangeTool > 0 || h.screen) {
		w.flag(h.rangeTool > 0)
		w.uint(2, 0)
		w.flag(h.screen)
		w.uint(4, 0)

		if h.rangeTool > 0 {
			w.uint(9, 1<<(9-h.rangeTool))
		}
	}

	return w.trailing()
}

func (h header) pps() []byte {
	w := &bitWriter{}
	w.golomb(0)
	w.golomb(0)
	w.uint(7, 0)
	w.golomb(0)
	w.golomb(0)
	w.signed(h.qp)
	w.flag(false)
	w.flag(h.pictureTool > 0)
	w.flag(false)
	w.golomb(0)
	w.golomb(0)
	w.uint(4, 0)
	w.flag(h.columns > 0)
	w.flag(false)

	if h.columns > 0 {
		w.golomb(h.columns)
		w.golomb(0)
		w.uint(2, 3)
	}

	w.uint(4, 0)
	w.golomb(0)
	w.flag(false)

	if w.flag(h.pictureTool > 0) {
		w.uint(8, 0x80)

		for i := range 5 {
			if i == 1 || i == 2 {
				w.flag(h.pictureTool == i+1)
			} else {
				w.golomb(map[bool]int{true: 1}[h.pictureTool == i+1])
			}
		}
	}

	return w.trailing()
}

func (h header) slice() []byte {
	w := &bitWriter{}
	w.flag(h.address == 0)
	w.flag(false)
	w.golomb(0)

	if h.address > 0 {
		w.uint(2, h.address)
	}

	w.golomb((h.kind + sliceI) % (sliceI + 1))
	w.signed(0)

	if h.columns > 0 {
		w.golomb(0)
	}

	return append(w.trailing(), make([]byte, 100)...)
}

// decode decodes a picture of these headers, whose blocks are of zeros.
func (h header) decode() (*Picture, error) {
	config := make([]byte, arraysAt+1)
	config[lengthSizeAt] = 3

	var data []byte

	for _, u := range [][]byte{escaped(typeSPS, h.sps()), escaped(typePPS, h.pps()), escaped(typeIDRW, h.slice())} {
		data = append(binary.BigEndian.AppendUint32(data, uint32(len(u))), u...)
	}

	return Decode(context.Background(), config, data, Options{})
}

// TestDecode_rejections checks the errors for headers that are damaged or not supported.
func TestDecode_rejections(t *testing.T) {
	base := header{width: 16, height: 16, ctb: 1, maxTB: 2}

	for name, c := range map[string]struct {
		change func(*header)
		kind   failure.Kind
		text   string
	}{
		"separate planes":      {func(h *header) { h.chroma, h.separate = 3, true }, failure.UnsupportedFormat, "separate color planes"},
		"chroma format 4":      {func(h *header) { h.chroma = 4 }, failure.Corrupt, "chroma_format_idc of 4"},
		"13 bits":              {func(h *header) { h.depth = 5 }, failure.UnsupportedFormat, "13 bits per sample"},
		"17 bits":              {func(h *header) { h.depth = 9 }, failure.Corrupt, "bit_depth_luma_minus8 of 9"},
		"no width":             {func(h *header) { h.width = 0 }, failure.Corrupt, "0 × 16"},
		"half a block":         {func(h *header) { h.width = 20 }, failure.Corrupt, "20 × 16"},
		"a crop of all":        {func(h *header) { h.crop = 8 }, failure.Corrupt, "its window has none"},
		"blocks of 8":          {func(h *header) { h.ctb = 0 }, failure.Corrupt, "coding blocks"},
		"blocks of 128":        {func(h *header) { h.minCB, h.ctb = 3, 1 }, failure.Corrupt, "coding blocks"},
		"large transforms":     {func(h *header) { h.minTB = 1 }, failure.Corrupt, "transform blocks"},
		"larger transforms":    {func(h *header) { h.maxTB = 3 }, failure.Corrupt, "transform blocks"},
		"many pixels":          {func(h *header) { h.width, h.height = 1<<16, 1<<16 }, failure.TooManyPixels, "65536 × 65536"},
		"screen content":       {func(h *header) { h.screen = true }, failure.UnsupportedFormat, "screen content"},
		"rotation":             {func(h *header) { h.rangeTool = 1 }, failure.UnsupportedFormat, "transform skip rotation"},
		"implicit RDPCM":       {func(h *header) { h.rangeTool = 3 }, failure.UnsupportedFormat, "implicit RDPCM"},
		"extended precision":   {func(h *header) { h.rangeTool = 5 }, failure.UnsupportedFormat, "extended precision"},
		"bypass alignment":     {func(h *header) { h.rangeTool = 9 }, failure.UnsupportedFormat, "CABAC bypass alignment"},
		"large transform skip": {func(h *header) { h.pictureTool = 1 }, failure.UnsupportedFormat, "transform skip of blocks"},
		"cross-component":      {func(h *header) { h.pictureTool = 2 }, failure.UnsupportedFormat, "cross-component prediction"},
		"chroma offsets":       {func(h *header) { h.pictureTool = 3 }, failure.UnsupportedFormat, "lists of chroma QP offsets"},
		"SAO scale of luma":    {func(h *header) { h.pictureTool = 4 }, failure.UnsupportedFormat, "scaled SAO offsets"},
		"SAO scale of chroma":  {func(h *header) { h.pictureTool = 5 }, failure.UnsupportedFormat, "scaled SAO offsets"},
		"B slices":             {func(h *header) { h.kind = 1 }, failure.UnsupportedFormat, "predictions from other pictures"},
		"P slices":             {func(h *header) { h.kind = 2 }, failure.UnsupportedFormat, "predictions from other pictures"},
		"tiles without blocks": {func(h *header) { h.columns = 1 }, failure.Corrupt, "2 columns of tiles"},
		"a low QP":             {func(h *header) { h.qp = -27 }, failure.Corrupt, "a QP of -1"},
		"no first slice":       {func(h *header) { h.address = 1 }, failure.Corrupt, "without its first slice"},
	} {
		t.Run(name, func(t *testing.T) {
			h := base
			c.change(&h)

			_, err := h.decode()
			if !failure.Is(err, c.kind) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("%v, want %s with %q", err, c.kind, c.text)
			}
		})
	}

	for i, tool := range rangeTools {
		if i == 3 || i == 6 { // explicit RDPCM, high precision offsets
			continue
		}

		h := base
		h.rangeTool = i + 1

		_, err := h.decode()
		if !failure.Is(err, failure.UnsupportedFormat) || err.Error() != "UnsupportedFormat: HEVC with "+tool {
			t.Errorf("%v, want one that names %s", err, tool)
		}
	}

	// The tools that concern other predictions only are not rejected.
	for _, tool := range []int{0, 4, 7} {
		h := base
		h.rangeTool = tool

		if _, err := h.decode(); err == nil || failure.Is(err, failure.UnsupportedFormat) {
			t.Errorf("tool %d: %v", tool, err)
		}
	}
}
