package hevc

// pps is a picture parameter set (clause 7.3.2.3.1).
type pps struct {
	sps                          int // its number
	dependentSlices, outputFlag  bool
	extraBits                    int // num_extra_slice_header_bits
	signHiding                   bool
	qp                           int // 26 + init_qp_minus26
	transformSkip, deltaQP       bool
	deltaQPDepth                 int
	offset                       [3]int // pps_cb_qp_offset and pps_cr_qp_offset
	sliceOffsets                 bool
	bypass, sync                 bool // transquant_bypass_enabled_flag, entropy_coding_sync_enabled_flag
	tiles                        bool
	uniform                      bool
	columns, rows                []int // sizes of the tiles in CTBs, but the last; without sizes if uniform
	acrossTiles, acrossSlices    bool
	deblockOverride, deblockOff  bool
	beta, tc                     int // offsets, twice the coded values
	scaling                      *scalingLists
	listsModification, extension bool
}

// parsePPS reads a picture parameter set, and its number.
func parsePPS(payload []byte) (id int, set *pps, err error) {
	const mostID, mostSPS, mostRefs = 63, 15, 14

	in := &bits{data: payload, part: "a picture parameter set"}
	p := &pps{acrossTiles: true}

	id = in.limited("pps_pic_parameter_set_id", mostID)
	p.sps = in.limited("pps_seq_parameter_set_id", mostSPS)
	p.dependentSlices, p.outputFlag = in.flag(), in.flag()
	p.extraBits = int(in.uint(3))
	p.signHiding = in.flag()
	in.skip(1) // cabac_init_present_flag, for other types of slices
	in.limited("num_ref_idx_l0_default_active_minus1", mostRefs)
	in.limited("num_ref_idx_l1_default_active_minus1", mostRefs)
	p.qp = 26 + in.signed("init_qp_minus26", -26-24, 25)
	in.skip(1) // constrained_intra_pred_flag: all blocks are intra blocks
	p.transformSkip = in.flag()

	if p.deltaQP = in.flag(); p.deltaQP {
		p.deltaQPDepth = in.limited("diff_cu_qp_delta_depth", 3)
	}

	p.offset[1] = in.signed("pps_cb_qp_offset", -12, 12)
	p.offset[2] = in.signed("pps_cr_qp_offset", -12, 12)
	p.sliceOffsets = in.flag()
	in.skip(2) // weighted_pred_flag, weighted_bipred_flag
	p.bypass = in.flag()
	p.tiles = in.flag()
	p.sync = in.flag()

	if p.tiles {
		p.parseTiles(in)
	}

	p.acrossSlices = in.flag()
	p.parseDeblocking(in)

	if in.flag() { // pps_scaling_list_data_present_flag
		// The lists of 32 × 32 chroma blocks are of no effect without 4:4:4.
		p.scaling = parseScalingLists(in, Chroma444)
	}

	p.listsModification = in.flag()
	in.limited("log2_parallel_merge_level_minus2", 4)
	p.extension = in.flag() // slice_segment_header_extension_present_flag
	p.parseExtensions(in)

	if in.err != nil {
		return 0, nil, in.err
	}

	return id, p, nil
}

// openRows returns the number of rows of CTBs that may be incomplete at the same time: with
// several columns of tiles, those of the highest tile.
func (p *pps) openRows(s *sps) (most int) {
	if len(p.columns) == 0 {
		return 1
	}

	rows, err := boundaries(p.rows, p.uniform, s.ctbsY, "rows")
	if err != nil {
		return s.ctbsY
	}

	for i := range len(rows) - 1 {
		most = max(most, rows[i+1]-rows[i])
	}

	return most
}

// parseTiles reads from num_tile_columns_minus1 to loop_filter_across_tiles_enabled_flag.
// The limits are those of level 6.2 (table A.8), with some reserve.
func (p *pps) parseTiles(in *bits) {
	const most, mostSize = 63, 1 << 13

	columns := in.limited("num_tile_columns_minus1", most)
	rows := in.limited("num_tile_rows_minus1", most)
	p.columns, p.rows = make([]int, columns), make([]int, rows)

	if p.uniform = in.flag(); !p.uniform {
		for i := range p.columns {
			p.columns[i] = in.limited("column_width_minus1", mostSize) + 1
		}

		for i := range p.rows {
			p.rows[i] = in.limited("row_height_minus1", mostSize) + 1
		}
	}

	p.acrossTiles = in.flag()
}

// parseDeblocking reads the fields from deblocking_filter_control_present_flag on.
func (p *pps) parseDeblocking(in *bits) {
	if !in.flag() {
		return
	}

	p.deblockOverride = in.flag()

	if p.deblockOff = in.flag(); !p.deblockOff {
		p.beta = 2 * in.signed("pps_beta_offset_div2", -6, 6)
		p.tc = 2 * in.signed("pps_tc_offset_div2", -6, 6)
	}
}

// parseExtensions reads the extensions, and rejects the tools of other profiles than the
// Main profiles (clause 7.3.2.3.2).
func (p *pps) parseExtensions(in *bits) {
	if !in.flag() { // pps_extension_present_flag
		return
	}

	ranges := in.flag()
	in.skip(2) // pps_multilayer_extension_flag, pps_3d_extension_flag
	screen := in.flag()
	in.skip(4) // pps_extension_4bits

	if ranges {
		if p.transformSkip && in.golomb() > 0 {
			in.fail(unsupported("transform skip of blocks larger than 4 × 4"))
		}

		if in.flag() {
			in.fail(unsupported("cross-component prediction"))
		}

		if in.flag() {
			in.fail(unsupported("lists of chroma QP offsets"))
		}

		if luma, color := in.golomb(), in.golomb(); luma > 0 || color > 0 {
			in.fail(unsupported("scaled SAO offsets"))
		}
	}

	if screen {
		in.fail(unsupported("screen content coding"))
	}
}
