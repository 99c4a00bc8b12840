package decoder

import "triptych/picture/webp/vp8"

// frame has the properties of a frame that are read before its macroblocks (RFC 6386, 9.2 to
// 9.11 and 19.2).
type frame struct {
	Header
	segmentation
	filtering

	wide, high int // in macroblocks

	modes  reader   // the first partition
	tokens []reader // the others

	steps  [segments]vp8.Steps
	limits [segments][2]limits // by whether subblocks have modes of their own

	bands [vp8.Kinds]bands
	// skips reports whether macroblocks without coefficients are marked, and skipped is
	// the probability that a macroblock is not.
	skips   bool
	skipped byte
}

// bands are the probabilities of the tokens of a kind of block by the index of the
// coefficient, so that no look-up of the band is needed. One more index avoids a check.
type bands [vp8.BlockSize + 1][vp8.Contexts]nodes

// nodes are the probabilities of a context, padded to a power of two.
type nodes [16]byte

// readFrame reads everything before the macroblocks.
func readFrame(data []byte) (*frame, error) {
	header, err := ReadHeader(data)
	if err != nil {
		return nil, err
	}

	f := &frame{Header: header}
	f.wide, f.high = header.macroblocks()

	rest := data[headerBytes:]
	f.modes = newReader(rest[:f.first])
	r := &f.modes

	r.flag() // The color space has one value.
	r.flag() // Clamping is harmless where it is not needed.

	f.segmentation = readSegmentation(r)
	f.filtering = readFiltering(r)

	f.tokens, err = partitions(1<<r.number(2), rest[f.first:])
	if err != nil {
		return nil, err
	}

	f.setSegments(readQuantizer(r))
	r.flag() // Whether probabilities are kept: no frame follows.
	f.readProbabilities(r)

	if f.skips = r.flag(); f.skips {
		f.skipped = byte(r.number(8))
	}

	if r.bad {
		return nil, r.err(0, 0)
	}

	return f, nil
}

// setSegments computes the quantization steps and the filters of the segments (RFC 6386, 9.3,
// 9.6 and 15.2).
func (f *frame) setSegments(base vp8.Quantizer) {
	for i := range segments {
		q, level := base, f.level

		if f.enabled {
			q.Index, level = f.quantizers[i], f.levels[i]

			if !f.absolute {
				q.Index += base.Index
				level += f.level
			}
		}

		f.steps[i] = q.Steps()

		level += f.intra
		f.limits[i] = [2]limits{newLimits(level, f.sharpness), newLimits(level+f.subblocks, f.sharpness)}
	}
}

// readProbabilities reads the probabilities of tokens (RFC 6386, 13.4).
func (f *frame) readProbabilities(r *reader) {
	probabilities := vp8.DefaultProbabilities

	for kind := range probabilities {
		for band := range probabilities[kind] {
			for context := range probabilities[kind][band] {
				for node := range probabilities[kind][band][context] {
					if r.bit(vp8.UpdateProbabilities[kind][band][context][node]) {
						probabilities[kind][band][context][node] = byte(r.number(8))
					}
				}
			}
		}
	}

	for kind := range f.bands {
		for i, band := range vp8.Bands {
			for context := range vp8.Contexts {
				copy(f.bands[kind][i][context][:], probabilities[kind][band][context][:])
			}
		}
	}
}
