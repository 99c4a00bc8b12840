package bitstream

import "fmt"

// parseSPS reads a sequence parameter set (ITU-T H.265, 7.3.2.2.1).
func parseSPS(unit []byte) (Picture, error) {
	const most, mostDepth = 1 << 16, 8

	in := &bits{data: unescaped(unit)}
	in.skip(4) // sps_video_parameter_set_id
	layers := int(in.uint(3))
	in.skip(1) // sps_temporal_id_nesting_flag
	skipProfile(in, layers)
	in.golomb() // sps_seq_parameter_set_id

	read := Picture{Primaries: Unspecified, Transfer: Unspecified, Matrix: Unspecified}

	switch in.small(3) {
	case 0:
		read.Gray = true
	case 1:
		read.HalfWidth, read.HalfHeight = true, true
	case 2:
		read.HalfWidth = true
	default:
		if in.flag() {
			return Picture{}, fmt.Errorf("%w: separate color planes", ErrHeader)
		}
	}

	read.Width, read.Height = in.small(most), in.small(most)
	cropWindow(in, &read)

	read.Depth, read.DepthOfColor = in.small(mostDepth)+8, in.small(mostDepth)+8
	orderBits := in.small(12) + 4

	from := layers
	if in.flag() {
		from = 0
	}

	for range layers - from + 1 {
		in.golomb()
		in.golomb()
		in.golomb()
	}

	skipTools(in, orderBits)

	if in.flag() { // vui_parameters_present_flag
		signal(in, &read)
	}

	if in.ended || read.Width <= 0 || read.Height <= 0 {
		return Picture{}, fmt.Errorf("%w: a sequence parameter set of %d bytes", ErrHeader, len(unit))
	}

	return read, nil
}

// skipProfile skips profile_tier_level (7.3.3).
func skipProfile(in *bits, layers int) {
	const profile, level, eight = 88, 8, 8

	in.skip(profile + level)

	if layers == 0 {
		return
	}

	var profiles, levels int

	for range layers {
		profiles += int(in.bit())
		levels += int(in.bit())
	}

	in.skip(2 * (eight - layers))
	in.skip(profiles*profile + levels*level)
}

// cropWindow subtracts the conformance window from the size. Its offsets count chroma
// samples.
func cropWindow(in *bits, read *Picture) {
	const most = 1 << 16

	if !in.flag() {
		return
	}

	unit := func(half bool) int {
		if half {
			return 2
		}

		return 1
	}

	left, right, top, bottom := in.small(most), in.small(most), in.small(most), in.small(most)
	read.Width -= (left + right) * unit(read.HalfWidth)
	read.Height -= (top + bottom) * unit(read.HalfHeight)
}

// skipTools skips from log2_min_luma_coding_block_size_minus3 to
// strong_intra_smoothing_enabled_flag.
func skipTools(in *bits, orderBits int) {
	for range 6 {
		in.golomb()
	}

	if in.flag() { // scaling_list_enabled_flag
		if in.flag() { // sps_scaling_list_data_present_flag
			skipScalingLists(in)
		}
	}

	in.skip(2) // amp_enabled_flag, sample_adaptive_offset_enabled_flag

	if in.flag() { // pcm_enabled_flag
		in.skip(8)
		in.golomb()
		in.golomb()
		in.skip(1)
	}

	skipReferenceSets(in)

	if in.flag() { // long_term_ref_pics_present_flag
		for range in.small(32) {
			in.skip(orderBits + 1)
		}
	}

	in.skip(2) // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
}

// skipScalingLists skips scaling_list_data (7.3.4).
func skipScalingLists(in *bits) {
	const sizes, lists, largest, mostCoefficients = 4, 6, 3, 64

	for size := range sizes {
		step := 1
		if size == largest {
			step = 3
		}

		for list := 0; list < lists; list += step {
			if !in.flag() { // scaling_list_pred_mode_flag
				in.golomb()

				continue
			}

			if size > 1 {
				in.golomb()
			}

			for range min(mostCoefficients, 1<<(4+size<<1)) {
				in.golomb()
			}
		}
	}
}

// signal reads the video usability information up to its color description (E.2.1).
func signal(in *bits, read *Picture) {
	const extended = 255

	if in.flag() && in.uint(8) == extended { // aspect_ratio_idc
		in.skip(32)
	}

	if in.flag() { // overscan_info_present_flag
		in.skip(1)
	}

	if !in.flag() { // video_signal_type_present_flag
		return
	}

	in.skip(3) // video_format
	read.Signal, read.FullRange = true, in.flag()

	if in.flag() { // color_description_present_flag
		read.Primaries, read.Transfer, read.Matrix = uint16(in.uint(8)), uint16(in.uint(8)), uint16(in.uint(8)) //nolint:gosec // Bytes.
	}
}
