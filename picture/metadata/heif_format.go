package metadata

// heicFormat and avifFormat are the entries of the two codings in a HEIF (ISO/IEC
// 23008-12; AV1 Image File Format). The coding of the primary image finally decides
// between the two, so that either inspects the other.
var (
	heicFormat = Entry{
		Name: HEIC, Title: "HEIC", ContentType: "image/heic", Extension: "heic",
		Capabilities: Capabilities{Alpha: true},
		Magic:        []string{baseMedia},
		Recognize:    func(start []byte) bool { return baseMediaName(start) == "HEIC" },
		Inspect:      inspectHEIF,
		Profile:      profileHEIF,
		Carried:      kindsHEIF,
	}
	avifFormat = Entry{
		Name: AVIF, Title: "AVIF", ContentType: "image/avif", Extension: "avif",
		Capabilities: Capabilities{Alpha: true},
		Magic:        []string{baseMedia},
		Recognize:    func(start []byte) bool { return baseMediaName(start) == "AVIF" },
		Inspect:      inspectHEIF,
		Profile:      profileHEIF,
		Carried:      kindsHEIF,
	}
)
