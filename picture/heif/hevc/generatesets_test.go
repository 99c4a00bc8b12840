package hevc

// vps writes a video parameter set, which other decoders need.
func (g *generator) vps() {
	w := &bitWriter{}
	w.uint(4, 0)
	w.uint(2, 3)
	w.uint(6, 0)
	w.uint(3, 0)
	w.uint(1, 1)
	w.uint(16, 0xffff)
	g.profile(w)
	w.flag(true)
	w.golomb(0)
	w.golomb(0)
	w.golomb(0)
	w.uint(6, 0)
	w.golomb(0)
	w.flag(false)
	w.flag(false)
	g.units = append(g.units, escaped(32, w.trailing()))
}

func (g *generator) profile(w *bitWriter) {
	w.uint(8, 4)
	w.uint(32, 1<<27)
	w.uint(32, 0)
	w.uint(16, 0)
	w.uint(8, 120)
}

// lists writes random scaling lists.
func (g *generator) lists(w *bitWriter) {
	for size := range listSizes {
		step := 1
		if size == size32 {
			step = 3
		}

		for kind := 0; kind < listKinds; kind += step {
			if !w.flag(g.IntN(3) > 0) {
				w.golomb(g.IntN(kind/step + 1))

				continue
			}

			last := 8

			if size >= size16 {
				last = 1 + g.IntN(60)
				w.signed(last - 8)
			}

			for range min(64, 1<<(4+size<<1)) {
				next := min(max(last+g.IntN(21)-8, 1), 255)
				w.signed(next - last)
				last = next
			}
		}
	}
}

func (g *generator) sps() {
	w := &bitWriter{}
	w.uint(8, 1)
	g.profile(w)
	w.golomb(0)
	w.golomb(int(g.chroma))

	if g.chroma == Chroma444 {
		w.flag(false)
	}

	w.golomb(g.width)
	w.golomb(g.height)
	w.flag(false)
	w.golomb(g.depth - 8)
	w.golomb(g.colorDepth - 8)
	w.golomb(0)
	w.flag(true)
	w.golomb(0)
	w.golomb(0)
	w.golomb(0)
	w.golomb(0) // Coding blocks of 8.
	w.golomb(g.log2CTB - 3)

	maxTB := min(2+g.IntN(4), g.log2CTB, 5)

	w.golomb(0)
	w.golomb(maxTB - 2)
	w.golomb(0)
	w.golomb(g.IntN(g.log2CTB - 1))

	if g.scaling = w.flag(g.yes()); g.scaling {
		if w.flag(g.yes()) {
			g.lists(w)
		}
	}

	w.flag(false)
	w.flag(g.IntN(4) > 0)

	if w.flag(g.yes()) { // PCM
		w.uint(4, g.IntN(g.depth))
		w.uint(4, g.IntN(g.colorDepth))

		smallest := g.IntN(min(g.log2CTB, 5) - 2)
		w.golomb(smallest)
		w.golomb(g.IntN(min(g.log2CTB, 5) - 2 - smallest))
		w.flag(g.yes())
	}

	w.golomb(0)
	w.flag(false)
	w.flag(false)
	w.flag(g.yes())
	w.flag(false)
	w.flag(false)
	g.units = append(g.units, escaped(typeSPS, w.trailing()))
}

func (g *generator) pps() {
	w := &bitWriter{}
	w.golomb(0)
	w.golomb(0)
	w.flag(g.yes())
	w.flag(false)
	w.uint(3, 0)
	w.flag(g.yes())
	w.flag(false)
	w.golomb(0)
	w.golomb(0)
	w.signed(g.IntN(36) - 20)
	w.flag(false)
	w.flag(g.yes())

	if w.flag(g.yes()) {
		w.golomb(g.IntN(g.log2CTB - 2))
	}

	w.signed(g.IntN(25) - 12)
	w.signed(g.IntN(25) - 12)
	w.flag(g.yes())
	w.flag(false)
	w.flag(false)
	w.flag(g.yes())
	w.flag(g.tiles)
	w.flag(g.sync)

	if g.tiles {
		w.golomb(g.tileX - 1)
		w.golomb(g.tileY - 1)

		if !w.flag(g.yes()) {
			for range g.tileX - 1 {
				w.golomb(0)
			}

			for range g.tileY - 1 {
				w.golomb(0)
			}
		}

		w.flag(g.yes())
	}

	w.flag(g.yes())

	if w.flag(g.yes()) { // Deblocking
		w.flag(g.yes())

		if !w.flag(g.IntN(4) == 0) {
			w.signed(g.IntN(13) - 6)
			w.signed(g.IntN(13) - 6)
		}
	}

	if w.flag(g.scaling && g.yes()) {
		g.lists(w)
	}

	w.flag(false)
	w.golomb(0)
	w.flag(false)
	w.flag(false)
	g.units = append(g.units, escaped(typePPS, w.trailing()))
}
