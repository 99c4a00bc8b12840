package hevc

// sps is a sequence parameter set (clause 7.3.2.2.1).
type sps struct {
	chroma        Chroma
	width, height int // of the coded picture
	crop          struct{ left, right, top, bottom int }
	depth         [3]int // bits of luma, blue and red samples
	orderBits     int    // of slice_pic_order_cnt_lsb

	log2MinCB, log2CTB        int
	log2MinTB, log2MaxTB      int
	transformDepth            int // max_transform_hierarchy_depth_intra
	scaling                   *scalingFactors
	sao, strongSmoothing      bool
	pcm, pcmUnfiltered        bool
	pcmDepth                  [3]int
	log2MinPCM, log2MaxPCM    int
	sets                      []referenceSet
	longTerm, temporalVectors bool
	longTermPictures          int

	ctbsX, ctbsY int
}

// shift returns the logarithms of the horizontal and vertical subsampling of a component
// (table 6-1).
func (s *sps) shift(component int) (x, y uint) {
	if component == 0 {
		return 0, 0
	}

	switch s.chroma {
	case Chroma420:
		return 1, 1
	case Chroma422:
		return 1, 0
	default:
		return 0, 0
	}
}

// components returns the number of planes.
func (s *sps) components() int {
	if s.chroma == Gray {
		return 1
	}

	return 3
}

// parseSPS reads a sequence parameter set, and its number.
func parseSPS(payload []byte) (id int, set *sps, err error) {
	const mostID = 15

	in := &bits{data: payload, part: "a sequence parameter set"}
	s := &sps{}

	in.skip(4) // sps_video_parameter_set_id
	layers := int(in.uint(3))
	in.skip(1) // sps_temporal_id_nesting_flag
	skipProfile(in, layers)

	id = in.limited("sps_seq_parameter_set_id", mostID)

	s.parseFormat(in)
	s.parseOrder(in, layers)
	s.parseSizes(in)
	s.parseTools(in)

	if in.flag() { // vui_parameters_present_flag
		skipVUI(in, layers)
	}

	s.parseExtensions(in)

	if in.err != nil {
		return 0, nil, in.err
	}

	return id, s, nil
}

// parseFormat reads from chroma_format_idc to bit_depth_chroma_minus8.
func (s *sps) parseFormat(in *bits) {
	const most, mostDepth, supported = 1 << 16, 8, 12

	s.chroma = Chroma(in.limited("chroma_format_idc", int(Chroma444)))

	if s.chroma == Chroma444 && in.flag() {
		in.fail(unsupported("separate color planes"))
	}

	s.width = in.limited("pic_width_in_luma_samples", most)
	s.height = in.limited("pic_height_in_luma_samples", most)

	x, y := s.shift(1)

	if in.flag() { // conformance_window_flag
		s.crop.left = in.limited("conf_win_left_offset", most) << x
		s.crop.right = in.limited("conf_win_right_offset", most) << x
		s.crop.top = in.limited("conf_win_top_offset", most) << y
		s.crop.bottom = in.limited("conf_win_bottom_offset", most) << y
	}

	if s.crop.left+s.crop.right >= s.width || s.crop.top+s.crop.bottom >= s.height {
		in.fail(corrupt("a picture of %d × %d pixels, of which its window has none", s.width, s.height))
	}

	luma := in.limited("bit_depth_luma_minus8", mostDepth) + 8
	color := in.limited("bit_depth_chroma_minus8", mostDepth) + 8
	s.depth = [3]int{luma, color, color}

	if max(luma, color) > supported {
		in.fail(unsupported("%d bits per sample, more than %d", max(luma, color), supported))
	}
}

// parseOrder reads log2_max_pic_order_cnt_lsb_minus4, and skips the sizes of buffers.
func (s *sps) parseOrder(in *bits, layers int) {
	s.orderBits = in.limited("log2_max_pic_order_cnt_lsb_minus4", 12) + 4

	from := layers
	if in.flag() { // sps_sub_layer_ordering_info_present_flag
		from = 0
	}

	for range layers - from + 1 {
		in.golomb()
		in.golomb()
		in.golomb()
	}
}

