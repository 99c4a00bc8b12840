package hevc

// The first contexts of the syntax elements of intra slices (table 9-4).
const (
	ctxSAOMerge       = 0
	ctxSAOType        = ctxSAOMerge + 1
	ctxSplitCU        = ctxSAOType + 1
	ctxBypass         = ctxSplitCU + 3 // cu_transquant_bypass_flag
	ctxPartMode       = ctxBypass + 1
	ctxPrevIntraLuma  = ctxPartMode + 1
	ctxIntraChroma    = ctxPrevIntraLuma + 1
	ctxSplitTransform = ctxIntraChroma + 1
	ctxCBFLuma        = ctxSplitTransform + 3
	ctxCBFChroma      = ctxCBFLuma + 2
	ctxDeltaQP        = ctxCBFChroma + 5
	ctxTransformSkip  = ctxDeltaQP + 2
	ctxLastX          = ctxTransformSkip + 2
	ctxLastY          = ctxLastX + 18
	ctxCodedSubBlock  = ctxLastY + 18
	ctxSignificant    = ctxCodedSubBlock + 4
	ctxGreater1       = ctxSignificant + 42
	ctxGreater2       = ctxGreater1 + 24
	contexts          = ctxGreater2 + 6
)

// initialValues are the values of initValue for initType 0, in the order of the contexts
// (tables 9-5 to 9-37).
var initialValues = [contexts]uint8{
	153,           // sao_merge_left_flag, sao_merge_up_flag
	200,           // sao_type_idx_luma, sao_type_idx_chroma
	139, 141, 157, // split_cu_flag
	154,           // cu_transquant_bypass_flag
	184,           // part_mode
	184,           // prev_intra_luma_pred_flag
	63,            // intra_chroma_pred_mode
	153, 138, 138, // split_transform_flag
	111, 141, // cbf_luma
	94, 138, 182, 154, 154, // cbf_cb, cbf_cr
	154, 154, // cu_qp_delta_abs
	139, 139, // transform_skip_flag

	// last_sig_coeff_x_prefix, last_sig_coeff_y_prefix
	110, 110, 124, 125, 140, 153, 125, 127, 140, 109, 111, 143, 127, 111, 79, 108, 123, 63,
	110, 110, 124, 125, 140, 153, 125, 127, 140, 109, 111, 143, 127, 111, 79, 108, 123, 63,

	91, 171, 134, 141, // coded_sub_block_flag

	// sig_coeff_flag
	111, 111, 125, 110, 110, 94, 124, 108, 124, 107, 125, 141, 179, 153,
	125, 107, 125, 141, 179, 153, 125, 107, 125, 141, 179, 153, 125, 140,
	139, 182, 182, 152, 136, 152, 136, 153, 136, 139, 111, 136, 139, 111,

	// coeff_abs_level_greater1_flag
	140, 92, 137, 138, 140, 152, 138, 139, 153, 74, 149, 92,
	139, 107, 122, 152, 140, 179, 166, 182, 140, 227, 122, 197,

	138, 153, 136, 167, 152, 152, // coeff_abs_level_greater2_flag
}

// reset initializes the contexts for the QP of a slice (clause 9.3.2.2).
func (c *cabac) reset(qp int) {
	qp = min(max(qp, 0), mostQP)

	for i, value := range initialValues {
		slope, offset := int(value>>4)*5-45, int(value&15)<<3-16
		state := min(max(slope*qp>>4+offset, 1), 126)

		if state <= 63 {
			c.state[i] = uint8(63-state) << 1
		} else {
			c.state[i] = uint8(state-64)<<1 | 1
		}
	}
}
