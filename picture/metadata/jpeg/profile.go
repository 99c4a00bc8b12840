package jpeg

import (
	"bytes"

	"triptych/picture/metadata/container"
)

// profileChunks decides which segments of an ICC profile are kept. Each has a chunk's
// number, starting with 1, and the number of chunks (ICC.1, annex B.4).
type profileChunks struct {
	seen   [256]bool
	count  byte
	broken bool // the first chunk is not the start of a profile
}

// keeps reports whether a segment is a chunk that a reader would use, and that has not
// occurred before.
func (p *profileChunks) keeps(payload []byte) bool {
	number, count := payload[iccHeader-2], payload[iccHeader-1]
	if number == 0 || number > count || p.seen[number] || p.count != 0 && count != p.count {
		return false
	}

	p.broken = p.broken || number == 1 && !container.IsProfile(payload[iccHeader:])
	if p.broken {
		return false
	}

	p.seen[number], p.count = true, count

	return true
}

// profile joins the chunks of a profile. Each has its number, starting with 1, and
// the number of chunks (ICC.1, annex B.4).
func profile(view *container.Window) ([]byte, error) {
	var (
		chunks [256][]byte
		total  int
		held   int
	)

	err := walk(view, func(marker byte, offset int64, length int) error {
		if marker != markerAPP2 || length <= iccHeader {
			return nil
		}

		payload, err := view.At(offset, length)
		if err != nil {
			return err
		}

		number, count := int(payload[iccHeader-2]), int(payload[iccHeader-1])
		if string(payload[:len(idICC)]) != idICC || chunks[number] != nil || held+length > container.MaxProfileBytes {
			return nil
		}

		chunks[number] = bytes.Clone(payload[iccHeader:])
		total = count
		held += length

		return nil
	})
	if err != nil {
		return nil, err
	}

	for _, chunk := range chunks[1 : total+1] {
		if chunk == nil {
			return nil, nil
		}
	}

	return bytes.Join(chunks[1:total+1], nil), nil
}
