package picture_test

import "testing"

// lossyNear is the largest allowed difference between samples and those of libheif.
const lossyNear = 3

// heifCases holds the cases of HEIC and AVIF. libheif 1.23 made their expected pixels.
// The AVIFs are cropped by the formula of ISO/IEC 14496-12, 12.1.4.
var heifCases = []pictureCase{
	{file: "alpha.heic", near: lossyNear},
	{file: "brand-1pic.heic", near: lossyNear},
	{file: "brand-MiHE.heic", near: lossyNear},
	{file: "brand-miaf.heic", near: lossyNear},
	{file: "brand-mif2.heic", near: lossyNear},
	{file: "clap-frac.heic", near: lossyNear},
	{file: "clap-odd.avif", near: lossyNear},
	{file: "clap.avif", near: lossyNear},
	{file: "grid-alpha-of-tiles.avif", near: lossyNear},
	{file: "grid420-bt601-limited-both.heic", near: lossyNear},
	{file: "grid420-bt601-limited-grid.heic", near: lossyNear},
	{file: "grid420-bt709-limited-none.heic", near: lossyNear},
	{file: "icc-grid.heic", near: lossyNear, check: keepsItsProfile},
	{file: "icc-tiles.heic", near: lossyNear, check: keepsItsProfile},
	{file: "irot-then-clap.heic", near: lossyNear},
	{file: "nclx-mc8-fr1.heic", near: lossyNear},
	{file: "vui-mc0-fr1.heic", near: lossyNear},
	{file: "vui-mc1-fr0.heic", near: lossyNear},
}

func keepsItsProfile(t *testing.T, file []byte) {
	t.Helper()

	made, _ := make1(t, file, asJPEG(100, 100))
	if profile := profileOf(t, made); len(profile) != 580 {
		t.Errorf("a profile of %d bytes, want 580", len(profile))
	}

	if made, _ = master(t, file); len(profileOf(t, made)) != 580 {
		t.Error("the master has no profile")
	}
}
