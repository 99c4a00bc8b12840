package metadata_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

// seeds adds small files of every kind that the parsers read.
func seeds(f *testing.F) {
	f.Helper()

	body := jpegBody(f)
	camera := cameraEXIF(binary.LittleEndian, 6)

	for _, seed := range [][]byte{
		nil, soi, []byte("II*\x00"), []byte("\x89PNG\r\n\x1a\n"),
		join(soi, segment(app0, jfif), segment(app2, icc), segment(app14, adobe), body),
		join(soi, exifSegment(camera), segment(app1, "http://ns.adobe.com/xap/1.0/\x00"), body, []byte("trailer")),
		join(soi, frame(sof2, 30, 20), scan("a\xff\x00\xff\xd0b"), segment(com, "x"), scan("c")),
		join(soi, []byte("\xff\xffjunk"), frame(0xc9, 3, 2), scan("")),
		pngFile(f, join(pngChunk("eXIf", string(camera)), pngChunk("iCCP", "n\x00\x00"+deflate(f, iccProfile("z")))), pngChunk("tEXt", "k\x00v")),
		pngFile(f, join(broken(pngChunk("gAMA", "\x00\x00\xb1\x8f")), broken(pngChunk("eXIf", string(camera))), pngChunk("cHRM", "short"),
			pngChunk("acTL", "\x80\x00\x00\x01\x00\x00\x00\x00"), pngChunk("iCCP", "n\x00\x00<html>")), pngChunk("fdAT", "1234")),
		join(soi, frame(sof0, 30, 20), scanOf("\x01", "a"), segment(dht, "x"), scanOf("\x02\x03", "b"), segment(dqt, "y"), scan("c"), eoi),
		join(soi, iccChunk(1, 1, "<html>"), iccChunk(2, 1, "x"), segment(dnl, "\x00\x14z"), body),
		join([]byte("\x89PNG\r\n\x1a\n"), ihdr(9, 9, 16, 6, 1), pngChunk("acTL", "\x00\x00\x00\x02"), pngChunk("IDAT", "")),
	} {
		f.Add(seed)
	}

	icc, xmp := riffChunk("ICCP", iccProfile("odd")), riffChunk("XMP ", "<x/>")
	exif, alpha := riffChunk("EXIF", string(camera)), riffChunk("ALPH", "\x00odd")

	for _, seed := range [][]byte{
		riff(lossless(24, 16)), riff(lossyHeader(24, 16, 31), exif, xmp),
		riff(vp8x(withICC|withAlpha|withEXIF|withXMP, 24, 16), icc, alpha, lossyHeader(24, 16, 3), exif, xmp, []byte("junk")),
		append(riff(vp8x(withAnimation|withEXIF, 24, 16), anim(), anmf(0, 0, 24, 16, lossless(24, 16)),
			anmf(2, 4, 22, 12, xmp, alpha, lossyHeader(22, 12, 3)), exif), "trailer"...),
		gifFile(f, 1, nil, nil),
		gifFile(f, 3, extension(0xff, "NETSCAPE2.0", "\x01\x00\x00", "x"), extension(0xfe, "x")),
		append(gifFile(f, 2, extension(0xff, "XMP DataXMP", "x"), extension(0x01, "x")), "trailer"...),
	} {
		f.Add(seed)
	}

	names, err := filepath.Glob(filepath.Join("testdata", "gainmap", "*.jpg"))
	if err != nil || len(names) == 0 {
		f.Fatalf("no seeds with gain maps: %v", err)
	}

	for _, name := range append(names, filepath.Join("testdata", "progressive.jpg")) {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}

		f.Add(file)
	}
}

