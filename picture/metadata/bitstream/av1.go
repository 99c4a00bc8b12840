package bitstream

import "fmt"

// AV1 reads the sequence header of an image from its av1C property (AV1-ISOBMFF, 2.3), or
// from its data if the property has none.
func AV1(av1C, data []byte) (Picture, error) {
	const fixed = 4

	for _, units := range [][]byte{av1C[min(fixed, len(av1C)):], data} {
		if header := sequenceHeader(units); header != nil {
			return parseSequence(header)
		}
	}

	return Picture{}, fmt.Errorf("%w: no sequence header", ErrHeader)
}

// sequenceHeader finds the first OBU that is a sequence header (5.3.2), or nil.
func sequenceHeader(units []byte) []byte {
	const sequence, most = 1, 8

	for len(units) > 0 {
		kind, extended, sized := units[0]>>3&15, units[0]&4 != 0, units[0]&2 != 0
		units = units[1:]

		if extended && len(units) > 0 {
			units = units[1:]
		}

		length := uint64(len(units))

		if sized { // leb128
			length = 0

			for i := range most {
				if len(units) == 0 {
					return nil
				}

				last := units[0]
				length |= uint64(last&0x7f) << (7 * i)
				units = units[1:]

				if last < 0x80 {
					break
				}
			}
		}

		if length > uint64(len(units)) {
			return nil
		}

		if kind == sequence {
			return units[:length]
		}

		units = units[length:]
	}

	return nil
}

// parseSequence reads a sequence header (5.5.1).
func parseSequence(header []byte) (Picture, error) {
	in := &bits{data: header}
	profile := in.uint(3)
	in.skip(1) // still_picture
	reduced := in.flag()

	if reduced {
		in.skip(5) // seq_level_idx
	} else {
		skipOperatingPoints(in)
	}

	widthBits, heightBits := int(in.uint(4))+1, int(in.uint(4))+1

	var read Picture

	read.Width, read.Height = int(in.uint(widthBits))+1, int(in.uint(heightBits))+1

	skipCodingTools(in, reduced)
	colorConfig(in, profile, &read)

	if in.ended {
		return Picture{}, fmt.Errorf("%w: a sequence header of %d bytes", ErrHeader, len(header))
	}

	return read, nil
}

// skipOperatingPoints skips timing_info, decoder_model_info and the operating points.
func skipOperatingPoints(in *bits) {
	var (
		model      bool
		delayBits  int
		highLevels = uint32(7)
	)

	if in.flag() { // timing_info_present_flag
		in.skip(64)

		if in.flag() { // equal_picture_interval
			in.golomb()
		}

		if model = in.flag(); model {
			delayBits = int(in.uint(5)) + 1
			in.skip(32 + 5 + 5)
		}
	}

	displayDelay := in.flag()

	for range in.uint(5) + 1 {
		in.skip(12) // operating_point_idc

		if in.uint(5) > highLevels {
			in.skip(1) // seq_tier
		}

		if model && in.flag() {
			in.skip(2*delayBits + 1)
		}

		if displayDelay && in.flag() {
			in.skip(4)
		}
	}
}

// skipCodingTools skips from frame_id_numbers_present_flag to enable_restoration.
func skipCodingTools(in *bits, reduced bool) {
	if reduced {
		in.skip(3 + 3)

		return
	}

	if in.flag() { // frame_id_numbers_present_flag
		in.skip(4 + 3)
	}

	in.skip(3) // use_128x128_superblock, enable_filter_intra, enable_intra_edge_filter
	in.skip(4) // enable_interintra_compound to enable_dual_filter

	order := in.flag()
	if order {
		in.skip(2) // enable_jnt_comp, enable_ref_frame_mvs
	}

	tools := uint32(2)
	if !in.flag() { // seq_choose_screen_content_tools
		tools = in.uint(1)
	}

	if tools > 0 && !in.flag() { // seq_choose_integer_mv
		in.skip(1)
	}

	if order {
		in.skip(3) // order_hint_bits_minus_1
	}

	in.skip(3) // enable_superres, enable_cdef, enable_restoration
}

// colorConfig reads color_config (5.5.2).
func colorConfig(in *bits, profile uint32, read *Picture) {
	const high, professional, srgbPrimaries, srgbTransfer, identity = 1, 2, 1, 13, 0

	read.Signal, read.Depth = true, 8

	if in.flag() { // high_bitdepth
		read.Depth = 10
		if profile == professional && in.flag() {
			read.Depth = 12
		}
	}

	read.DepthOfColor = read.Depth
	read.Gray = profile != high && in.flag()
	read.Primaries, read.Transfer, read.Matrix = Unspecified, Unspecified, Unspecified

	if in.flag() { // color_description_present_flag
		read.Primaries, read.Transfer, read.Matrix = uint16(in.uint(8)), uint16(in.uint(8)), uint16(in.uint(8)) //nolint:gosec // Bytes.
	}

	if !read.Gray && read.Primaries == srgbPrimaries && read.Transfer == srgbTransfer && read.Matrix == identity {
		read.FullRange = true

		return
	}

	read.FullRange = in.flag()

	if !read.Gray && profile != high {
		subsampling(in, profile, read)
	}
}

// subsampling reads the chroma subsampling, unless the profile is that of 4:4:4.
func subsampling(in *bits, profile uint32, read *Picture) {
	const most = 12

	switch {
	case profile == 0:
		read.HalfWidth, read.HalfHeight = true, true
	case read.Depth == most: // The depth of the header defines it.
		read.HalfWidth = in.flag()
		read.HalfHeight = read.HalfWidth && in.flag()
	default:
		read.HalfWidth = true
	}
}
