package hevc

// bitWriter writes the fields of headers.
type bitWriter struct {
	data []byte
	n    int
}

func (w *bitWriter) uint(n int, value int) {
	for i := n - 1; i >= 0; i-- {
		if w.n%8 == 0 {
			w.data = append(w.data, 0)
		}

		w.data[len(w.data)-1] |= byte(value>>i&1) << (7 - w.n%8)
		w.n++
	}
}

func (w *bitWriter) flag(set bool) bool {
	if set {
		w.uint(1, 1)
	} else {
		w.uint(1, 0)
	}

	return set
}

func (w *bitWriter) golomb(value int) {
	bits := width(value + 2)
	if value+1 == 1<<bits {
		bits++
	}

	for 1<<bits > value+1 {
		bits--
	}

	w.uint(bits, 0)
	w.uint(bits+1, value+1)
}

func (w *bitWriter) signed(value int) {
	if value > 0 {
		w.golomb(2*value - 1)
	} else {
		w.golomb(-2 * value)
	}
}

func (w *bitWriter) trailing() []byte {
	w.uint(1, 1)

	for w.n%8 != 0 {
		w.uint(1, 0)
	}

	return w.data
}

// escaped returns a NAL unit with emulation prevention bytes.
func escaped(kind int, payload []byte) []byte {
	made := []byte{byte(kind << 1), 1}
	zeros := 0

	for _, b := range payload {
		if zeros >= 2 && b <= 3 {
			made = append(made, 3)
			zeros = 0
		}

		if made = append(made, b); b == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}

	return made
}
