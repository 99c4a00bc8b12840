package picture_test

// jpegCases are the cases of JPEG. Their expected pixels are those of LittleCMS, by
// Pillow: relative colorimetric into its sRGB, without optimization.
var jpegCases = []pictureCase{
	{file: "gray-lab-pcs.jpg", srgb: true, near: 1},
}
