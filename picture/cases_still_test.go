package picture_test

// stillCases are the cases of TIFF and BMP. Their expected pixels are those of Pillow;
// testdata/stills.py has made those that begin with its name.
var stillCases = []pictureCase{
	{file: "24-bits.bmp"},
	{file: "32-bitfields-bgra.bmp"},
	{file: "32-v5-noalpha-mask.bmp"},
	{file: "gap.bmp"},
	{file: "bps-1value.tif"},
	{file: "grey-alpha.tif"},
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
