package hevc

// slice has the fields of a slice segment header that a picture of intra slices needs
// (clause 7.3.6.1).
type slice struct {
	first     bool // first_slice_segment_in_pic_flag
	pps       int
	dependent bool
	address   int // slice_segment_address, in raster scan
	start     int // SliceAddrRs: the address of the slice to which the segment belongs

	sao          [3]bool
	qp           int
	offset       [3]int // slice_cb_qp_offset and slice_cr_qp_offset
	deblockOff   bool
	beta, tc     int // offsets, twice the coded values
	acrossSlices bool
	entries      []int // where the substreams after the first one start in the data
	data         []byte
}

// Values of slice_type (table 7-7).
const sliceI = 2

// parameters returns the active parameter sets for a picture parameter set's number.
type parameters func(pps int) (*sps, *pps, error)

// parseSlice reads the header of a slice segment. before is the segment before it in the
// same picture, or nil. A dependent segment takes the fields of the header before it.
func parseSlice(u unit, active parameters, before *slice) (*slice, error) {
	const mostPPS = 63

	in := &bits{data: u.payload, part: "a slice header"}
	first := in.flag()

	if u.kind >= typeBLA && u.kind <= typeLastIRAP {
		in.skip(1) // no_output_of_prior_pics_flag
	}

	number := in.limited("slice_pic_parameter_set_id", mostPPS)

	if in.err != nil {
		return nil, in.err
	}

	s, p, err := active(number)
	if err != nil {
		return nil, err
	}

	made := &slice{}
	dependent, address := false, 0

	if !first {
		if p.dependentSlices {
			dependent = in.flag()
		}

		address = int(in.uint(width(s.ctbsX * s.ctbsY)))
		if address == 0 || address >= s.ctbsX*s.ctbsY {
			in.fail(corrupt("a slice at block %d of %d", address, s.ctbsX*s.ctbsY))
		}
	}

	switch {
	case !dependent:
		made.start = address
		made.parse(in, u.kind, s, p)
	case before == nil:
		in.fail(corrupt("a dependent slice segment without the slice before it"))
	default:
		*made = *before
	}

	made.first, made.pps, made.dependent, made.address = first, number, dependent, address
	entries := parseEntries(in, s, p)

	if in.err != nil {
		return nil, in.err
	}

	made.data = in.data[in.at/8:]
	made.entries = u.positions(in.at/8, entries)

	return made, nil
}

// width returns the number of bits for the numbers below n: Ceil(Log2(n)).
func width(n int) (bits int) {
	for 1<<bits < n {
		bits++
	}

	return bits
}

// parse reads the fields that a dependent slice segment does not have.
func (h *slice) parse(in *bits, kind int, s *sps, p *pps) {
	in.skip(p.extraBits) // slice_reserved_flag

	if in.golomb() != sliceI {
		in.fail(unsupported("predictions from other pictures"))
	}

	if p.outputFlag {
		in.skip(1) // pic_output_flag
	}

	if kind != typeIDRW && kind != typeIDRN {
		skipOrder(in, s)
	}

	if s.sao {
		h.sao[0] = in.flag()

		if s.chroma != Gray {
			h.sao[1] = in.flag()
			h.sao[2] = h.sao[1]
		}
	}

	h.qp = p.qp + in.signed("slice_qp_delta", -128, 127)

	if lowest := -6 * (s.depth[0] - 8); in.err == nil && (h.qp < lowest || h.qp > mostQP) {
		in.fail(corrupt("a QP of %d in a slice header, not in %d to %d", h.qp, lowest, mostQP))
	}

	h.offset = p.offset

	if p.sliceOffsets {
		h.offset[1] += in.signed("slice_cb_qp_offset", -12, 12)
		h.offset[2] += in.signed("slice_cr_qp_offset", -12, 12)
	}

	h.parseDeblocking(in, p)

	h.acrossSlices = p.acrossSlices
	if p.acrossSlices && (h.sao[0] || h.sao[1] || !h.deblockOff) {
		h.acrossSlices = in.flag()
	}
}

func (h *slice) parseDeblocking(in *bits, p *pps) {
	h.deblockOff, h.beta, h.tc = p.deblockOff, p.beta, p.tc

	if !p.deblockOverride || !in.flag() {
		return
	}

	if h.deblockOff = in.flag(); !h.deblockOff {
		h.beta = 2 * in.signed("slice_beta_offset_div2", -6, 6)
		h.tc = 2 * in.signed("slice_tc_offset_div2", -6, 6)
	}
}

// skipOrder skips the fields of pictures that are not IDR pictures: the order of the
// picture, and the pictures that later ones refer to.
func skipOrder(in *bits, s *sps) {
	const mostLongTerm = 33

	in.skip(s.orderBits) // slice_pic_order_cnt_lsb

	switch listed := in.flag(); { // short_term_ref_pic_set_sps_flag
	case !listed:
		parseReferenceSet(in, s.sets, true)
	case len(s.sets) == 0:
		in.fail(corrupt("a slice header with a reference picture set that the sequence does not have"))
	default:
		in.skip(width(len(s.sets)))
	}

	if s.longTerm {
		var listed int
		if s.longTermPictures > 0 {
			listed = in.limited("num_long_term_sps", mostLongTerm)
		}

		for i := range listed + in.limited("num_long_term_pics", mostLongTerm) {
			if i < listed {
				in.skip(width(s.longTermPictures))
			} else {
				in.skip(s.orderBits + 1)
			}

			if in.flag() { // delta_poc_msb_present_flag
				in.golomb()
			}
		}
	}

	if s.temporalVectors {
		in.skip(1) // slice_temporal_mvp_enabled_flag
	}
}

// parseEntries reads the rest of the header. It returns where the entry points are in the
// data of the slice segment, with emulation prevention bytes (clause 7.4.7.1).
func parseEntries(in *bits, s *sps, p *pps) (entries []int) {
	const mostExtension = 256

	if p.tiles || p.sync {
		count := in.limited("num_entry_point_offsets", s.ctbsX*s.ctbsY)
		bits, at := 0, 0

		if count > 0 {
			bits = in.limited("offset_len_minus1", 31) + 1
		}

		for range count {
			at += int(in.uint(bits)) + 1
			entries = append(entries, at)

			if in.err != nil {
				return nil
			}
		}
	}

	if p.extension {
		in.skip(8 * in.limited("slice_segment_header_extension_length", mostExtension))
	}

	in.align()

	return entries
}
