package metadata

import "encoding/binary"

// heifBrand returns the format that a brand identifies (ISO/IEC 23008-12, annex B; AV1
// Image File Format, 6), or "".
func heifBrand(brand string) string {
	switch brand {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "MiHE":
		return "HEIC"
	case "avif", "avis", "avio", "MA1A", "MA1B":
		return "AVIF"
	default:
		return ""
	}
}

// heifAmong identifies the format by the compatible brands. It is used if the major brand
// fits any image, or is a profile: mif1, mif2, msf1, miaf, 1pic and others. The coding of
// the primary image finally decides between the two formats.
func heifAmong(start []byte) string {
	const sizeAt, majorAt, brandsAt, brandBytes = 4, 8, 16, 4

	size := min(int(min(binary.BigEndian.Uint32(start[:sizeAt]), startBytes)), len(start))
	name := ""

	for at := majorAt; at+brandBytes <= size; at += brandBytes {
		if at > majorAt && at < brandsAt { // The minor version.
			continue
		}

		brand := string(start[at : at+brandBytes])

		switch brand {
		case "mif1", "mif2", "msf1", "miaf", "1pic":
			if name == "" {
				name = "HEIC"
			}
		}

		if found := heifBrand(brand); found == "AVIF" || found != "" && name == "" {
			name = found
		}
	}

	return name
}
