package picture_test

// bitmapCases holds the cases of TIFF and BMP. Pillow made their expected pixels.
// testdata/stills.py made the files whose names begin with its name.
var bitmapCases = []pictureCase{
	{file: "24-bits.bmp"},
	{file: "32-bitfields-bgra.bmp"},
	{file: "32-v5-noalpha-mask.bmp"},
	{file: "gap.bmp"},
	{file: "bps-1value.tif"},
	{file: "gray-alpha.tif"},
	{file: "rgbx-unspecified.tif"},
	{file: "pillow-alpha.bmp"},
	{file: "pillow-bilevel.bmp"},
	{file: "pillow-bilevel.tif"},
	{file: "pillow-cmyk.tif", near: 1},
	{file: "pillow-deflate.tif"},
	{file: "pillow-fax-group3.tif"},
	{file: "pillow-fax-group3-2d.tif"},
	{file: "pillow-fax-group3-aligned.tif"},
	{file: "pillow-fax-group4.tif"},
	{file: "pillow-fax-huffman.tif"},
	{file: "pillow-gray.bmp"},
	{file: "pillow-group3.tif"},
	{file: "pillow-group4.tif"},
	{file: "pillow-lzw.tif"},
	{file: "pillow-palette.bmp"},
	{file: "pillow-palette.tif"},
	{file: "pillow-reversed.tif"},
}