// pixelSeeds adds small files of the formats whose masters are made by decoding.
func pixelSeeds(f *testing.F) {
	f.Helper()

	for _, pattern := range []string{"*.heic", "*.avif"} {
		names, err := filepath.Glob(filepath.Join("..", "testdata", pattern))
		if err != nil || len(names) == 0 {
			f.Fatalf("no seeds %s: %v", pattern, err)
		}

		for _, name := range names {
			file, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}

			f.Add(file)
		}
	}

	for _, order := range []byteOrder{binary.BigEndian, binary.LittleEndian} {
		f.Add(cameraEXIF(order, 6)) // a TIFF has the same directories
		f.Add(tiffFile(order, true, tag{id: 256, value: 3}, tag{id: 257, value: 2}, tag{id: 258, value: 8}, tag{id: 259, value: 1},
			tag{id: 262, value: 1}, tag{id: 273, value: 8}, tag{id: 277, value: 1}, tag{id: 278, value: 2}, tag{id: 279, value: 6}))
	}

	f.Add([]byte("BM\x3a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x01\x00\x00\x00\xff\xff\xff\xff" +
		"\x01\x00\x18\x00" + string(make([]byte, 28))))
}

// FuzzInspect checks that any input gives either plausible properties or a rejection.
func FuzzInspect(f *testing.F) {
	seeds(f)
	pixelSeeds(f)

	f.Fuzz(func(t *testing.T, file []byte) {
		info, err := inspect(file)

		kinds, kindsErr := metadata.Carried(bytes.NewReader(file), int64(len(file)))
		if !subset(kinds, metadata.Kinds()) || kindsErr != nil && failure.KindOf(kindsErr) == "" {
			t.Errorf("carried %v, %v", kinds, kindsErr)
		}

		if _, profileErr := metadata.Profile(bytes.NewReader(file), int64(len(file))); profileErr != nil && err == nil {
			t.Errorf("Profile failed although Inspect succeeded: %v", profileErr)
		}

		if err != nil {
			checkRejection(t, err, len(file))

			return
		}

		if info.Width < 1 || info.Height < 1 || info.Frames < 1 || info.Samples < 1 || info.Components < 1 ||
			info.Orientation < 1 || info.Orientation > 8 {
			t.Errorf("%+v", info)
		}
	})
}

// FuzzAsIs checks that a HEIC or AVIF that is copied without its metadata has the same
// properties, and that nothing is left to remove.
func FuzzAsIs(f *testing.F) {
	for _, pattern := range []string{"*.heic", "*.avif", "cases/*.heic", "cases/*.avif"} {
		names, err := filepath.Glob(filepath.Join("..", "testdata", filepath.FromSlash(pattern)))
		if err != nil || len(names) == 0 {
			f.Fatalf("%s: %v, %v", pattern, names, err)
		}

		for _, name := range names {
			file, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}

			f.Add(file)
		}
	}

	f.Fuzz(func(t *testing.T, file []byte) {
		made, report, err := metadata.AsIs(file)
		if err != nil {
			checkRejection(t, err, len(file))

			return
		}

		if !subset(report.Removed, metadata.Kinds()) || !subset(report.Kept, metadata.Kept()) {
			t.Errorf("%+v", report)
		}

		before, err := inspect(file)

		after, errAfter := inspect(made)
		if err != nil || errAfter != nil || before != after {
			t.Errorf("the copy is %+v, %v; the file is %+v, %v", after, errAfter, before, err)
		}

		if again, left, err := metadata.AsIs(made); err != nil || len(left.Removed) > 0 || !bytes.Equal(again, made) {
			t.Errorf("the copy of the copy: %+v, %v", left, err)
		}
	})
}

