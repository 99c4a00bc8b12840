package picture_test

// jpegCases holds the cases of JPEG. Pillow made their expected pixels with LittleCMS: by
// the relative colorimetric intent, to the sRGB of LittleCMS, without optimization.
var jpegCases = []pictureCase{
	{file: "gray-lab-pcs.jpg", srgb: true, near: 1},
}
