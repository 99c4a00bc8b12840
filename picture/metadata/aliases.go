package metadata

import (
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/format"
	"triptych/picture/metadata/report"
)

// Format is the lower-case name of an accepted format in the contract's documents.
type Format = format.Name

// The accepted formats.
const (
	JPEG = format.JPEG
	PNG  = format.PNG
	GIF  = format.GIF
	WebP = format.WebP
	BMP  = format.BMP
	TIFF = format.TIFF
	HEIC = format.HEIC
	AVIF = format.AVIF
)

// Entry holds everything that this package knows about one format.
type Entry = format.Entry

// Info holds the properties of an image that are in the header of its file.
type Info = format.Info

// Coding describes the meaning of the samples of a HEIC or AVIF, by the numbers of
// ISO/IEC 23091-2 (ITU-T H.273).
type Coding = format.Coding

// Upright is the orientation of an image that needs no turning.
const Upright = format.Upright

// Transposed reports whether an orientation swaps width and height.
func Transposed(orientation int) bool { return format.Transposed(orientation) }

// Report names the metadata that were removed from a file.
type Report = report.Report

// Kinds returns every kind of metadata that a [Report] can name, sorted.
func Kinds() []string { return report.Kinds() }

// Kept returns what a [Report] can name as kept.
func Kept() []string { return report.Kept() }

// Output receives an image whose header can only be written at the end. It is an
// [os.File] or a [Buffer].
type Output = container.Output

// Buffer is an [Output] in memory. Its zero value is empty.
type Buffer = container.Buffer

// NewBuffer returns a buffer with a capacity of room bytes.
func NewBuffer(room int64) *Buffer { return container.NewBuffer(room) }
