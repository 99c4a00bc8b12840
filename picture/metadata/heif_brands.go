package metadata

import "encoding/binary"

// heifBrand names the format that a brand alone stands for (ISO/IEC 23008-12, annex B;
// AV1 Image File Format, 6), or "".
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

// heifAmong names a HEIF by its compatible brands where the major brand is that of any
// picture, or of a profile: mif1, mif2, msf1, miaf, 1pic and others. Which of the two it
// is in the end, its primary picture says.
func heifAmong(head []byte) string {
	const sizeAt, majorAt, brandsAt, brandBytes = 4, 8, 16, 4

	size := min(int(min(binary.BigEndian.Uint32(head[:sizeAt]), headBytes)), len(head))
	name := ""

	for at := majorAt; at+brandBytes <= size; at += brandBytes {
		if at > majorAt && at < brandsAt { // The minor version.
			continue
		}

		brand := string(head[at : at+brandBytes])

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
