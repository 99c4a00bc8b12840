package hevc

import (
	"math/rand/v2"
	"testing"
)

// encoder is the arithmetic encoder of clause 9.3.5.
type encoder struct {
	bitWriter

	low, scale  int
	first       bool
	outstanding int
	state       states
}

func newEncoder() *encoder { return &encoder{scale: 510, first: true} }

func (e *encoder) put(bit int) {
	if e.first {
		e.first = false
	} else {
		e.uint(1, bit)
	}

	for ; e.outstanding > 0; e.outstanding-- {
		e.uint(1, 1-bit)
	}
}

func (e *encoder) renormalize() {
	for e.scale < 256 {
		e.shift()
		e.scale <<= 1
	}
}

func (e *encoder) shift() {
	switch {
	case e.low < 256:
		e.put(0)
	case e.low >= 512:
		e.low -= 512
		e.put(1)
	default:
		e.low -= 256
		e.outstanding++
	}

	e.low <<= 1
}

func (e *encoder) decision(context int, bin uint32) {
	state := e.state[context]
	low := int(lowRanges[state>>1][e.scale>>6&3])
	e.scale -= low

	if bin == uint32(state&1) {
		e.state[context] = nextStates[state]
	} else {
		e.low += e.scale
		e.scale = low
		e.state[context] = nextStates[lessProbable|state]
	}

	e.renormalize()
}

func (e *encoder) bypass(bin uint32) {
	e.low <<= 1

	if bin == 1 {
		e.low += e.scale
	}

	switch {
	case e.low >= 1024:
		e.put(1)
		e.low -= 1024
	case e.low < 512:
		e.put(0)
	default:
		e.low -= 512
		e.outstanding++
	}
}

// terminate encodes a bin before an end. After a 1 it writes the rest of the code, whose
// last bit is a one.
func (e *encoder) terminate(bin bool) {
	e.scale -= 2

	if bin {
		e.low += e.scale
		e.scale = 2
		e.renormalize()
		e.put(e.low >> 9 & 1)
		e.uint(2, e.low>>7&3|1)

		return
	}

	e.renormalize()
}

// TestCabac_roundTrip decodes random bins of all kinds, in several substreams.
func TestCabac_roundTrip(t *testing.T) {
	const decision, bypass, terminate = 0, 1, 2

	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		kind := func() int { return []int{decision, decision, decision, bypass, terminate}[random.IntN(5)] }

		type bin struct {
			kind, context int
			value         uint32
		}

		var (
			bins []bin
			data []byte
			c    cabac
		)

		c.reset(int(seed))

		e := newEncoder()
		e.state = c.state

		for i := range 5000 {
			one := bin{kind: kind(), context: random.IntN(contexts)}

			switch one.kind {
			case decision:
				one.value = uint32(random.IntN(2))
				if random.IntN(8) > 0 {
					one.value = uint32(e.state[one.context] & 1)
				}

				e.decision(one.context, one.value)
			case bypass:
				one.value = uint32(random.IntN(2))
				e.bypass(one.value)
			default:
				if i%100 == 99 {
					one.value = 1
				}

				e.terminate(one.value == 1)

				if one.value == 1 {
					data = append(data, e.data...)
					state := e.state
					e = newEncoder()
					e.state = state
				}
			}

			bins = append(bins, one)
		}

		e.terminate(true)
		bins = append(bins, bin{kind: terminate, value: 1})
		data = append(data, e.data...)

		c.data = data
		c.start(0)

		for i, one := range bins {
			var got uint32

			switch one.kind {
			case decision:
				got = c.decision(one.context)
			case bypass:
				got = c.bypass()
			default:
				if c.terminate() {
					got = 1

					if data[(c.position()-1)/8]>>(7-(c.position()-1)%8)&1 != 1 {
						t.Fatalf("seed %d, bin %d: the last bit is not a one", seed, i)
					}

					if i < len(bins)-1 {
						c.start(c.nextByte())
					}
				}
			}

			if got != one.value {
				t.Fatalf("seed %d: bin %d is %d, want %+v", seed, i, got, one)
			}
		}

		if c.overrun() || c.nextByte() != len(data) {
			t.Errorf("seed %d: the code ends at byte %d of %d", seed, c.nextByte(), len(data))
		}
	}
}

// TestCabac_tables checks properties of the tables: ranges that fall with the state, and
// states that stay in the tables.
func TestCabac_tables(t *testing.T) {
	for state := range 62 {
		for i := range 4 {
			if lowRanges[state][i] < lowRanges[state+1][i] || i > 0 && lowRanges[state][i] < lowRanges[state][i-1] {
				t.Errorf("range %d of state %d is out of order", i, state)
			}
		}

		if lessStates[state] > lessStates[state+1] || int(lessStates[state]) > state {
			t.Errorf("the state after %d is out of order", state)
		}
	}

	var c cabac

	for qp := range mostQP + 1 {
		c.reset(qp)

		for i, state := range c.state {
			if state>>1 > 62 {
				t.Errorf("context %d starts in state %d with QP %d", i, state>>1, qp)
			}
		}
	}
}
