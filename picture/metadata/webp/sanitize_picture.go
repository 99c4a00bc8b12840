package webp

import (
	"encoding/binary"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/report"
)

// bitstream copies an ALPH, VP8 or VP8L chunk.
func (s *sanitizer) bitstream(picture *frameState, here container.Chunk, header []byte, end int64) error {
	start, err := s.in.Peek(int(min(here.Length, bitstreamHeader)))
	if err != nil {
		return s.in.End(err)
	}

	if err := picture.check(here, start, s.in.Offset-riffChunk); err != nil {
		return err
	}

	return s.copy(here, header, end)
}

// frame copies an ANMF chunk with the image, and drops its other chunks.
func (s *sanitizer) frame(here container.Chunk) error {
	end := s.in.Offset + here.Length
	header := make([]byte, frameBytes)

	if err := s.in.Fill(header); err != nil {
		return err
	}

	picture, err := s.file.frame(header, s.in.Offset-frameBytes)
	if err != nil {
		return err
	}

	const flagsAt, flags = 15, 1<<1 | 1 // disposal and blending; the other bits are reserved
	if header[flagsAt]&^flags != 0 {
		s.kinds.Add(report.Other)

		header[flagsAt] &= flags
	}

	sizeAt := s.out.Offset + 4
	s.out.Put(binary.LittleEndian.AppendUint32([]byte(kindFrame), uint32(padded(here.Length)))) //nolint:gosec // It was read from as many bits.
	s.out.Put(header)

	for s.in.Offset+riffChunk <= end {
		if err := s.inFrame(&picture, end); err != nil {
			return err
		}
	}

	if err := s.rest(end); err != nil {
		return err
	}

	if !picture.image {
		return failure.New(failure.Corrupt, "WebP frame before byte %d has no image", end).At(end)
	}

	if length := s.out.Offset - sizeAt - 4; length != padded(here.Length) {
		if err := s.out.PutSize(sizeAt, length); err != nil {
			return err
		}
	}

	return s.padding(here, s.end)
}

func (s *sanitizer) inFrame(picture *frameState, end int64) error {
	here, header, err := s.header(end)
	if err != nil {
		return err
	}

	switch here.Kind {
	case kindAlpha, kindLossy, kindLossless:
		return s.bitstream(picture, here, header, end)
	}

	return s.drop(here, end)
}
