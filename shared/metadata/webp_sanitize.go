package metadata

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"

	"triptych/shared/faults"
)

// webpSanitizer rewrites one WebP, chunk by chunk. The head of the file, and
// that of each frame, says how long it is, and VP8X which metadata follow: where
// that has changed in the end, it is written again.
type webpSanitizer struct {
	in    *input
	out   *rewriter
	kinds found

	file     webpFile
	end      int64 // of the file, as its head says
	flags    byte  // as written into VP8X
	oriented bool  // an EXIF chunk had an orientation
	still    webpPicture
}

func (s *webpSanitizer) run() error {
	var header [riffHeader]byte
	if err := s.in.full(header[:]); err != nil {
		return err
	}

	var err error
	if s.end, err = riffHead(header[:]); err != nil {
		return err
	}

	s.out.write(header[:])

	for s.in.offset+riffChunk <= s.end {
		if err := s.next(); err != nil {
			return err
		}
	}

	if _, err := s.file.complete(s.picture()); err != nil {
		return err
	}

	if err := s.rest(s.end); err != nil {
		return err
	}

	if s.in.more() {
		s.kinds.add(kindTrailer)
	}

	return s.close(s.end)
}

// picture is the still file's, or one that stands for the frames, each of which
// was held to be complete.
func (s *webpSanitizer) picture() webpPicture {
	if s.file.frames > 0 {
		return webpPicture{image: true}
	}

	return s.still
}

// close writes the sizes and flags that have turned out to be others.
func (s *webpSanitizer) close(end int64) error {
	if s.out.offset > riffPrefix+math.MaxUint32 {
		return faults.New(faults.Corrupt, "WebP of %d bytes", s.out.offset)
	}

	if s.out.offset != end {
		if err := s.out.size(riffSizeAt, s.out.offset-riffPrefix); err != nil {
			return err
		}
	}

	if s.file.extended && s.flags != s.file.flags {
		return s.out.again(riffHeader+riffChunk, []byte{s.flags})
	}

	return nil
}

// rest drops what is left up to an offset: less than a chunk, or what stands
// behind a simple file's picture.
func (s *webpSanitizer) rest(end int64) error {
	if left := end - s.in.offset; left > 0 {
		s.kinds.add(kindOther)

		return s.in.copyTo(io.Discard, left)
	}

	return nil
}

// next copies, replaces or drops one chunk of the file.
func (s *webpSanitizer) next() error {
	here, header, err := s.header(s.end)
	if err != nil {
		if s.file.image && !s.file.extended && faults.CodeOf(err) != "" {
			return s.rest(s.end)
		}

		return err
	}

	if s.file.image && !s.file.extended {
		return s.drop(here, s.end)
	}

	if err := s.file.check(here, s.in.offset-riffChunk); err != nil {
		return err
	}

	switch here.kind {
	case kindExtended:
		return s.canvas(here, header)
	case kindFrame:
		return s.frame(here)
	case kindLossy, kindLossless:
		s.file.image = true

		return s.bitstream(&s.still, here, header, s.end)
	case kindAlpha:
		return s.bitstream(&s.still, here, header, s.end)
	case "ANIM":
		return s.copy(here, header, s.end)
	case "ICCP":
		return s.profile(here, header)
	case "EXIF":
		return s.exif(here)
	}

	return s.drop(here, s.end)
}

// header reads the header of a chunk within a file or frame that ends there.
func (s *webpSanitizer) header(end int64) (chunk, []byte, error) {
	header := make([]byte, riffChunk)
	if err := s.in.full(header); err != nil {
		return chunk{}, nil, err
	}

	here, err := parseRIFF(header, s.in.offset-riffChunk, end)

	return here, header, err
}

// copy copies a chunk behind its header.
func (s *webpSanitizer) copy(here chunk, header []byte, end int64) error {
	s.out.write(header)

	if err := s.in.copyTo(s.out, here.length); err != nil {
		return err
	}

	s.out.write(make([]byte, here.length&1))

	return s.padding(here, end)
}

