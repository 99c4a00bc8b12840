package gif

import (
	"bytes"
	"slices"
	"strings"

	"triptych/picture/gif"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/report"
)

// idC2PA starts the application extension of a GIF's Content Credentials.
const idC2PA = "C2PA_GIF"

// extension keeps or drops one extension.
func (s *sanitizer) extension() error {
	label, err := s.in.Byte()
	if err != nil {
		return err
	}

	switch label {
	case labelControl:
		return s.graphicControl()
	case labelApplication:
		return s.application()
	case labelComment:
		s.kinds.Add(report.Comment)
	case labelText:
		s.kinds.Add(report.Text)
	default:
		s.kinds.Add(report.Other)
	}

	return s.subBlocks(func([]byte) {})
}

// graphicControl keeps a graphic control extension for the image that follows. If it is
// longer than in the standard, graphicControl cuts it. If it is shorter, graphicControl
// drops it.
func (s *sanitizer) graphicControl() error {
	const dataBytes = 4 // section 23

	var (
		first  []byte
		blocks int
	)

	err := s.subBlocks(func(data []byte) {
		if blocks++; blocks == 1 {
			first = bytes.Clone(data)
		}
	})
	if err != nil {
		return err
	}

	parsed, known := gif.ParseControl(first)
	if !known || len(first) > dataBytes || blocks != 2 {
		s.kinds.Add(report.Other)
	}

	if !known {
		return nil
	}

	s.dropControl()

	s.parsed = parsed
	s.control = slices.Concat([]byte{blockExtension, labelControl, dataBytes}, first[:dataBytes], []byte{0})

	return nil
}

func (s *sanitizer) writeControl() {
	s.write(s.control)
	s.resetControl()
}

func (s *sanitizer) resetControl() { s.control, s.parsed = nil, gif.NoControl }

func (s *sanitizer) dropControl() {
	if s.control != nil {
		s.kinds.Add(report.Other)
	}

	s.resetControl()
}

// application drops an application extension (section 26). The only exception is the
// extension of Netscape Navigator for the number of repetitions, which all browsers read.
// It has an identifier, and a sub-block with a 1 and the number.
func (s *sanitizer) application() error { //nolint:cyclop // One pass over the blocks of an extension.
	const loopBytes, loopID = 3, 1

	var (
		identifier string
		packet     = container.Prefix{Limit: report.XMPBytes}
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

		// XMP is not split into sub-blocks: the length bytes are bytes of the XMP.
		if blocks > 1 && strings.HasPrefix(identifier, gifXMP) {
			_, _ = packet.Write([]byte{byte(len(data))}) //nolint:gosec // At most 255.
			_, _ = packet.Write(data)
		}
	})
	if err != nil {
		return err
	}

	if identifier != "NETSCAPE2.0" && identifier != "ANIMEXTS1.0" {
		s.kinds.Add(applicationKinds(identifier, packet.Bytes())...)

		return nil
	}

	if others || loop == nil || s.looping {
		s.kinds.Add(report.Other)
	}

	if loop == nil || s.looping {
		return nil
	}

	s.looping = true

	s.write(s.control) // A pending graphic control stays before this extension, and still applies to the image.
	s.control = nil

	s.write([]byte{blockExtension, labelApplication, byte(len(identifier))}) //nolint:gosec // 11.
	s.write([]byte(identifier))
	s.write(append([]byte{loopBytes}, loop...))
	s.write([]byte{0})

	return nil
}

// gifXMP is the start of an application extension with an XMP packet.
const gifXMP = "XMP DataXMP"

// applicationKinds names the kinds of metadata in a dropped application extension.
func applicationKinds(identifier string, packet []byte) []string {
	switch {
	case strings.HasPrefix(identifier, gifXMP):
		return report.XMPKinds(packet)
	case strings.HasPrefix(identifier, idC2PA):
		return []string{report.Credentials}
	case strings.HasPrefix(identifier, "MGKIPTC"): // as ImageMagick writes it
		return []string{report.IPTC}
	default:
		return []string{report.Other}
	}
}
