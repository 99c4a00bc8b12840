package metadata

import (
	"fmt"
	"io"
	"math"

	"triptych/picture/failure"
)

// sanitizeWebP uses a buffer of its own if dst cannot overwrite earlier bytes.
func sanitizeWebP(dst io.Writer, in *input, kinds found) ([]string, error) {
	target, ok := dst.(Output)
	held := &Buffer{}

	if !ok {
		target = held
	}

	out := newRewriter(target)
	if err := (&webpSanitizer{in: in, out: out, kinds: kinds}).run(); err != nil {
		return nil, err
	}

	if err := flush(out.buffer); err != nil || ok {
		return nil, err
	}

	if _, err := dst.Write(held.Bytes()); err != nil {
		return nil, fmt.Errorf("write the sanitized image: %w", err)
	}

	return nil, nil
}

// webpSanitizer rewrites one WebP, chunk by chunk. The headers of the file and of each
// frame have their lengths, and VP8X has flags for the metadata that follow. If these
// change, the headers are overwritten at the end.
type webpSanitizer struct {
	in    *input
	out   *rewriter
	kinds found

	file     webpFile
	end      int64 // of the file, by its header
	flags    byte  // as written into VP8X
	oriented bool  // an EXIF chunk had an orientation
	single   webpPicture
}

func (s *webpSanitizer) run() error {
	var header [riffHeader]byte
	if err := s.in.full(header[:]); err != nil {
		return err
	}

	var err error
	if s.end, err = riffEnd(header[:]); err != nil {
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

// picture returns the image of a static file. For an animation it returns a placeholder,
// because each frame was already checked to be complete.
func (s *webpSanitizer) picture() webpPicture {
	if s.file.frames > 0 {
		return webpPicture{image: true}
	}

	return s.single
}

// close overwrites the sizes and flags that have changed.
func (s *webpSanitizer) close(end int64) error {
	if s.out.offset > riffPrefix+math.MaxUint32 {
		return failure.New(failure.Corrupt, "WebP of %d bytes", s.out.offset)
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

// rest drops the remaining bytes up to an offset: less than a chunk, or bytes after the
// image of a simple file.
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
		if s.file.image && !s.file.extended && failure.KindOf(err) != "" {
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

		return s.bitstream(&s.single, here, header, s.end)
	case kindAlpha:
		return s.bitstream(&s.single, here, header, s.end)
	case "ANIM":
		return s.copy(here, header, s.end)
	case "ICCP":
		return s.profile(here, header)
	case "EXIF":
		return s.exif(here)
	}

	return s.drop(here, s.end)
}

// header reads the header of a chunk within a file or frame that ends at end.
func (s *webpSanitizer) header(end int64) (chunk, []byte, error) {
	header := make([]byte, riffChunk)
	if err := s.in.full(header); err != nil {
		return chunk{}, nil, err
	}

	here, err := parseRIFF(header, s.in.offset-riffChunk, end)

	return here, header, err
}

// copy copies a chunk after its header.
func (s *webpSanitizer) copy(here chunk, header []byte, end int64) error {
	s.out.write(header)

	if err := s.in.copyTo(s.out, here.length); err != nil {
		return err
	}

	s.out.write(make([]byte, here.length&1))

	return s.padding(here, end)
}

// padding skips the byte after data of an odd length. Some writers omit it at the end of
// the file.
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

// drop drops a chunk.
func (s *webpSanitizer) drop(here chunk, end int64) error {
	start := prefix{limit: maxEXIF}

	if here.kind == "EXIF" {
		if err := s.in.copyTo(&start, here.length); err != nil {
			return err
		}

		s.kinds.add(exifKinds(webpEXIF(start.Bytes()))...)

		return s.padding(here, end)
	}

	start.limit = maxXMPRead
	if err := s.in.copyTo(&start, here.length); err != nil {
		return err
	}

	switch here.kind {
	case "XMP ":
		s.kinds.add(xmpKinds(start.Bytes())...)
	case chunkC2PA:
		s.kinds.add(kindCredentials)
	default:
		s.kinds.add(kindOther)
	}

	return s.padding(here, end)
}
