package jpeg

import (
	"bufio"
	"errors"
)

// scan copies entropy-coded data byte for byte, including restart markers. It returns the
// marker that ends the data. Fill bytes before that marker are dropped.
func (s *sanitizer) scan() (byte, error) {
	for {
		data, err := s.in.ReadSlice(markerPrefix)
		s.in.Offset += int64(len(data))

		switch {
		case s.beyond():
			return 0, errTooLong
		case errors.Is(err, bufio.ErrBufferFull):
			_, _ = s.out.Write(data)

			continue
		case err != nil:
			_, _ = s.out.Write(data)

			return 0, between(s.in.End(err))
		}

		_, _ = s.out.Write(data[:len(data)-1])

		marker, err := s.behindPrefix()
		if err != nil || marker != 0 {
			return marker, err
		}
	}
}

// behindPrefix reads the byte after an FF in a scan. If the byte is data, behindPrefix
// copies it together with the FF. Otherwise it returns the marker that ends the scan.
func (s *sanitizer) behindPrefix() (byte, error) {
	for prefixes := 1; ; prefixes++ {
		next, err := s.in.Byte()

		switch {
		case err != nil:
			return 0, between(err)
		case next == markerPrefix:
			continue
		case next != 0 && (next < markerRST0 || next > markerRST7):
			return next, nil
		}

		for range prefixes {
			_ = s.out.WriteByte(markerPrefix)
		}

		_ = s.out.WriteByte(next)

		return 0, nil
	}
}