// FuzzSanitize checks that any input gives either a rejection, or an image with the same
// properties in which nothing is left to remove.
func FuzzSanitize(f *testing.F) {
	seeds(f)

	f.Fuzz(func(t *testing.T, file []byte) {
		clean, report, err := sanitize(t, file)
		if err != nil {
			checkRejection(t, err, len(file))

			return
		}

		if !slices.IsSorted(report.Removed) || !subset(report.Removed, metadata.Kinds()) {
			t.Errorf("removed %v", report.Removed)
		}

		isGIF := bytes.HasPrefix(file, []byte("GIF8"))

		// The result may have an additional end marker, a minimal EXIF block in place of
		// one that is cut short, an index, and two packets of a gain map. In a GIF,
		// missing pixels are added.
		more := len(eoi) + len(onlyOrientation(1)) + 2048*len(report.Kept)
		if len(clean) > len(file)+more && !isGIF {
			t.Errorf("%d bytes became %d", len(file), len(clean))
		}

		before, beforeErr := inspect(file)
		after, afterErr := inspect(clean)

		if isGIF && after.Frames <= before.Frames { // Damaged parts were repaired or removed.
			before.Frames, before.Partial, before.Passes = after.Frames, after.Partial, after.Passes
		}

		if failure.KindOf(beforeErr) != failure.KindOf(afterErr) || before != after {
			t.Errorf("%+v, %v became %+v, %v", before, beforeErr, after, afterErr)
		}
	})
}

// checkRejection checks that an error is a rejection, and that its offset lies in a file of
// size bytes or at its end.
func checkRejection(t *testing.T, err error, size int) {
	t.Helper()

	rejection, ok := errors.AsType[*failure.Error](err)
	if !ok {
		t.Errorf("not a rejection: %v", err)
	} else if rejection.Offset < failure.NoOffset || rejection.Offset > int64(size) {
		t.Errorf("an offset of %d in %d bytes: %v", rejection.Offset, size, err)
	}
}

func subset(some, of []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(of, one) })
}

// FuzzOrientation checks that every format reads the same orientation from an EXIF block,
// and keeps only the orientation of it.
func FuzzOrientation(f *testing.F) {
	for _, order := range []byteOrder{binary.BigEndian, binary.LittleEndian} {
		f.Add(cameraEXIF(order, 6))
		f.Add(cameraEXIF(order, 9))
		f.Add(tiffFile(order, false, tag{id: 0x0112, value: 3}, tag{id: 0x0112, value: 5}))
	}

	f.Add([]byte("MM\x00*\x00\x00\x00\x08\xff\xff\x01\x12\x00\x03\x00\x00\x00\x01\x00\x08\x00\x00"))
	f.Add([]byte("II*\x00\xff\xff\xff\xff"))

	body, plain, picture := jpegBody(f), pngFile(f, nil, nil), lossless(24, 16)

	f.Fuzz(func(t *testing.T, block []byte) {
		if len(block) > 60_000 {
			t.Skip("no segment holds it")
		}

		orientations := map[int]bool{}

		for _, c := range []struct{ file, bare []byte }{
			{join(soi, exifSegment(block), body), join(soi, body)},
			{pngFileOf(plain, pngChunk("eXIf", string(block)), nil), plain},
			{riff(vp8x(withEXIF, 24, 16), picture, riffChunk("EXIF", string(block))), riff(vp8x(0, 24, 16), picture)},
		} {
			info, err := inspect(c.file)
			if err != nil {
				t.Fatal(err)
			}

			clean, _, err := sanitize(t, c.file)
			if err != nil {
				t.Fatal(err)
			}

			orientations[info.Orientation] = true
			turned := bytes.Contains(clean, onlyOrientation(uint16(info.Orientation)))

			if turned != (info.Orientation != 1) || !turned && !bytes.Equal(clean, c.bare) || len(clean) > len(c.bare)+40 {
				t.Errorf("orientation %d: %d bytes became %d, of %d", info.Orientation, len(c.file), len(clean), len(c.bare))
			}
		}

		if len(orientations) != 1 && !bytes.HasPrefix(block, []byte("Exif\x00")) {
			t.Errorf("orientations %v", orientations)
		}
	})
}

