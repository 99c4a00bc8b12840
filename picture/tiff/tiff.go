// Package tiff decodes the first page of TIFF files (TIFF 6.0; section numbers in this
// package refer to it) row by row.
//
// # Supported files
//
// Strips and tiles, in both byte orders, in one plane or one plane per sample.
// Uncompressed, PackBits, LZW (also with the lowest bit first, as before TIFF 5.0),
// Deflate. For bilevel images also Group 4 and one-dimensional Group 3 fax. Gray and
// palette with 1, 2, 4 or 8 bits; gray, RGB and CMYK with 8 or 16 bits; gray with 12
// bits. Both kinds of alpha; colors are divided by associated alpha. Samples beyond color
// and alpha are ignored.
//
// # Tolerated defects
//
// The same as in libtiff and Pillow: one BitsPerSample for all samples, missing
// ExtraSamples, a missing or wrong length of a strip, data after the pixels, a color map
// of 8 bits.
//
// # Memory
//
// Package metadata reads the header, with the code that metadata.Inspect uses. An image
// in strips needs memory for a few rows, for strips of any size. An image in tiles needs
// memory for one band of tiles. A file that cannot contain its pixels is rejected before
// memory is allocated.
package tiff

import (
	"bytes"

	"triptych/picture/failure"
	meta "triptych/picture/metadata/tiff"
	"triptych/picture/planes"
	"triptych/picture/raster"
)

// Reader decodes rows. It implements [raster.Rows].
type Reader struct {
	Layout raster.Layout

	page  *meta.Page
	file  []byte
	y     int
	open  []*block // of a strip, one per plane
	band  []byte   // samples of a band of tiles
	whole []byte   // a row of samples, if it is not the row of a strip
	row   []byte   // the same without ignored samples
	sums  []byte   // the row of a block without its prediction
	parts []byte   // the row of a block in samples
}

// Open reads the header, and decodes nothing yet. It does not copy the file.
func Open(file []byte) (*Reader, error) {
	page, err := meta.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}

	r := &Reader{page: page, file: file, Layout: raster.Layout{
		Width: page.Width, Height: page.Height, Model: planes.Gray, Alpha: page.Alpha > 0, Deep: page.Bits > 8, // Bits of a byte.
	}}

	switch page.Photometric {
	case meta.RGB:
		r.Layout.Model = planes.RGB
	case meta.CMYK:
		r.Layout.Model = planes.CMYK
	case meta.Palette:
		r.Layout.Model, r.Layout.Palette = planes.RGB, page.Palette(file)
	}

	if err := r.check(); err != nil {
		return nil, err
	}

	return r, nil
}

// wide is the number of bytes of a sample in a row.
func (r *Reader) wide() int {
	if r.Layout.Deep {
		return 2
	}

	return 1
}

// each is the number of samples of a pixel in a block.
func (r *Reader) each() int { return r.page.Samples / r.page.Planes() }

// Memory is the number of bytes for decoding, without the output of the rows.
func (r *Reader) Memory() int64 {
	const tables = 192 << 10 // of LZW or Deflate, and the window

	row := int64(r.page.Width) * int64(r.page.Samples) * int64(r.wide())
	block := 2*int64(r.page.RowBytes()) + int64(r.page.BlockWidth)*int64(r.each())*int64(r.wide())
	need := 2*row + int64(r.page.Planes())*(block+tables)

	if r.page.Tiled {
		need += row * int64(r.bandRows())
	}

	return need
}

// bandRows is the number of held rows of a band of tiles.
func (r *Reader) bandRows() int { return min(r.page.BlockHeight, r.page.Height) }

// check rejects files with more pixels than they can contain, and tiles that cause work
// without pixels.
func (r *Reader) check() error {
	const least, padded, most = 8, 16, 1024 // pixels: sides of a tile

	width, height := r.page.BlockWidth, r.page.BlockHeight
	if r.page.Tiled && (width < least || height < least ||
		width > most && width-r.page.Width > padded || height > most && height-r.page.Height > padded) {
		return failure.New(failure.Corrupt, "TIFF of %d × %d pixels in tiles of %d × %d", r.page.Width, r.page.Height, width, height)
	}

	across, planes := r.page.Across(), r.page.Planes()
	count := across * r.page.Down() * planes

	for i := range count {
		down := i / across % r.page.Down()
		rows := min(height, r.page.Height-down*height)
		offset, length := r.page.Block(r.file, i)
		size := int64(r.page.RowBytes()) * int64(rows)

		if offset == 0 || offset >= int64(len(r.file)) {
			return failure.New(failure.Truncated, "TIFF: block %d at byte %d begins after the end of the file", i, offset).At(offset)
		}

		there := int64(len(r.file)) - offset
		if length > 0 && r.page.Compression != meta.Plain {
			there = min(there, length)
		}

		if size/r.ratio() > there {
			return r.missing(i, offset, length)
		}
	}

	return nil
}

// ratio is above the number of bytes that a compressed byte can represent.
func (r *Reader) ratio() int64 {
	switch r.page.Compression {
	case meta.PackBits:
		return 64 // 128 bytes from two (section 9).
	case meta.LZW:
		return 4096 // More than the longest string, from 12 bits (section 13).
	case meta.Deflate, meta.OldDeflate:
		return 1032 // 258 bytes from two bits (RFC 1951, 3.2.5 and 3.2.7).
	case meta.ModifiedHuffman, meta.Group3, meta.Group4:
		return int64(r.page.RowBytes()) * 8 // A row from one bit (section 11).
	default:
		return 1
	}
}

// missing returns the error of a block that does not have all pixels.
func (r *Reader) missing(index int, offset, length int64) error {
	if r.page.Compression == meta.Plain || offset+length > int64(len(r.file)) {
		return failure.New(failure.Truncated, "TIFF: block %d at byte %d is cut off", index, offset).At(offset)
	}

	return failure.New(failure.Corrupt, "TIFF: block %d at byte %d does not have enough pixel data", index, offset).At(offset)
}
