package metadata

// tiffFormat is the entry of TIFF 6.0. Some writers write 42 in the other byte order. A
// file may also be a camera's raw data, which Inspect detects.
var tiffFormat = Entry{
	Name: TIFF, Title: "TIFF", ContentType: "image/tiff", Extension: "tiff",
	Capabilities: Capabilities{Alpha: true, Lossless: true},
	Magic:        []string{"II*\x00", "MM\x00*", "II\x00*", "MM*\x00"},
	Inspect:      inspectTIFF,
	Profile:      profileTIFF,
	Carried:      kindsTIFF,
}
