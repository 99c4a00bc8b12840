package jpeg

import (
	"encoding/binary"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/metadata/format"
)

// Markers of ITU-T T.81, table B.1, and of T.87 (JPEG-LS).
const (
	markerTEM   = 0x01
	markerRES   = 0xbf // the last reserved marker; the first one follows TEM
	markerSOF0  = 0xc0
	markerSOF1  = 0xc1
	markerSOF2  = 0xc2
	markerDHT   = 0xc4
	markerJPG   = 0xc8
	markerDAC   = 0xcc
	markerSOF15 = 0xcf
	markerRST0  = 0xd0
	markerRST7  = 0xd7
	markerSOI   = 0xd8
	markerEOI   = 0xd9
	markerSOS   = 0xda
	markerDQT   = 0xdb
	markerDNL   = 0xdc
	markerDRI   = 0xdd
	markerDHP   = 0xde
	markerEXP   = 0xdf
	markerAPP0  = 0xe0
	markerAPP1  = 0xe1
	markerAPP2  = 0xe2
	markerAPP11 = 0xeb
	markerAPP13 = 0xed
	markerAPP14 = 0xee
	markerAPP15 = 0xef
	markerSOF55 = 0xf7 // JPEG-LS
	markerCOM   = 0xfe

	markerPrefix = 0xff
	lengthBytes  = 2 // a segment's length includes these bytes
)

// isFrame reports whether a marker starts a frame.
func isFrame(marker byte) bool {
	switch marker {
	case markerDHT, markerJPG, markerDAC:
		return false
	case markerSOF55:
		return true
	default:
		return marker >= markerSOF0 && marker <= markerSOF15
	}
}

// isStray reports whether a marker must not occur between segments and has no length. It
// is skipped like garbage.
func isStray(marker byte) bool {
	return marker <= markerRES || marker >= markerRST0 && marker <= markerRST7
}

// process names a frame's coding process if it is not accepted.
func process(marker byte) string {
	switch marker {
	case markerSOF0, markerSOF1, markerSOF2:
		return ""
	case 0xc3, 0xcb:
		return "lossless JPEG"
	case 0xc9, 0xca:
		return "JPEG with arithmetic coding"
	case markerSOF55:
		return "JPEG-LS"
	default:
		return "hierarchical JPEG"
	}
}

// frame reads a frame header (T.81, B.2.2).
func frame(marker byte, payload []byte) (format.Info, error) {
	const fixed, perComponent = 6, 3

	if name := process(marker); name != "" {
		return format.Info{}, failure.New(failure.UnsupportedFormat, "%s", name)
	}

	if len(payload) < fixed || len(payload) != fixed+perComponent*int(payload[5]) {
		return format.Info{}, failure.New(failure.Corrupt, "JPEG frame header of %d bytes", len(payload))
	}

	info := format.Info{
		Format:      format.JPEG,
		Precision:   int(payload[0]),
		Height:      int(binary.BigEndian.Uint16(payload[1:])),
		Width:       int(binary.BigEndian.Uint16(payload[3:])),
		Components:  int(payload[5]),
		Passes:      marker == markerSOF2,
		Orientation: format.Upright,
		Frames:      1,
	}

	switch {
	case info.Precision != 8: // Bits: the other precision in T.81 is 12.
		return format.Info{}, failure.New(failure.UnsupportedFormat, "JPEG with %d bits per sample", info.Precision)
	case info.Components != 1 && info.Components != 3 && info.Components != 4:
		return format.Info{}, failure.New(failure.UnsupportedFormat, "JPEG with %d components", info.Components)
	case info.Width == 0 || info.Height == 0:
		return format.Info{}, failure.New(failure.Corrupt, "%d × %d pixels", info.Width, info.Height)
	}

	samples, ok := samples(info, payload[fixed:])
	if !ok {
		return format.Info{}, failure.New(failure.Corrupt, "invalid JPEG sampling factors")
	}

	info.Samples = samples

	return info, nil
}

// samples counts the samples of all components by their sampling factors (T.81, A.1.1).
// components has three bytes for each of them.
func samples(info format.Info, components []byte) (int64, bool) {
	const most, perComponent = 4, 3

	var widest, highest int64

	for i := 1; i < len(components); i += perComponent {
		across, down := int64(components[i]>>4), int64(components[i]&0xf)
		if across < 1 || across > most || down < 1 || down > most {
			return 0, false
		}

		widest, highest = max(widest, across), max(highest, down)
	}

	var total int64

	for i := 1; i < len(components); i += perComponent {
		across, down := int64(components[i]>>4), int64(components[i]&0xf)
		total += ceil(int64(info.Width)*across, widest) * ceil(int64(info.Height)*down, highest)
	}

	return total, true
}

func ceil(dividend, divisor int64) int64 { return (dividend + divisor - 1) / divisor }

// segmentName returns the name of a segment for messages.
func segmentName(marker byte) string { return fmt.Sprintf("JPEG segment FF%02X", marker) }

// appendSegment appends a segment. Its payload has at most 65,533 bytes.
func appendSegment(to []byte, marker byte, payload []byte) []byte {
	length := uint16(lengthBytes + len(payload)) //nolint:gosec // Callers ensure this.

	return append(binary.BigEndian.AppendUint16(append(to, markerPrefix, marker), length), payload...)
}
