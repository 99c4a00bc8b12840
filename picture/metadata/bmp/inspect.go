package bmp

import (
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/format"
)

// Offsets and lengths of a BMP's headers.
const (
	infoAt         = 14 // the second header
	infoBytes      = 40 // of a header with a compression method
	oldHeaderBytes = 12 // length of the header in OS/2
	longestBytes   = 124
	rowBytes       = 4 // a row is padded to a multiple of this
)

func inspect(view *container.Window) (format.Info, error) {
	header, err := read(view)
	if err != nil {
		return format.Info{}, err
	}

	info := format.Info{
		Format: format.BMP, Width: header.Width, Height: header.Height, Orientation: format.Upright, Frames: 1, Precision: 8, Components: 3,
	}

	switch {
	case header.Bits <= 8:
		info.Components = 1
	case header.Masks[3] != 0:
		info.Components = 4
	}

	info.Samples = format.Samples(int64(info.Width), int64(info.Height), int64(info.Components))

	return info, nil
}