// TestSanitize_metadataAnywhere checks that, for metadata in any position, the sanitized
// file equals the file without metadata.
func TestSanitize_metadataAnywhere(t *testing.T) {
	jpegParts := [][]byte{
		exifSegment(cameraEXIF(binary.BigEndian, 1)), exifSegment([]byte("MM")),
		segment(app1, "http://ns.adobe.com/xap/1.0/\x00x"), segment(app2, "MPF\x00"), segment(app11, "JP"),
		segment(app13, "Photoshop 3.0\x00"), segment(com, "x"), segment(0xe3, "x"), segment(app0, "JFXX\x00"),
		[]byte("garbage"), []byte("\xff\xff\xff"), {},
	}
	webpParts := [][]byte{
		riffChunk("EXIF", string(cameraEXIF(binary.LittleEndian, 1))), riffChunk("EXIF", "MM"), riffChunk("XMP ", "x"),
		riffChunk("JUNK", "xy"), riffChunk("FRGM", ""), {},
	}
	gifParts := [][]byte{
		extension(0xfe, "x", "y"), extension(0xff, "XMP DataXMP", "x"), extension(0xff, "NETSCAPE2.0"),
		extension(0x01, "0123456789ab", "x"), extension(0x77), {},
	}
	pngParts := [][]byte{
		pngChunk("tEXt", "k\x00v"), pngChunk("iTXt", "XML:com.adobe.xmp\x00"), pngChunk("tIME", "1234567"),
		pngChunk("eXIf", string(cameraEXIF(binary.LittleEndian, 1))), pngChunk("zzZz", ""), {},
	}

	body := jpegBody(t)
	start := len(segment(dqt, string(make([]byte, 130)))) // image/jpeg writes its tables first
	plainJPEG, plainPNG, plainGIF := join(soi, body), pngFile(t, nil, nil), gifFile(t, 1, nil, nil)
	plainWebP := riff(vp8x(withAnimation, 24, 16), anim(), anmf(0, 0, 24, 16, lossless(24, 16)), anmf(2, 2, 9, 7, lossless(9, 7)))

	rapid.Check(t, func(t *rapid.T) {
		some := func(parts [][]byte, name string) []byte {
			return join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 6).Draw(t, name)...)
		}
		trailer := rapid.SliceOf(rapid.Byte()).Draw(t, "trailer")

		for _, c := range []struct{ dirty, plain []byte }{
			{join(soi, segment(com, ""), some(jpegParts, "first"), body[:start],
				some(jpegParts, "second"), body[start:], trailer), plainJPEG},
			{append(pngFileOf(plainPNG, some(pngParts, "early"), some(pngParts, "late")), trailer...), plainPNG},
			{append(riff(vp8x(withAnimation|withXMP|withEXIF, 24, 16), some(webpParts, "before"), anim(), some(webpParts, "between"),
				anmf(0, 0, 24, 16, some(webpParts, "within"), lossless(24, 16)),
				anmf(2, 2, 9, 7, lossless(9, 7), some(webpParts, "inside")), some(webpParts, "behind")), trailer...), plainWebP},
			{join(plainGIF[:19], some(gifParts, "blocks"), plainGIF[19:len(plainGIF)-1], some(gifParts, "last"), plainGIF[len(plainGIF)-1:], trailer), plainGIF},
		} {
			var clean bytes.Buffer
			if _, err := metadata.Sanitize(&clean, bytes.NewReader(c.dirty)); err != nil {
				t.Fatal(err)
			}

			if !bytes.Equal(clean.Bytes(), c.plain) {
				t.Fatalf("%d bytes are left, want %d", clean.Len(), len(c.plain))
			}
		}
	})

	for _, decode := range []func() error{
		func() error { _, err := jpeg.Decode(bytes.NewReader(plainJPEG)); return err },
		func() error { _, err := png.Decode(bytes.NewReader(plainPNG)); return err },
	} {
		if err := decode(); err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkSanitize(b *testing.B) {
	file, err := os.ReadFile("../../samples/dragonfly.jpg")
	if err != nil {
		b.Skip(err)
	}

	b.SetBytes(int64(len(file)))

	for b.Loop() {
		if _, err := metadata.Sanitize(io.Discard, bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}
	}
}
