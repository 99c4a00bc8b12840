package bmfftest

import "bytes"

// Stream is an HEVC stream of one image, from which test files are made.
type Stream struct {
	Annex []byte // NAL units after start codes (ITU-T H.265, annex B)
	// VUI is the position of vui_parameters_present_flag in the sequence parameter set.
	// It counts bits after the NAL unit's header, without emulation prevention bytes.
	VUI    int
	Format byte // chroma_format_idc
	Depth  byte
}

// Signal is the video signal type of a stream.
type Signal struct {
	Primaries, Transfer, Matrix byte
	Full                        bool
	Bare                        bool // There is only the range, and no color description.
}

const typeVPS, typeSPS, typePPS = 32, 33, 34

// Units splits the stream into its NAL units.
func (s *Stream) Units() (units [][]byte) {
	for unit := range bytes.SplitSeq(s.Annex, []byte{0, 0, 1}) {
		if unit = bytes.TrimRight(unit, "\x00"); len(unit) > 2 {
			units = append(units, unit)
		}
	}

	return units
}

// Coded returns an hvcC property and the data of the image. The sequence parameter set
// gets the given video signal type, or none if signal is nil.
func (s *Stream) Coded(signal *Signal) (Property, []byte) {
	var data, arrays []byte

	for _, unit := range s.Units() {
		switch kind := unit[0] >> 1 & 0x3f; kind {
		case typeSPS:
			unit = s.parameterSet(unit, signal)

			fallthrough
		case typeVPS, typePPS:
			arrays = append(append(append(append(arrays, 0x80|kind), Uint16(1)...), Uint16(len(unit))...), unit...)
		default:
			if kind < typeVPS { // A slice.
				data = append(append(data, Uint32(len(unit))...), unit...)
			}
		}
	}

	const count = 3

	config := []byte{
		1, 3, 0x70, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 30, 0xf0, 0, 0xfc, 0xfc | s.Format, 0xf8 | (s.Depth - 8), 0xf8 | (s.Depth - 8),
		0, 0, 0x0f, count,
	}

	return Property{Kind: "hvcC", Data: append(config, arrays...), Essential: true}, data
}

// parameterSet returns a sequence parameter set with another VUI and without extensions.
func (s *Stream) parameterSet(unit []byte, signal *Signal) []byte {
	made := &writer{}

	plain := bytes.ReplaceAll(unit[2:], []byte{0, 0, 3}, []byte{0, 0})
	for i := range s.VUI {
		made.bits(1, int(plain[i/8]>>(7-i%8)&1))
	}

	if signal == nil {
		made.bits(1, 0)
	} else {
		made.bits(1, 1) // vui_parameters_present_flag
		made.bits(2, 0) // aspect_ratio_info_present_flag, overscan_info_present_flag
		made.bits(1, 1) // video_signal_type_present_flag
		made.bits(3, 5)
		made.flag(signal.Full)
		made.flag(!signal.Bare)

		if !signal.Bare {
			made.bits(8, int(signal.Primaries))
			made.bits(8, int(signal.Transfer))
			made.bits(8, int(signal.Matrix))
		}

		// chroma_loc_info_present_flag, neutral_chroma_indication_flag, field_seq_flag,
		// frame_field_info_present_flag, default_display_window_flag,
		// vui_timing_info_present_flag, bitstream_restriction_flag
		made.bits(7, 0)
	}

	made.bits(1, 0) // sps_extension_present_flag
	made.bits(1, 1) // rbsp_stop_one_bit

	return append(bytes.Clone(unit[:2]), made.escaped()...)
}

type writer struct {
	data []byte
	free int // free bits of the last byte
}

func (w *writer) flag(set bool) {
	if set {
		w.bits(1, 1)
	} else {
		w.bits(1, 0)
	}
}

func (w *writer) bits(count, value int) {
	for i := count - 1; i >= 0; i-- {
		if w.free == 0 {
			w.data, w.free = append(w.data, 0), 8
		}

		w.free--
		w.data[len(w.data)-1] |= byte(value >> i & 1 << w.free) //nolint:gosec // One bit.
	}
}

// escaped returns the data with emulation prevention bytes.
func (w *writer) escaped() (made []byte) {
	zeros := 0

	for _, b := range w.data {
		if zeros >= 2 && b <= 3 {
			made = append(made, 3)
			zeros = 0
		}

		made = append(made, b)

		if zeros++; b != 0 {
			zeros = 0
		}
	}

	return made
}
