package heif

import "encoding/binary"

// FamilyName names a file of the ISO base media family (ISO/IEC 14496-12) by the major
// brand in its ftyp box, or returns "".
func FamilyName(start []byte) string {
	const (
		boxType  = 4
		brand    = 8
		brandEnd = 12
	)

	if len(start) < brandEnd || string(start[boxType:brand]) != "ftyp" {
		return ""
	}

	major := string(start[brand:brandEnd])
	if name := ofBrand(major); name != "" {
		return name
	}

	switch major {
	case "crx ":
		return "Canon raw (CR3)"
	case "qt  ":
		return "QuickTime (MOV)"
	case "jp2 ", "jpx ", "jpm ":
		return "JPEG 2000"
	case "jxl ":
		return "JPEG XL"
	}

	if name := ofBrands(start); name != "" {
		return name
	}

	return "MP4"
}

// ofBrand returns the format that a brand identifies (ISO/IEC 23008-12, annex B; AV1
// Image File Format, 6), or "".
func ofBrand(brand string) string {
	switch brand {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "MiHE":
		return "HEIC"
	case "avif", "avis", "avio", "MA1A", "MA1B":
		return "AVIF"
	default:
		return ""
	}
}

// ofBrands identifies the format by the compatible brands. It is used if the major brand
// fits any image, or is a profile: mif1, mif2, msf1, miaf, 1pic and others. The coding of
// the primary image finally decides between the two formats.
func ofBrands(start []byte) string {
	const sizeAt, majorAt, brandsAt, brandBytes = 4, 8, 16, 4

	size := int(min(int64(binary.BigEndian.Uint32(start[:sizeAt])), int64(len(start))))
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

		if found := ofBrand(brand); found == "AVIF" || found != "" && name == "" {
			name = found
		}
	}

	return name
}
