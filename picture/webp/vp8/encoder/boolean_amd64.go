//go:build !purego

package encoder

// bothBytes is the number of bytes of decisions of a partition that the assembly writes at a
// time.
const bothBytes = bothDecisions * decisionBytes

// mostChunks is more than the number of chunks that they make. A decision shifts by seven
// bits at most.
const mostChunks = bothDecisions*7/flushed + 2

// stream is a boolean encoder in the assembly.
type stream struct {
	low, span, pending uint64
	decisions          *byte
	count              int // of chunks
	chunks             [mostChunks]uint64
}

// streams are the arguments of writeBothBMI2.
type streams struct {
	table         *probabilityTable
	bytes         int // of the decisions of each
	first, second stream
}

//go:noescape
func writeBothBMI2(s *streams)

// writeBoth writes decisions to each of the partitions. Both have the same number.
func writeBoth(written *[partitions]booleans, first, second []byte, table *probabilityTable) {
	if !accelerated {
		writeBothPlain(written, first, second, table)

		return
	}

	var s streams

	s.table = table
	s.first.load(&written[0])
	s.second.load(&written[1])

	for len(first) >= decisionBytes {
		s.bytes = min(len(first), bothBytes)
		s.first.decisions, s.second.decisions = &first[0], &second[0]
		s.first.count, s.second.count = 0, 0

		_ = second[s.bytes-1] // The assembly does not check bounds.

		writeBothBMI2(&s)
		s.first.store(&written[0])
		s.second.store(&written[1])

		first, second = first[s.bytes:], second[s.bytes:]
	}
}

func (s *stream) load(b *booleans) {
	s.low, s.span, s.pending = b.low, uint64(b.span), uint64(b.pending)
}

func (s *stream) store(b *booleans) {
	b.low, b.span, b.pending = s.low, uint32(s.span), uint(s.pending)

	for _, chunk := range s.chunks[:s.count] {
		b.append(chunk)
	}
}
