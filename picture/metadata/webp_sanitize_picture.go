package metadata

import (
	"encoding/binary"

	"triptych/picture/failure"
)

// bitstream copies an ALPH, VP8 or VP8L chunk.
func (s *webpSanitizer) bitstream(picture *webpPicture, here chunk, header []byte, end int64) error {
	start, err := s.in.Peek(int(min(here.length, bitstreamHeader)))
	if err != nil {
		return s.in.ended(err)
	}

	if err := picture.check(here, start, s.in.offset-riffChunk); err != nil {
		return err
	}

	return s.copy(here, header, end)
}

// frame copies an ANMF chunk with the image, and drops its other chunks.
func (s *webpSanitizer) frame(here chunk) error {
	end := s.in.offset + here.length
	header := make([]byte, frameBytes)

	if err := s.in.full(header); err != nil {
		return err
	}

	picture, err := s.file.frame(header, s.in.offset-frameBytes)
	if err != nil {
		return err
	}

	const flagsAt, flags = 15, 1<<1 | 1 // disposal and blending; the other bits are reserved
	if header[flagsAt]&^flags != 0 {
		s.kinds.add(kindOther)

		header[flagsAt] &= flags
	}

	sizeAt := s.out.offset + 4
	s.out.write(binary.LittleEndian.AppendUint32([]byte(kindFrame), uint32(padded(here.length)))) //nolint:gosec // It was read from as many bits.
	s.out.write(header)

	for s.in.offset+riffChunk <= end {
		if err := s.inFrame(&picture, end); err != nil {
			return err
		}
	}

	if err := s.rest(end); err != nil {
		return err
	}

	if !picture.image {
		return failure.New(failure.Corrupt, "WebP frame before byte %d has no picture", end).At(end)
	}

	if length := s.out.offset - sizeAt - 4; length != padded(here.length) {
		if err := s.out.size(sizeAt, length); err != nil {
			return err
		}
	}

	return s.padding(here, s.end)
}

func (s *webpSanitizer) inFrame(picture *webpPicture, end int64) error {
	here, header, err := s.header(end)
	if err != nil {
		return err
	}

	switch here.kind {
	case kindAlpha, kindLossy, kindLossless:
		return s.bitstream(picture, here, header, end)
	}

	return s.drop(here, end)
}
