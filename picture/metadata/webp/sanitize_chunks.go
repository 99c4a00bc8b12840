package webp

import (
	"bytes"
	"encoding/binary"

	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
	"triptych/picture/metadata/report"
)

// canvas writes the VP8X chunk. Its reserved bits are zero. Its metadata flags are
// written at the end (see close).
func (s *sanitizer) canvas(here container.Chunk, header []byte) error {
	data := make([]byte, here.Length)
	if err := s.in.Fill(data); err != nil {
		return err
	}

	if err := s.file.canvas(data); err != nil {
		return err
	}

	s.single.width, s.single.height = s.file.info.Width, s.file.info.Height
	s.flags = s.file.flags & (flagAnimation | flagAlpha)

	if s.file.flags&^(flagAnimation|flagXMP|flagEXIF|flagAlpha|flagICC) != 0 || data[1]|data[2]|data[3] != 0 {
		s.kinds.Add(report.Other)
		copy(data, []byte{s.file.flags, 0, 0, 0})
	}

	s.out.Put(header)
	s.out.Put(data)

	return nil
}

// profile keeps the first ICC profile if it is valid and stands where a reader expects
// it.
func (s *sanitizer) profile(here container.Chunk, header []byte) error {
	start, err := s.in.Peek(int(min(here.Length, container.ProfileHeaderBytes)))
	if err != nil {
		return s.in.End(err)
	}

	if s.file.icc || s.file.pictured() || !container.IsProfile(start) {
		return s.drop(here, s.end)
	}

	s.file.icc = true
	s.flags |= flagICC

	return s.copy(here, header, s.end)
}

// exif replaces the first EXIF chunk that has an orientation by one that has only the
// orientation. As in libwebp, EXIF is ignored if VP8X has no flag for it.
func (s *sanitizer) exif(here container.Chunk) error {
	if s.file.flags&flagEXIF == 0 {
		return s.drop(here, s.end)
	}

	start := container.Prefix{Limit: container.MaxEXIFBytes}
	if err := s.in.CopyTo(&start, here.Length); err != nil {
		return err
	}

	block := exifBlock(start.Bytes())

	orientation := 0
	if !s.oriented {
		orientation = exif.Orientation(block)
	}

	s.oriented = s.oriented || orientation != 0
	minimal := exif.Minimal(orientation)

	if orientation <= format.Upright || here.Length != int64(len(minimal)) || !bytes.Equal(block, minimal) {
		s.kinds.Add(exif.Kinds(block)...)
	}

	if orientation > format.Upright {
		s.flags |= flagEXIF
		s.out.Put(binary.LittleEndian.AppendUint32([]byte("EXIF"), uint32(len(minimal)))) //nolint:gosec // Our own short data.
		s.out.Put(minimal)
	}

	return s.padding(here, s.end)
}
