package picture_test

// stillCases are the cases of TIFF and BMP. Their expected pixels are those of Pillow.
var stillCases = []pictureCase{
	{file: "24-bits.bmp"},
	{file: "32-bitfields-bgra.bmp"},
	{file: "32-v5-noalpha-mask.bmp"},
	{file: "gap.bmp"},
	{file: "bps-1value.tif"},
	{file: "grey-alpha.tif"},
	{file: "rgbx-unspecified.tif"},
}
