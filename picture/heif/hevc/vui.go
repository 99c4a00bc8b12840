package hevc

// skipVUI skips vui_parameters (clause E.2.1). The extensions of the sequence parameter
// set come after it. Package bitstream reads its colors.
func skipVUI(in *bits, layers int) {
	const extended = 255

	if in.flag() && in.uint(8) == extended { // aspect_ratio_idc
		in.skip(32)
	}

	if in.flag() { // overscan_info_present_flag
		in.skip(1)
	}

	if in.flag() { // video_signal_type_present_flag
		in.skip(4)

		if in.flag() { // colour_description_present_flag
			in.skip(24)
		}
	}

	if in.flag() { // chroma_loc_info_present_flag
		in.golomb()
		in.golomb()
	}

	in.skip(3) // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag

	if in.flag() { // default_display_window_flag
		for range 4 {
			in.golomb()
		}
	}

	if in.flag() { // vui_timing_info_present_flag
		in.skip(64)

		if in.flag() { // vui_poc_proportional_to_timing_flag
			in.golomb()
		}

		if in.flag() { // vui_hrd_parameters_present_flag
			skipHRD(in, layers)
		}
	}

	if in.flag() { // bitstream_restriction_flag
		in.skip(3)

		for range 5 {
			in.golomb()
		}
	}
}

// skipHRD skips hrd_parameters with common information (clause E.2.2).
func skipHRD(in *bits, layers int) {
	const mostCPBs = 31

	nal, vcl := in.flag(), in.flag()
	pictures := false

	if nal || vcl {
		if pictures = in.flag(); pictures { // sub_pic_hrd_params_present_flag
			in.skip(19)
		}

		in.skip(8)

		if pictures {
			in.skip(4)
		}

		in.skip(15)
	}

	for range layers + 1 {
		fixed := in.flag()           // fixed_pic_rate_general_flag
		within := fixed || in.flag() // fixed_pic_rate_within_cvs_flag
		low, count := false, 0       // low_delay_hrd_flag, cpb_cnt_minus1

		if within {
			in.golomb() // elemental_duration_in_tc_minus1
		} else {
			low = in.flag()
		}

		if !low {
			count = in.limited("cpb_cnt_minus1", mostCPBs)
		}

		for _, present := range []bool{nal, vcl} {
			if present {
				skipSubLayerHRD(in, count+1, pictures)
			}
		}
	}
}

// skipSubLayerHRD skips sub_layer_hrd_parameters (clause E.2.3).
func skipSubLayerHRD(in *bits, count int, pictures bool) {
	for range count {
		in.golomb()
		in.golomb()

		if pictures {
			in.golomb()
			in.golomb()
		}

		in.skip(1)
	}
}
