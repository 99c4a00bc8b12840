package gif

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"slices"

	"triptych/picture/gif"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/report"
)

// sanitize copies an animation, block by block.
func sanitize(dst io.Writer, in *container.Input, kinds report.Set) ([]string, error) {
	out := bufio.NewWriterSize(dst, container.BufferBytes)
	if err := (&sanitizer{in: in, out: out, kinds: kinds}).run(); err != nil {
		return nil, err
	}

	return nil, container.Flush(out)
}

// sanitizer rewrites one GIF, block by block. Decoders that follow the standard strictly
// can read the result. It shows the same animation that package gif shows for the
// original.
type sanitizer struct {
	in    *container.Input
	out   *bufio.Writer
	kinds report.Set

	screen image.Point
	canvas image.Point
	table  []byte // the global color table
	frames int

	// header holds the bytes before the first image. They are written late, because the
	// screen size depends on that image.
	header bytes.Buffer
	// control is a graphic control extension that waits for its image.
	control []byte
	parsed  gif.Control
	looping bool // a number of repetitions was written
	block   [maxSubBlock]byte
	data    []byte // buffer for an image's sub-blocks
}

// errDamage reports that the image ends here, although the file does not.
var errDamage = errors.New("the rest of the animation is damaged")

// run copies from the header to the trailer. If there is no trailer, it copies to the end
// of the animation. Writes to out are not checked, because a bufio.Writer keeps its first
// error for Flush.
func (s *sanitizer) run() error {
	var header [headerBytes]byte
	if err := s.in.Fill(header[:]); err != nil {
		return err
	}

	s.screen, s.parsed = screenOf(header[:]), gif.NoControl
	s.table = make([]byte, gif.TableBytes(header[fieldsAt]))

	if err := s.in.Fill(s.table); err != nil {
		return err
	}

	_, _ = s.header.Write(header[:])
	_, _ = s.header.Write(s.table)

	err := s.blocks()

	switch {
	case s.frames == 0:
		return err
	case errors.Is(err, errDamage):
		s.kinds.Add(report.Trailer)
	case err != nil && !errors.Is(err, container.ErrEnd) || s.in.Failed() != nil:
		return err
	}

	s.dropControl()

	_ = s.out.WriteByte(blockTrailer)

	return nil
}

// blocks copies the blocks up to the trailer.
func (s *sanitizer) blocks() error {
	for {
		block, err := s.in.Byte()
		if err != nil {
			return err
		}

		switch {
		case block == blockExtension:
			err = s.extension()
		case block == blockImage:
			err = s.image()
		case block != blockTrailer && s.frames == 0:
			s.kinds.Add(report.Other)
		case s.frames == 0:
			return errNoPicture()
		case block != blockTrailer || s.in.More():
			return errDamage
		default:
			return nil
		}

		if err != nil {
			return err
		}
	}
}

// write writes data. Before the first image, the data goes into the header.
func (s *sanitizer) write(data []byte) {
	if s.frames == 0 {
		_, _ = s.header.Write(data)
	} else {
		_, _ = s.out.Write(data)
	}
}

// image copies an image with its color table and data. If the image breaks the standard,
// image encodes it again.
func (s *sanitizer) image() error {
	raw, read, err := s.describe()
	if err != nil {
		return err
	}

	first, empty := s.frames == 0, read.Bounds.Empty()
	if first && !empty {
		s.canvas = gif.Canvas(s.screen, read.Bounds)
	}

	review := read.Review()

	ended := s.subBlocks(review.Add)
	if ended != nil && !errors.Is(ended, container.ErrEnd) {
		return ended
	}

	s.data = read.Data[:0] // buffer for the next image

	if empty {
		s.dropControl()
		s.kinds.Add(report.Other)

		return ended
	}

	becomes, err := review.End(ended == nil, s.canvas, first)

	switch {
	case err != nil && !first:
		return errDamage
	case err != nil:
		return err
	case first:
		s.begin()
	}

	s.frames++

	return s.put(raw, read, becomes)
}

// describe reads the part before an image's data. It returns the raw bytes and the parsed
// image.
func (s *sanitizer) describe() ([]byte, *gif.Image, error) {
	raw := make([]byte, descriptorSize)
	raw[0] = blockImage

	if err := s.in.Fill(raw[1:]); err != nil {
		return nil, nil, err
	}

	read := &gif.Image{Control: s.parsed, Colors: s.table, Data: s.data[:0]}
	read.Describe(raw[1:])

	rest := make([]byte, gif.TableBytes(raw[descriptorSize-1])+1)
	if err := s.in.Fill(rest); err != nil {
		return nil, nil, err
	}

	last := len(rest) - 1
	if read.CodeBits = int(rest[last]); last > 0 {
		read.Colors = rest[:last]
	}

	return slices.Concat(raw, rest), read, nil
}

// begin writes the header, before the first image.
func (s *sanitizer) begin() {
	header := s.header.Bytes()
	binary.LittleEndian.PutUint16(header[screenAt:], uint16(s.canvas.X))   //nolint:gosec // See put.
	binary.LittleEndian.PutUint16(header[screenAt+2:], uint16(s.canvas.Y)) //nolint:gosec // As above.

	_, _ = s.out.Write(header)
}

// put writes an image.
func (s *sanitizer) put(raw []byte, read *gif.Image, becomes gif.Rewritten) error {
	if becomes != gif.Encoded {
		s.writeControl()
		s.write(raw)
		s.write(read.Data)

		if becomes == gif.Trimmed {
			s.kinds.Add(report.Trailer)
		}

		return nil
	}

	made, err := read.Encode(context.Background(), s.canvas)
	if err != nil {
		return err
	}

	s.resetControl()
	s.write(made)

	return nil
}

// subBlocks calls visit for the data of every sub-block, including the last one of length
// 0. The data is valid until visit returns.
func (s *sanitizer) subBlocks(visit func(data []byte)) error {
	for {
		length, err := s.in.Byte()
		if err != nil {
			return err
		}

		before := s.in.Offset

		if err := s.in.Fill(s.block[:length]); err != nil {
			visit(s.block[:s.in.Offset-before]) // The incomplete sub-block.

			return err
		}

		visit(s.block[:length])

		if length == 0 {
			return nil
		}
	}
}
