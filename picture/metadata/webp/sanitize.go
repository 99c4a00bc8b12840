package webp

import (
	"fmt"
	"io"
	"math"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/report"
)

// chunkC2PA is the chunk of a WebP's Content Credentials.
const chunkC2PA = "C2PA"

// sanitize uses a buffer of its own if dst cannot overwrite earlier bytes.
func sanitize(dst io.Writer, in *container.Input, kinds report.Set) ([]string, error) {
	target, ok := dst.(container.Output)
	held := &container.Buffer{}

	if !ok {
		target = held
	}

	out := container.NewRewriter(target)
	if err := (&sanitizer{in: in, out: out, kinds: kinds}).run(); err != nil {
		return nil, err
	}

	if err := container.Flush(out.Buffer); err != nil || ok {
		return nil, err
	}

	if _, err := dst.Write(held.Bytes()); err != nil {
		return nil, fmt.Errorf("write the sanitized image: %w", err)
	}

	return nil, nil
}

// sanitizer rewrites one WebP, chunk by chunk. The headers of the file and of each
// frame have their lengths, and VP8X has flags for the metadata that follow. If these
// change, the headers are overwritten at the end.
type sanitizer struct {
	in    *container.Input
	out   *container.Rewriter
	kinds report.Set

	file     chunkState
	end      int64 // of the file, by its header
	flags    byte  // as written into VP8X
	oriented bool  // an EXIF chunk had an orientation
	single   frameState
}

func (s *sanitizer) run() error {
	var header [riffHeader]byte
	if err := s.in.Fill(header[:]); err != nil {
		return err
	}

	var err error
	if s.end, err = riffEnd(header[:]); err != nil {
		return err
	}

	s.out.Put(header[:])

	for s.in.Offset+riffChunk <= s.end {
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

	if s.in.More() {
		s.kinds.Add(report.Trailer)
	}

	return s.close(s.end)
}

// picture returns the image of a static file. For an animation it returns a placeholder,
// because each frame was already checked to be complete.
func (s *sanitizer) picture() frameState {
	if s.file.frames > 0 {
		return frameState{image: true}
	}

	return s.single
}

// close overwrites the sizes and flags that have changed.
func (s *sanitizer) close(end int64) error {
	if s.out.Offset > riffPrefix+math.MaxUint32 {
		return failure.New(failure.Corrupt, "WebP of %d bytes", s.out.Offset)
	}

	if s.out.Offset != end {
		if err := s.out.PutSize(riffSizeAt, s.out.Offset-riffPrefix); err != nil {
			return err
		}
	}

	if s.file.extended && s.flags != s.file.flags {
		return s.out.Overwrite(riffHeader+riffChunk, []byte{s.flags})
	}

	return nil
}

// rest drops the remaining bytes up to an offset: less than a chunk, or bytes after the
// image of a simple file.
func (s *sanitizer) rest(end int64) error {
	if left := end - s.in.Offset; left > 0 {
		s.kinds.Add(report.Other)

		return s.in.CopyTo(io.Discard, left)
	}

	return nil
}

// next copies, replaces or drops one chunk of the file.
func (s *sanitizer) next() error {
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

	if err := s.file.check(here, s.in.Offset-riffChunk); err != nil {
		return err
	}

	switch here.Kind {
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
func (s *sanitizer) header(end int64) (container.Chunk, []byte, error) {
	header := make([]byte, riffChunk)
	if err := s.in.Fill(header); err != nil {
		return container.Chunk{}, nil, err
	}

	here, err := parseRIFF(header, s.in.Offset-riffChunk, end)

	return here, header, err
}

// copy copies a chunk after its header.
func (s *sanitizer) copy(here container.Chunk, header []byte, end int64) error {
	s.out.Put(header)

	if err := s.in.CopyTo(s.out, here.Length); err != nil {
		return err
	}

	s.out.Put(make([]byte, here.Length&1))

	return s.padding(here, end)
}

// padding skips the byte after data of an odd length. Some writers omit it at the end of
// the file.
func (s *sanitizer) padding(here container.Chunk, end int64) error {
	if here.Length&1 == 0 || s.in.Offset == end {
		return nil
	}

	pad, err := s.in.Byte()
	if pad != 0 {
		s.kinds.Add(report.Other)
	}

	return err
}

// drop drops a chunk.
func (s *sanitizer) drop(here container.Chunk, end int64) error {
	start := container.Prefix{Limit: container.MaxEXIFBytes}

	if here.Kind == "EXIF" {
		if err := s.in.CopyTo(&start, here.Length); err != nil {
			return err
		}

		s.kinds.Add(exif.Kinds(exifBlock(start.Bytes()))...)

		return s.padding(here, end)
	}

	start.Limit = report.XMPBytes
	if err := s.in.CopyTo(&start, here.Length); err != nil {
		return err
	}

	switch here.Kind {
	case "XMP ":
		s.kinds.Add(report.XMPKinds(start.Bytes())...)
	case chunkC2PA:
		s.kinds.Add(report.Credentials)
	default:
		s.kinds.Add(report.Other)
	}

	return s.padding(here, end)
}
