package metadata

// Offsets and lengths of a BMP's headers.
const (
	bmpInfoAt      = 14 // the second header
	bmpInfoBytes   = 40 // of a header with a compression method
	bmpOldHeader   = 12 // length of the header in OS/2
	bmpLongest     = 124
	bmpBytesOfRows = 4 // a row is padded to a multiple of this
)

func inspectBMP(view *window) (Info, error) {
	header, err := readBMP(view)
	if err != nil {
		return Info{}, err
	}

	info := Info{
		Format: BMP, Width: header.Width, Height: header.Height, Orientation: Upright, Frames: 1, Precision: 8, Components: 3,
	}

	switch {
	case header.Bits <= 8:
		info.Components = 1
	case header.Masks[3] != 0:
		info.Components = 4
	}

	info.Samples = saturate(int64(info.Width), int64(info.Height), int64(info.Components))

	return info, nil
}
