package metadata

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"slices"

	"triptych/picture/gif"
)

// gifSanitizer rewrites one GIF, block by block, so that decoders read it that follow
// the standard to the letter, and show what package gif does.
type gifSanitizer struct {
	in    *input
	out   *bufio.Writer
	kinds found

	screen image.Point
	canvas image.Point
	table  []byte // the global color table
	frames int

	// head is what stands before the first image: the screen's size depends on that.
	head bytes.Buffer
	// control is a graphic control extension that waits for its image.
	control []byte
	parsed  gif.Control
	looping bool // how often to repeat was said
	block   [maxSubBlock]byte
	data    []byte // room for an image's sub-blocks
}

// errDamage says that the picture ends here, although the file does not.
var errDamage = errors.New("the rest of the animation is damaged")

// run copies from the header to the trailer, or to where the animation ends without
// one. Writes to out need no check of their own: a bufio.Writer keeps its first error
// for Flush.
func (s *gifSanitizer) run() error {
	var header [gifHeader]byte
	if err := s.in.full(header[:]); err != nil {
		return err
	}

	s.screen, s.parsed = gifScreen(header[:]), gif.NoControl
	s.table = make([]byte, gif.TableBytes(header[gifFieldsAt]))

	if err := s.in.full(s.table); err != nil {
		return err
	}

	_, _ = s.head.Write(header[:])
	_, _ = s.head.Write(s.table)

	err := s.blocks()

	switch {
	case s.frames == 0:
		return err
	case errors.Is(err, errDamage):
		s.kinds.add(kindTrailer)
	case err != nil && !errors.Is(err, errEnd) || s.in.failed() != nil:
		return err
	}

	s.dropControl()

	_ = s.out.WriteByte(blockTrailer)

	return nil
}

// blocks copies the blocks up to the trailer.
func (s *gifSanitizer) blocks() error {
	for {
		block, err := s.in.one()
		if err != nil {
			return err
		}

		switch {
		case block == blockExtension:
			err = s.extension()
		case block == blockImage:
			err = s.image()
		case block != blockTrailer && s.frames == 0:
			s.kinds.add(kindOther)
		case s.frames == 0:
			return errNoPicture()
		case block != blockTrailer || s.in.more():
			return errDamage
		default:
			return nil
		}

		if err != nil {
			return err
		}
	}
}

// write writes before the first image into its head.
func (s *gifSanitizer) write(data []byte) {
	if s.frames == 0 {
		_, _ = s.head.Write(data)
	} else {
		_, _ = s.out.Write(data)
	}
}

// image copies an image with its color table and data, or encodes it anew where it
// breaks the standard.
func (s *gifSanitizer) image() error {
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
	if ended != nil && !errors.Is(ended, errEnd) {
		return ended
	}

	s.data = read.Data[:0] // room for the next image

	if empty {
		s.dropControl()
		s.kinds.add(kindOther)

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

// describe reads what stands before an image's data, and returns it as it stands there
// as well.
func (s *gifSanitizer) describe() ([]byte, *gif.Image, error) {
	raw := make([]byte, descriptorSize)
	raw[0] = blockImage

	if err := s.in.full(raw[1:]); err != nil {
		return nil, nil, err
	}

	read := &gif.Image{Control: s.parsed, Colors: s.table, Data: s.data[:0]}
	read.Describe(raw[1:])

	rest := make([]byte, gif.TableBytes(raw[descriptorSize-1])+1)
	if err := s.in.full(rest); err != nil {
		return nil, nil, err
	}

	last := len(rest) - 1
	if read.CodeBits = int(rest[last]); last > 0 {
		read.Colors = rest[:last]
	}

	return slices.Concat(raw, rest), read, nil
}

// begin writes what stands before the first image.
func (s *gifSanitizer) begin() {
	head := s.head.Bytes()
	binary.LittleEndian.PutUint16(head[gifScreenAt:], uint16(s.canvas.X))   //nolint:gosec // See put.
	binary.LittleEndian.PutUint16(head[gifScreenAt+2:], uint16(s.canvas.Y)) //nolint:gosec // As above.

	_, _ = s.out.Write(head)
}

// put writes an image.
func (s *gifSanitizer) put(raw []byte, read *gif.Image, becomes gif.Rewritten) error {
	if becomes != gif.Encoded {
		s.writeControl()
		s.write(raw)
		s.write(read.Data)

		if becomes == gif.Trimmed {
			s.kinds.add(kindTrailer)
		}

		return nil
	}

	made, err := read.Encode(context.Background(), s.canvas)
	if err != nil {
		return err
	}

	s.forgetControl()
	s.write(made)

	return nil
}

// subBlocks calls visit for every sub-block's data, the last of length 0 among
// them. The data are valid until visit returns.
func (s *gifSanitizer) subBlocks(visit func(data []byte)) error {
	for {
		length, err := s.in.one()
		if err != nil {
			return err
		}

		before := s.in.offset

		if err := s.in.full(s.block[:length]); err != nil {
			visit(s.block[:s.in.offset-before]) // What there is of it.

			return err
		}

		visit(s.block[:length])

		if length == 0 {
			return nil
		}
	}
}
