package picture_test

// stillCases are the cases of TIFF and BMP. Their expected pixels are those of Pillow.
var stillCases = []pictureCase{
	{file: "24-bits.bmp"},
}
