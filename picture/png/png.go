// Package png decodes PNG files (W3C PNG, third edition; section numbers in this package
// refer to it) straight into planes of 8 bits, without interleaving the planes into
// pixels.
//
// # Supported files
//
// It reads every color type, depth and interlace method. Gray stays one plane, with or
// without alpha. A palette becomes RGB. Of samples of 16 bits it keeps the high byte. It
// scales samples of 1, 2 and 4 bits to the whole range. The values are the same as in
// image/png. From an animated PNG it reads the image that programs without support for
// animations show. It ignores all ancillary chunks except tRNS: the caller applies gamma
// and profile.
//
// # Rejected files
//
// It rejects the files that image/png rejects, if pixels are missing or may be wrong. It
// accepts files with all pixels and a formal defect, as browsers and libpng do: bytes
// after the zlib stream, more data than pixels, a stream or a file that ends after its
// last pixel, wrong checksums of IEND, of ancillary chunks (which it then ignores), and
// of image data whose own checksum is right, too many entries in a palette, a palette in
// gray, and an invalid tRNS. No chunk may precede the header.
//
// # Memory
//
// The decoder reads the whole container before it allocates memory. Therefore a truncated
// file costs nothing, and neither does a file with fewer bytes than its pixels need at
// the best compression. Then it allocates a few rows, and about 150 KB to inflate. It
// allocates whole planes only if the file is interlaced or if there is no sink. The
// inflated image is never in memory as a whole.
package png

import (
	"context"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/planes"
)

// Options sets the limits and the output of a decoder.
type Options struct {
	// MaxBytes limits the bytes that are allocated for the planes, including alpha, and for
	// the working rows; 0 means no limit. The decoder rejects a file that needs more with
	// failure.TooManyPixels, based on its header.
	MaxBytes int64
	// Sink receives the rows as they are decoded. Then the decoder does not hold the planes,
	// unless the file is interlaced: of such a file the sink receives all rows at once.
	Sink planes.Sink
	// Premultiplied multiplies the colors by alpha ÷ 255, if there is alpha.
	Premultiplied bool
	// Threads is the number of goroutines. With 2 or more, the sink runs on its own
	// goroutine.
	Threads int
	// Colors converts red, green and blue of each pixel; the maximum is 1. In gray the
	// three are equal. If Colors is nil, samples are unchanged. Samples of 16 bits are
	// passed with all bits. Several goroutines may call Colors at the same time.
	Colors func(coded [3]float32) (r, g, b byte)
}

// Decode decodes a whole PNG file. The image is Gray or RGB, of the size in its header,
// and as stored: an orientation in its eXIf chunk is not applied. Alpha has the same size
// and is not multiplied into the colors (12.3), unless the options ask for it. It is nil
// if every pixel is opaque, for any color type.
//
// With a sink, the planes have no samples, and alpha is nil.
//
// The failures are Truncated, Corrupt and TooManyPixels. The sink may have received rows
// before. When ctx is done, Decode returns an error that wraps the error of ctx.
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

	rows := newInflated(data, file)
	unfiltered := newReader(rows)

	var made *canvas

	switch {
	case streams:
		into := newStream(file, options)
		made = into.canvas

		if options.Threads > 1 {
			err = into.decodeConcurrently(ctx, unfiltered)
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

	if streams {
		return made.picture, nil, nil
	}

	if options.Premultiplied {
		made.premultiply()
	}

	if options.Sink != nil {
		planes.Deliver(made.picture, made.alpha, made.kind(options), options.Sink)

		return made.picture.Bare(), nil, nil
	}

	return made.picture, made.alpha, nil
}

// maxRatio is above the number of bytes that one byte of deflate can represent: a match
// of 258 in two bits (RFC 1951, 3.2.5 and 3.2.7).
const maxRatio = 1032

// affordable rejects images that need too much memory, and images with more pixels than
// their image data can hold.
func affordable(file container, streams bool, most int64) error {
	// At most 2^62, so no overflow. The memory does not overflow for fewer than MaxBytes.
	pixels := int64(file.width) * int64(file.height)
	if most > 0 && (pixels > most || file.memory(streams) > most) {
		return failure.New(failure.TooManyPixels, "PNG: %d × %d pixels of color type %d take more than %d bytes",
			file.width, file.height, file.color, most)
	}

	// A row has its filter byte and, in all passes together, all of its samples. Row
	// times height may overflow, so the quotient is compared.
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

// corrupt returns the error of a file that breaks a rule at an offset.
func corrupt(offset int, detail string, args ...any) error {
	return failure.New(failure.Corrupt, "PNG: %s, at byte %d", fmt.Sprintf(detail, args...), offset).At(int64(offset))
}

// truncated returns the error of a file that ends inside a chunk. The chunk begins at an
// offset.
func truncated(offset, size int) error {
	return failure.New(failure.Truncated, "PNG: bytes are missing: the chunk at byte %d continues after the end of the file, at byte %d", offset, size).At(int64(offset))
}
