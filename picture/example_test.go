package picture_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"triptych/picture"
)

// drawing returns a PNG of 64 × 48 pixels.
func drawing() []byte {
	pixels := image.NewNRGBA(image.Rect(0, 0, 64, 48))

	for y := range 48 {
		for x := range 64 {
			pixels.SetNRGBA(x, y, color.NRGBA{R: byte(4 * x), G: byte(5 * y), B: 90, A: 255})
		}
	}

	var file bytes.Buffer
	if err := png.Encode(&file, pixels); err != nil {
		panic(err)
	}

	return file.Bytes()
}

// Read the header, make a copy without metadata, and make two variants of the copy.
func Example() {
	ctx := context.Background()
	file := drawing()

	info, err := picture.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		fmt.Println(err)

		return
	}

	fmt.Printf("%s of %d × %d pixels\n", info.Format, info.Width, info.Height)

	master, report, err := picture.Clean(ctx, info.Format, picture.Converted, bytes.NewReader(file), int64(len(file)))
	if err != nil {
		fmt.Println(err)

		return
	}

	fmt.Printf("removed %d kinds of metadata\n", len(report.Removed))

	variants, err := picture.Process(ctx, master.Data,
		picture.Spec{Name: "square", Width: 16, Height: 16, Fit: picture.Cover, Format: picture.WebP, Quality: 80},
		picture.Spec{Name: "small", Width: 32, Fit: picture.Inside, Format: picture.PNG},
	)
	if err != nil {
		fmt.Println(err)

		return
	}

	for _, made := range variants {
		fmt.Printf("%s of %d × %d pixels\n", made.ContentType, made.Width, made.Height)
	}

	// Output:
	// png of 64 × 48 pixels
	// removed 0 kinds of metadata
	// image/webp of 16 × 16 pixels
	// image/png of 32 × 24 pixels
}

// Decide by the kind of an error. Its offset says where the file is damaged.
func ExampleError() {
	whole := drawing()
	whole[20]++ // In the header, which has a checksum.

	for _, file := range [][]byte{whole, drawing()[:60], []byte("%PDF-1.7"), []byte("hello"), nil} {
		_, err := picture.Process(context.Background(), file, picture.Spec{
			Name: "small", Width: 32, Fit: picture.Inside, Format: picture.JPEG, Quality: 80,
		})

		damage, ok := errors.AsType[*picture.Error](err)
		if !ok {
			fmt.Println("not the image's fault:", err)

			continue
		}

		switch damage.Kind {
		case picture.Truncated:
			fmt.Println("upload it again:", damage.Detail)
		case picture.Corrupt:
			fmt.Println("damaged:", damage.Detail)
		case picture.UnsupportedFormat:
			fmt.Println("not read:", damage.Detail)
		default:
			fmt.Println("rejected:", damage.Kind)
		}

		if damage.Offset != picture.NoOffset {
			fmt.Println("at byte", damage.Offset)
		}
	}

	// Output:
	// damaged: wrong checksum of PNG chunk IHDR
	// upload it again: PNG: bytes are missing: the chunk at byte 33 continues after the end of the file, at byte 60
	// at byte 33
	// not read: PDF
	// rejected: NotAnImage
	// rejected: Empty
}

// Compute the size of a variant without its pixels. An image is never enlarged.
func ExampleFit() {
	for _, want := range []picture.Spec{
		{Width: 800, Fit: picture.Inside},
		{Width: 160, Height: 160, Fit: picture.Cover},
		{Width: 8000, Fit: picture.Inside},
	} {
		width, height := picture.Fit(4000, 3000, want)
		fmt.Printf("%d × %d\n", width, height)
	}

	// Output:
	// 800 × 600
	// 160 × 160
	// 4000 × 3000
}

// Read the properties of a file from its header, without decoding it.
func ExampleInspect() {
	file := drawing()

	info, err := picture.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		fmt.Println(err)

		return
	}

	fmt.Println(info.Format, info.Width, info.Height)

	// Output: png 64 48
}
