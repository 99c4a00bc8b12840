// Package png decodes PNG files (W3C PNG, third edition; the section numbers in
// this package are its) straight into planes of 8 bits, without weaving them into
// pixels on the way.
//
// # What is read
//
// Every color type, depth and interlace method. Grey stays one plane, with or
// without alpha; a palette becomes RGB. Of samples of 16 bits the high byte is
// kept, and samples of 1, 2 and 4 bits are spread over the whole range: the same
// values that image/png gives. Of an animated PNG it is the picture that readers
// show which know nothing of animations. Ancillary chunks but tRNS mean nothing
// here: gamma and profile are for the caller.
//
// # What is refused
//
// What image/png refuses, where pixels are missing or may be wrong. What is there in
// spite of a broken formality is shown, as browsers and libpng do: bytes that a writer
// left behind the zlib stream, more data than pixels, a stream or a file that ends
// behind its last pixel, wrong checksums of IEND, of ancillary chunks (which then say
// nothing), and of image data whose own checksum is right, too many entries of a
// palette, a palette in grey, and tRNS that cannot be. Nothing may stand before the
// header.
//
// # Memory
//
// The whole container is walked before anything is allocated, so that a file
// which was cut, or which has fewer bytes than its pixels could ever be packed
// into, costs nothing. Then there are a few rows, and inflate's window of 32 KiB. The
// planes are there as a whole where the file is interlaced or nobody takes their rows;
// the inflated picture never stands in memory.
package png

import (
	"context"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/planes"
)

// Options bound a decoder.
type Options struct {
	// MaxBytes is the most that may be allocated for the planes, alpha's included,
	// and for the rows that are worked on; 0 is no bound. A file that needs more is
	// refused as failure.TooManyPixels, by its header.
	MaxBytes int64
	// Sink is given the rows as they are decoded, where the file is not interlaced:
	// there the planes are not held.
	Sink Sink
	// Threads is how many goroutines may be used: with 2 or more the sink runs on
	// another one.
	Threads int
	// Colors converts each pixel's red, green and blue, of which 1 is the most; those of
	// grey are alike. Nil leaves samples as they are. Samples of 16 bits come with all of
	// them. Several goroutines may call it.
	Colors func(coded [3]float32) (r, g, b byte)
}

// Decode decodes a whole PNG file. The picture is Grey or RGB, of the size that
// its header says, and as stored: an orientation in its eXIf chunk is not applied.
// Alpha has that size too and is not multiplied into the colors (12.3); it is nil
// where every pixel is opaque, whatever the color type.
//
// Where the sink was given the rows the planes have no samples, and alpha is nil.
//
// Faults: Truncated, Corrupt, TooManyPixels; the sink may have been given rows by
// then. When ctx ends, so does Decode, with an error that wraps ctx's.
func Decode(ctx context.Context, data []byte, options Options) (*planes.Image, *planes.Plane, error) {
	file, err := walk(data)
	if err != nil {
		return nil, nil, err
	}

	file.colors = options.Colors

	streams := options.Sink != nil && !file.interlaced
	if err := affordable(file, streams, options.MaxBytes); err != nil {
		return nil, nil, err
	}

	rows, err := inflate(data, file)
	if err != nil {
		return nil, nil, err
	}

	var made *canvas

	unfiltered := newReader(rows)

	switch {
	case streams:
		into := newStream(file, options.Sink)
		made = into.canvas

		if options.Threads > 1 {
			err = into.decodeBeside(ctx, unfiltered)
		} else {
			err = into.decode(ctx, unfiltered)
		}
	case file.interlaced:
		made = newCanvas(file, true)
		err = decodePasses(ctx, unfiltered, made)
	default:
		made = newCanvas(file, true)
		err = decodeRows(ctx, unfiltered, made)
	}

	if err == nil {
		err = rows.close()
	}

	if err != nil {
		return nil, nil, err
	}

	return made.picture, made.alpha, nil
}

// maxRatio is more than how many bytes a byte of deflate's can stand for: a match
// of 258 in two bits (RFC 1951, 3.2.5 and 3.2.7).
const maxRatio = 1032

// affordable refuses what would take too much memory, and what promises more
// pixels than its image data can hold.
func affordable(file container, streams bool, most int64) error {
	// At most 2^62: no overflow. Nor does memory overflow for fewer than MaxBytes.
	pixels := int64(file.width) * int64(file.height)
	if most > 0 && (pixels > most || file.memory(streams) > most) {
		return failure.New(failure.TooManyPixels, "PNG: %d × %d pixels of color type %d take more than %d bytes",
			file.width, file.height, file.color, most)
	}

	// A row has its filter's byte and, in whatever passes, all of its samples.
	// Row times height may overflow, so that the quotient is what is compared.
	row := 1 + int64(file.width)*int64(file.bitsPerPixel())/8 // Bits in a byte.
	if row > maxRatio*file.packed/int64(file.height) {
		if file.cut {
			return failure.New(failure.Truncated, "PNG: not enough pixel data: %d × %d pixels in %d bytes", file.width, file.height, file.packed)
		}

		return corrupt(file.firstIDAT, "not enough pixel data: %d × %d pixels in %d bytes",
			file.width, file.height, file.packed)
	}

	return nil
}

// corrupt is the fault of a file that breaks a rule at an offset.
func corrupt(offset int, detail string, args ...any) error {
	return failure.New(failure.Corrupt, "PNG: %s, at byte %d", fmt.Sprintf(detail, args...), offset)
}

// truncated is the fault of a file that ends before a chunk does which begins at
// an offset.
func truncated(offset, size int) error {
	return failure.New(failure.Truncated, "PNG: bytes are missing: the chunk at byte %d goes on behind the end, at %d", offset, size)
}
