package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/e2e/fixture"
)

// TestOrientations uploads one image stored in each of EXIF's eight orientations, with
// all the metadata that a phone adds. Each variant must be upright and without metadata.
func TestOrientations(t *testing.T) {
	t.Parallel()

	const (
		prefix        = "orientation/"
		width, height = 900, 600
	)

	folder := t.TempDir()
	picture := fixture.Quarters(width, height, 31)

	for orientation := 1; orientation <= 8; orientation++ {
		write(t, folder, fmt.Sprintf("%d.jpg", orientation), fixture.Photo(picture, orientation))
	}

	write(t, folder, "everything.png", fixture.PNGWithMetadata(picture))

	results := upload(t, exitWell, under, "--prefix", prefix, folder)
	want, _ := gridOf(t, fixture.PNG(picture), 1)

	for key, result := range results {
		result.ready(t)

		for i, made := range defaultRecipe() {
			got := result.Variants[i]
			if w, h := made.size(width, height); got.Width != w || got.Height != h {
				t.Errorf("%s: %s is %d×%d, want %d×%d", key, got.Name, got.Width, got.Height, w, h)
			}

			body := get(t, got.URL).Body

			seen, size := gridOf(t, body, 1)
			if size != image.Pt(got.Width, got.Height) {
				t.Errorf("%s: %s is %v, which differs from the result", key, got.Name, size)
			}

			if !made.cover {
				seen.alike(t, key+" "+got.Name, want)
			}
		}
	}

	if len(results) != 9 {
		t.Errorf("%d results, want 9", len(results))
	}

	if err := sweep(under); err != nil {
		t.Error(err)
	}
}

// TestOrientation_turnedPhoto compares a large photo with a copy that is stored turned by
// 90° and has the EXIF orientation. The variants of both must show the same image.
func TestOrientation_turnedPhoto(t *testing.T) {
	t.Parallel()

	folder := os.Getenv("TRIPTYCH_PHOTOS")
	flat, side := filepath.Join(folder, "p12.jpg"), filepath.Join(folder, "p12o6.jpg")

	if _, err := os.Stat(side); folder == "" || err != nil {
		t.Skip("TRIPTYCH_PHOTOS has no p12o6.jpg; TestOrientations tests the same with drawn images")
	}

	const prefix = "side/"

	results := upload(t, exitWell, under, "--prefix", prefix, flat, side)
	level, turned := results[prefix+"p12.jpg"], results[prefix+"p12o6.jpg"]
	level.ready(t)
	turned.ready(t)

	for i, got := range turned.Variants {
		want := level.Variants[i]
		if got.Width != want.Height || got.Height != want.Width {
			t.Errorf("%s is %d×%d, that of the other photo %d×%d", got.Name, got.Width, got.Height, want.Width, want.Height)
		}

		seen, _ := gridOf(t, get(t, got.URL).Body, 1)
		expected, _ := gridOf(t, get(t, want.URL).Body, 6)
		seen.alike(t, got.Name, expected)
	}
}

