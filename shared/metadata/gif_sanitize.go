package metadata

import (
	"bufio"
	"strings"

	"triptych/shared/faults"
)

// gifSanitizer rewrites one GIF, block by block.
type gifSanitizer struct {
	in    *input
	out   *bufio.Writer
	kinds found

	info Info
	// control is a graphic control extension that waits for its image: should a
	// text follow, it is the text's (section 23).
	control []byte
	looping bool // how often to repeat was said
	block   [maxSubBlock]byte
}

// run copies from the header to the trailer. Writes to out need no check of
// their own: a bufio.Writer keeps its first error for Flush.
func (s *gifSanitizer) run() error {
	var header [gifHeader]byte
	if err := s.in.full(header[:]); err != nil {
		return err
	}

	info, err := gifScreen(header[:])
	if err != nil {
		return err
	}

	s.info = info
	_, _ = s.out.Write(header[:])

	if err := s.in.copyTo(s.out, int64(gifTable(header[gifFieldsAt]))); err != nil {
		return err
	}

	for {
		block, err := s.in.one()
		if err != nil {
			return err
		}

		switch block {
		case blockExtension:
			err = s.extension()
		case blockImage:
			err = s.image()
		case blockTrailer:
			return s.trailer()
		default:
			err = gifUnknown(block, s.in.offset-1)
		}

		if err != nil {
			return err
		}
	}
}

func (s *gifSanitizer) trailer() error {
	if s.info.Frames == 0 {
		return faults.New(faults.Corrupt, "GIF without a picture")
	}

	s.dropControl()

	_ = s.out.WriteByte(blockTrailer)

	if s.in.more() {
		s.kinds.add(kindTrailer)
	}

	return nil
}

// image copies an image with its colour table and data.
func (s *gifSanitizer) image() error {
	descriptor := [descriptorSize]byte{blockImage}
	if err := s.in.full(descriptor[1:]); err != nil {
		return err
	}

	gifImage(&s.info, descriptor[:])

	s.writeControl()
	_, _ = s.out.Write(descriptor[:])

	// The colour table, and the size of LZW's codes.
	if err := s.in.copyTo(s.out, int64(gifTable(descriptor[descriptorSize-1]))+1); err != nil {
		return err
	}

	return s.subBlocks(func(data []byte) {
		_ = s.out.WriteByte(byte(len(data))) //nolint:gosec // At most 255.
		_, _ = s.out.Write(data)
	})
}

// subBlocks calls visit for every sub-block's data, the last of length 0 among
// them. The data are valid until visit returns.
func (s *gifSanitizer) subBlocks(visit func(data []byte)) error {
	for {
		length, err := s.in.one()
		if err != nil {
			return err
		}

		if err := s.in.full(s.block[:length]); err != nil {
			return err
		}

		visit(s.block[:length])

		if length == 0 {
			return nil
		}
	}
}

// extension keeps or drops one extension.
func (s *gifSanitizer) extension() error {
	label, err := s.in.one()
	if err != nil {
		return err
	}

	switch label {
	case labelControl:
		return s.graphicControl()
	case labelApplication:
		return s.application()
	case labelComment:
		s.kinds.add(kindComment)
	case labelText:
		s.kinds.add(kindText)
		s.dropControl()
	default:
		s.kinds.add(kindOther)
	}

	return s.subBlocks(func([]byte) {})
}

// graphicControl keeps a graphic control extension for the image that follows.
func (s *gifSanitizer) graphicControl() error {
	const dataBytes = 4 // section 23; a terminator follows

	control := make([]byte, 2+1+dataBytes+1)
	copy(control, []byte{blockExtension, labelControl})

	if err := s.in.full(control[2:]); err != nil {
		return err
	}

	if control[2] != dataBytes || control[len(control)-1] != 0 {
		return faults.New(faults.Corrupt, "GIF graphic control at byte %d", s.in.offset-int64(len(control)))
	}

	s.dropControl()
	s.control = control

	return nil
}

func (s *gifSanitizer) writeControl() {
	_, _ = s.out.Write(s.control)
	s.control = nil
}

func (s *gifSanitizer) dropControl() {
	if s.control != nil {
		s.kinds.add(kindOther)
	}

	s.control = nil
}

// application drops an application extension (section 26), but for the one by
// which Netscape Navigator, and after it everybody, learns how often to repeat:
// an identifier, and a sub-block of a 1 and the number.
func (s *gifSanitizer) application() error {
	const loopBytes, loopID = 3, 1

	var (
		identifier string
		packet     = prefix{limit: maxXMPRead}
		loop       []byte
		blocks     int
		others     bool
	)

	err := s.subBlocks(func(data []byte) {
		blocks++

		switch {
		case blocks == 1:
			identifier = string(data)
		case loop == nil && len(data) == loopBytes && data[0] == loopID:
			loop = append(loop, data...)
		default:
			others = others || len(data) > 0
		}

		// XMP stands there without regard to blocks: their lengths are bytes of it.
		if blocks > 1 && strings.HasPrefix(identifier, gifXMP) {
			_, _ = packet.Write([]byte{byte(len(data))}) //nolint:gosec // At most 255.
			_, _ = packet.Write(data)
		}
	})
	if err != nil {
		return err
	}

	if identifier != "NETSCAPE2.0" && identifier != "ANIMEXTS1.0" {
		s.kinds.add(applicationKinds(identifier, packet.Bytes())...)

		return nil
	}

	if others || loop == nil || s.looping {
		s.kinds.add(kindOther)
	}

	if loop == nil || s.looping {
		return nil
	}

	s.looping = true

	s.writeControl()                                                                    // what stood before it still does
	_, _ = s.out.Write([]byte{blockExtension, labelApplication, byte(len(identifier))}) //nolint:gosec // 11.
	_, _ = s.out.WriteString(identifier)
	_, _ = s.out.Write(append([]byte{loopBytes}, loop...))
	_ = s.out.WriteByte(0)

	return nil
}

// gifXMP begins the application extension of an XMP packet.
const gifXMP = "XMP DataXMP"

// applicationKinds names what an application extension holds that is dropped.
func applicationKinds(identifier string, packet []byte) []string {
	switch {
	case strings.HasPrefix(identifier, gifXMP):
		return xmpKinds(packet)
	case strings.HasPrefix(identifier, gifC2PA):
		return []string{kindCredentials}
	case strings.HasPrefix(identifier, "MGKIPTC"): // as ImageMagick writes it
		return []string{kindIPTC}
	default:
		return []string{kindOther}
	}
}
