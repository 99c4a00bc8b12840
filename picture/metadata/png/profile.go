package png

import (
	"bytes"

	"triptych/picture/metadata/container"
)

// profileOf inflates the data of an iCCP chunk: a name of 1 to 79 bytes, a zero byte,
// the compression method 0, and a zlib stream (W3C PNG, 11.3.2.3). It returns nil if the
// data is not a profile.
func profileOf(data []byte) []byte {
	const longestName = 79

	name, packed, found := bytes.Cut(data, []byte{0})
	if !found || len(name) == 0 || len(name) > longestName || len(packed) == 0 || packed[0] != 0 {
		return nil
	}

	return container.InflateProfile(packed[1:])
}

// profile inflates the first iCCP chunk if it is valid.
func profile(view *container.Window) ([]byte, error) {
	var (
		profile []byte
		tried   bool
	)

	err := walk(view, func(here container.Chunk, offset int64) error {
		if here.Kind != "iCCP" || here.Length > container.MaxProfileBytes || tried {
			return nil
		}

		data, err := view.At(offset, int(here.Length))
		if err != nil {
			return err
		}

		profile, tried = profileOf(data), true

		return nil
	})

	return profile, err
}