// parseSizes reads from log2_min_luma_coding_block_size_minus3 to
// max_transform_hierarchy_depth_intra. The limits are those of clause 7.4.3.2.1 and of
// the general profiles: coding tree blocks of 16 to 64 samples (A.3.2).
func (s *sps) parseSizes(in *bits) {
	const smallestCTB, largestCTB, largestTB = 4, 6, 5

	s.log2MinCB = in.limited("log2_min_luma_coding_block_size_minus3", 3) + 3
	s.log2CTB = s.log2MinCB + in.limited("log2_diff_max_min_luma_coding_block_size", 3)
	s.log2MinTB = in.limited("log2_min_luma_transform_block_size_minus2", 3) + 2
	s.log2MaxTB = s.log2MinTB + in.limited("log2_diff_max_min_luma_transform_block_size", 3)
	in.limited("max_transform_hierarchy_depth_inter", largestCTB)
	s.transformDepth = in.limited("max_transform_hierarchy_depth_intra", largestCTB)

	if s.log2CTB < smallestCTB || s.log2CTB > largestCTB || s.log2MinTB >= s.log2MinCB || s.log2MaxTB > min(largestTB, s.log2CTB) {
		in.fail(corrupt("coding blocks of 2^%d to 2^%d and transform blocks of 2^%d to 2^%d samples", s.log2MinCB, s.log2CTB, s.log2MinTB, s.log2MaxTB))
	}

	if minCB := 1 << s.log2MinCB; s.width%minCB != 0 || s.height%minCB != 0 {
		in.fail(corrupt("%d × %d pixels, not whole blocks of %d samples", s.width, s.height, minCB))
	}

	side := 1 << s.log2CTB
	s.ctbsX, s.ctbsY = (s.width+side-1)/side, (s.height+side-1)/side
}

// parseTools reads from scaling_list_enabled_flag to strong_intra_smoothing_enabled_flag.
func (s *sps) parseTools(in *bits) {
	const mostLongTerm = 32

	if in.flag() { // scaling_list_enabled_flag
		lists := defaultLists()
		if in.flag() { // sps_scaling_list_data_present_flag
			lists = parseScalingLists(in, s.chroma)
		}

		s.scaling = lists.factors()
	}

	in.skip(1) // amp_enabled_flag
	s.sao = in.flag()

	s.parsePCM(in)
	s.sets = parseReferenceSets(in)

	if s.longTerm = in.flag(); s.longTerm {
		s.longTermPictures = in.limited("num_long_term_ref_pics_sps", mostLongTerm)
		in.skip(s.longTermPictures * (s.orderBits + 1))
	}

	s.temporalVectors = in.flag()
	s.strongSmoothing = in.flag()
}

func (s *sps) parsePCM(in *bits) {
	const largest = 5

	if s.pcm = in.flag(); !s.pcm {
		return
	}

	luma, color := int(in.uint(4))+1, int(in.uint(4))+1
	s.pcmDepth = [3]int{luma, color, color}
	s.log2MinPCM = in.limited("log2_min_pcm_luma_coding_block_size_minus3", 2) + 3
	s.log2MaxPCM = s.log2MinPCM + in.limited("log2_diff_max_min_pcm_luma_coding_block_size", 2)
	s.pcmUnfiltered = in.flag()

	if luma > s.depth[0] || color > s.depth[1] || s.log2MaxPCM > min(s.log2CTB, largest) || s.log2MinPCM < s.log2MinCB {
		in.fail(corrupt("PCM blocks of 2^%d to 2^%d samples with %d and %d bits", s.log2MinPCM, s.log2MaxPCM, luma, color))
	}
}

// rangeTools are the flags of sps_range_extension, in order (clause 7.3.2.2.2).
var rangeTools = [...]string{
	"transform skip rotation", "transform skip contexts", "implicit RDPCM", "explicit RDPCM",
	"extended precision", "intra smoothing disabled", "high precision offsets",
	"persistent Rice adaptation", "CABAC bypass alignment",
}

// parseExtensions reads the extensions. Explicit RDPCM and high precision offsets concern
// predictions from other pictures only. The decoder rejects the other tools.
func (s *sps) parseExtensions(in *bits) {
	const explicitRDPCM, highPrecision = 3, 6

	if !in.flag() { // sps_extension_present_flag
		return
	}

	ranges := in.flag()
	in.skip(1) // sps_multilayer_extension_flag, for other layers
	in.skip(1) // sps_3d_extension_flag, the same
	screen := in.flag()
	in.skip(4) // sps_extension_4bits

	if ranges {
		for i, tool := range rangeTools {
			if in.flag() && i != explicitRDPCM && i != highPrecision {
				in.fail(unsupported("%s", tool))
			}
		}
	}

	if screen {
		in.fail(unsupported("screen content coding"))
	}
}
