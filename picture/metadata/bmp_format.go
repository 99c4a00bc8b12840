package metadata

// bmpFormat is the entry of BMP. Many texts start with its two letters. Its profiles are
// not read, and its headers hold no metadata.
var bmpFormat = Entry{
	Name: BMP, Title: "BMP", ContentType: "image/bmp", Extension: "bmp",
	Capabilities: Capabilities{Alpha: true, Lossless: true},
	Magic:        []string{"BM"},
	Recognize:    isBitmap,
	Inspect:      inspectBMP,
}
