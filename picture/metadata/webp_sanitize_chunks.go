package metadata

import (
	"bytes"
	"encoding/binary"
)

// canvas writes the VP8X chunk. Its reserved bits are zero. Its metadata flags are those
// of a file that has only its profile.
func (s *webpSanitizer) canvas(here chunk, header []byte) error {
	data := make([]byte, here.length)
	if err := s.in.full(data); err != nil {
		return err
	}

	if err := s.file.canvas(data); err != nil {
		return err
	}

	s.single.width, s.single.height = s.file.info.Width, s.file.info.Height
	s.flags = s.file.flags & (flagAnimation | flagAlpha)

	if s.file.flags&^(flagAnimation|flagXMP|flagEXIF|flagAlpha|flagICC) != 0 || data[1]|data[2]|data[3] != 0 {
		s.kinds.add(kindOther)
		copy(data, []byte{s.file.flags, 0, 0, 0})
	}

	s.out.write(header)
	s.out.write(data)

	return nil
}

// profile keeps the first ICC profile if it is valid and stands where a reader expects
// it.
func (s *webpSanitizer) profile(here chunk, header []byte) error {
	start, err := s.in.Peek(int(min(here.length, profileHeader)))
	if err != nil {
		return s.in.ended(err)
	}

	if s.file.icc || s.file.pictured() || !isProfile(start) {
		return s.drop(here, s.end)
	}

	s.file.icc = true
	s.flags |= flagICC

	return s.copy(here, header, s.end)
}

// exif replaces the first EXIF chunk that has an orientation by one that has only the
// orientation. As in libwebp, EXIF is ignored if VP8X has no flag for it.
func (s *webpSanitizer) exif(here chunk) error {
	if s.file.flags&flagEXIF == 0 {
		return s.drop(here, s.end)
	}

	start := prefix{limit: maxEXIF}
	if err := s.in.copyTo(&start, here.length); err != nil {
		return err
	}

	block := webpEXIF(start.Bytes())

	orientation := 0
	if !s.oriented {
		orientation = orientationOf(block)
	}

	s.oriented = s.oriented || orientation != 0
	minimal := minimalEXIF(orientation)

	if orientation <= Upright || here.length != int64(len(minimal)) || !bytes.Equal(block, minimal) {
		s.kinds.add(exifKinds(block)...)
	}

	if orientation > Upright {
		s.flags |= flagEXIF
		s.out.write(binary.LittleEndian.AppendUint32([]byte("EXIF"), uint32(len(minimal)))) //nolint:gosec // Our own short data.
		s.out.write(minimal)
	}

	return s.padding(here, s.end)
}
