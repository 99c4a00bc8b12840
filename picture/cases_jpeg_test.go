package picture_test

// jpegCases holds the cases of JPEG. LittleCMS made their expected pixels, called by
// Pillow: relative colorimetric into its sRGB, without optimization.
var jpegCases = []pictureCase{
	{file: "gray-lab-pcs.jpg", srgb: true, near: 1},
}