// sweep downloads every object of the variants bucket and checks all of them for metadata
// with exiftool.
func sweep(against *target) error {
	ctx := context.Background()

	folder, err := os.MkdirTemp("", "triptych-sweep-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(folder)

	keys, problems := download(ctx, against, folder)
	if len(keys) == 0 && selected() {
		return errors.Join(problems...)
	}

	tags, err := exiftool(folder)
	if err != nil {
		return errors.Join(append(problems, err)...)
	}

	pictures := 0

	for file, key := range keys {
		found, ok := tags[file]

		switch {
		case path.Base(key) == "manifest.json":
			continue
		case !ok:
			problems = append(problems, fmt.Errorf("exiftool reports nothing about %s", key))

			continue
		}

		pictures++

		for tag, value := range found {
			if !necessary(key, tag, value) {
				problems = append(problems, fmt.Errorf("%s still has %s: %v", key, tag, value))
			}
		}
	}

	if pictures == 0 {
		problems = append(problems, errors.New("the variants bucket has no images"))
	}

	return errors.Join(problems...)
}

// selected reports whether only some of the tests run, which may have produced no image.
func selected() bool { return flag.Lookup("test.run").Value.String() != "" }

// download fetches every object, and returns the keys by the files' paths. An object that
// contains a secret of the fixtures is a problem already.
func download(ctx context.Context, against *target, folder string) (map[string]string, []error) {
	var problems []error

	bucket := against.Stack.VariantsBucket
	keys := map[string]string{}
	pages := s3.NewListObjectsV2Paginator(against.s3(), &s3.ListObjectsV2Input{Bucket: &bucket})

	for pages.HasMorePages() {
		found, err := pages.NextPage(ctx)
		if err != nil {
			return keys, append(problems, fmt.Errorf("list %s: %w", bucket, err))
		}

		for _, object := range found.Contents {
			key := aws.ToString(object.Key)

			content, err := read(ctx, against, bucket, key)
			if codeOf(err) == "NoSuchKey" {
				continue // Another test has caused Triptych to remove the object.
			}

			if err != nil {
				problems = append(problems, err)

				continue
			}

			if at := bytes.Index(content, []byte(fixture.Secret)); at >= 0 {
				problems = append(problems, fmt.Errorf("%s contains %q", key, content[max(0, at-20):min(len(content), at+20)]))
			}

			file := filepath.Join(folder, fmt.Sprintf("%05d%s", len(keys), path.Ext(key)))
			keys[file] = key

			if err := os.WriteFile(file, content, 0o600); err != nil {
				problems = append(problems, fmt.Errorf("keep %s: %w", key, err))
			}
		}
	}

	return keys, problems
}

// read fetches one complete object.
func read(ctx context.Context, against *target, bucket, key string) ([]byte, error) {
	object, err := against.s3().GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", key, err)
	}
	defer object.Body.Close()

	var content bytes.Buffer
	if _, err := content.ReadFrom(object.Body); err != nil {
		return nil, fmt.Errorf("get %s: %w", key, err)
	}

	return content.Bytes(), nil
}

// necessary reports whether a tag is necessary for an image, or is one that exiftool
// reports for every file. Every other tag is metadata.
func necessary(key, tag string, value any) bool {
	group, name, _ := strings.Cut(tag, ":")

	switch group {
	case "SourceFile", "System", "JFIF", "Adobe", "PNG-pHYs", "PNG-cICP":
		return true
	case "MPF0", "MPImage1", "MPImage2", "XMP-hdrgm":
		// A master keeps an HDR gain map, and the tags that rendering it needs.
		return strings.HasPrefix(path.Base(key), "original.")
	case "XMP-Container":
		return strings.HasPrefix(path.Base(key), "original.") && strings.HasPrefix(name, "DirectoryItem")
	case "ExifTool":
		// A master is written while its original is read, so an orientation after the
		// pixels stays there.
		return name == "ExifToolVersion" || name == "Warning" && strings.Contains(fmt.Sprint(value), "EXIF chunk(s) found after PNG IDAT")
	case "File":
		return slices.Contains([]string{
			"FileType", "FileTypeExtension", "MIMEType", "ImageWidth", "ImageHeight", "EncodingProcess",
			"BitsPerSample", "ColorComponents", "YCbCrSubSampling",
		}, name) || name == "ExifByteOrder" && strings.HasPrefix(path.Base(key), "original.")
	case "PNG":
		return slices.Contains([]string{
			"ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter", "Interlace", "Palette",
			"Transparency", "BackgroundColor", "Gamma", "SRGBRendering", "SignificantBits", "ProfileName",
			"AnimationFrames", "AnimationPlays", "WhitePointX", "WhitePointY", "RedX", "RedY", "GreenX", "GreenY", "BlueX", "BlueY",
		}, name)
	case "RIFF":
		return slices.Contains([]string{
			"ImageWidth", "ImageHeight", "VP8Version", "HorizontalScale", "VerticalScale", "WebP_Flags", "AlphaIsUsed",
			"AlphaPreprocessing", "AlphaFiltering", "AlphaCompression",
			"BackgroundColor", "AnimationLoopCount", "FrameCount", "Duration",
		}, name)
	case "GIF":
		return slices.Contains([]string{
			"GIFVersion", "ImageWidth", "ImageHeight", "HasColorMap", "ColorResolutionDepth", "BitsPerPixel", "BackgroundColor",
			"AnimationIterations", "FrameCount", "Duration", "TransparentColor", "PixelAspectRatio",
		}, name)
	case "Composite":
		return name == "ImageSize" || name == "Megapixels"
	case "IFD0":
		// A master may need only this tag; the value 1 is the default and must be
		// removed.
		return name == "Orientation" && strings.HasPrefix(path.Base(key), "original.") && value != 1.0
	default:
		return strings.HasPrefix(group, "ICC")
	}
}
