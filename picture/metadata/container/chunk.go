package container

// MaxEXIFBytes is the number of bytes of an EXIF chunk that are read. A JPEG can hold the
// same number.
const MaxEXIFBytes = 64 << 10

// Chunk is the header of a chunk of a PNG or WebP: its name, and the length of its data
// in bytes.
type Chunk struct {
	Kind   string
	Length int64
}