// padding passes over the byte behind data of an odd length. Some writers leave
// it out at the end of all.
func (s *webpSanitizer) padding(here chunk, end int64) error {
	if here.length&1 == 0 || s.in.offset == end {
		return nil
	}

	pad, err := s.in.one()
	if pad != 0 {
		s.kinds.add(kindOther)
	}

	return err
}

// drop leaves a chunk out.
func (s *webpSanitizer) drop(here chunk, end int64) error {
	start := prefix{limit: maxEXIF}

	if here.kind == "EXIF" {
		if err := s.in.copyTo(&start, here.length); err != nil {
			return err
		}

		s.kinds.add(exifKinds(webpEXIF(start.Bytes()))...)

		return s.padding(here, end)
	}

	if here.kind == "XMP " {
		s.kinds.add(kindXMP)
	} else {
		s.kinds.add(kindOther)
	}

	if err := s.in.copyTo(io.Discard, here.length); err != nil {
		return err
	}

	return s.padding(here, end)
}

// canvas writes the VP8X chunk: with reserved bits of zero, and the flags of
// metadata as they are to be in a file that has none but its profile.
func (s *webpSanitizer) canvas(here chunk, header []byte) error {
	data := make([]byte, here.length)
	if err := s.in.full(data); err != nil {
		return err
	}

	if err := s.file.canvas(data); err != nil {
		return err
	}

	s.still.width, s.still.height = s.file.info.Width, s.file.info.Height
	s.flags = s.file.flags & (flagAnimation | flagAlpha)

	if s.file.flags&^(flagAnimation|flagXMP|flagEXIF|flagAlpha|flagICC) != 0 || data[1]|data[2]|data[3] != 0 {
		s.kinds.add(kindOther)
		copy(data, []byte{s.file.flags, 0, 0, 0})
	}

	s.out.write(header)
	s.out.write(data)

	return nil
}

// profile keeps the first ICC profile, where a reader looks for it.
func (s *webpSanitizer) profile(here chunk, header []byte) error {
	if s.file.icc || s.file.pictured() {
		return s.drop(here, s.end)
	}

	s.file.icc = true
	s.flags |= flagICC

	return s.copy(here, header, s.end)
}

// exif replaces the first EXIF chunk that has an orientation by one that has
// nothing else. As for libwebp there is none where VP8X has no flag for it.
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
		s.out.write(binary.LittleEndian.AppendUint32([]byte("EXIF"), uint32(len(minimal)))) //nolint:gosec // Ours, and short.
		s.out.write(minimal)
	}

	return s.padding(here, s.end)
}

// bitstream copies an ALPH, VP8 or VP8L chunk.
func (s *webpSanitizer) bitstream(picture *webpPicture, here chunk, header []byte, end int64) error {
	head, err := s.in.Peek(int(min(here.length, bitstreamHead)))
	if err != nil {
		return s.in.ended(err)
	}

	if err := picture.check(here, head, s.in.offset-riffChunk); err != nil {
		return err
	}

	return s.copy(here, header, end)
}

// frame copies an ANMF chunk, but for what stands in it beside the picture.
func (s *webpSanitizer) frame(here chunk) error {
	end := s.in.offset + here.length
	head := make([]byte, frameBytes)

	if err := s.in.full(head); err != nil {
		return err
	}

	picture, err := s.file.frame(head, s.in.offset-frameBytes)
	if err != nil {
		return err
	}

	const flagsAt, flags = 15, 1<<1 | 1 // disposal and blending; the others are reserved
	if head[flagsAt]&^flags != 0 {
		s.kinds.add(kindOther)

		head[flagsAt] &= flags
	}

	sizeAt := s.out.offset + 4
	s.out.write(binary.LittleEndian.AppendUint32([]byte(kindFrame), uint32(padded(here.length)))) //nolint:gosec // It was read from as many bits.
	s.out.write(head)

	for s.in.offset+riffChunk <= end {
		if err := s.inFrame(&picture, end); err != nil {
			return err
		}
	}

	if err := s.rest(end); err != nil {
		return err
	}

	if !picture.image {
		return faults.New(faults.Corrupt, "WebP frame before byte %d has no picture", end)
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
