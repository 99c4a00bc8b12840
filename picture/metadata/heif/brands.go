package heif

import "encoding/binary"

// FamilyName returns the name of the format of an ISO base media file (ISO/IEC 14496-12),
// such as "HEIC". The brands in the ftyp box identify the format. FamilyName returns "MP4"
// for unknown brands. It returns "" if the file does not begin with an ftyp box.
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

// ofBrands identifies the format by the compatible brands. FamilyName calls it if the major
// brand does not identify the format. Examples are mif1, mif2, msf1, miaf and 1pic, which
// both formats use. The result is preliminary: the coding of the primary image decides
// whether the file is a HEIC or an AVIF.
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
