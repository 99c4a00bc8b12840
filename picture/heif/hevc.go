package heif

import (
	"bytes"
	"context"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/metadata/bmff"
	meta "triptych/picture/metadata/heif"
	"triptych/picture/sandbox"
)

// samples are the planes of a coded image in the sandbox's memory, as the decoder wrote
// them: luma, and blue and red unless the image is gray.
type samples struct {
	bitstream.Picture

	planes [3]samplePlane
}

// samplePlane has rows of samples of one byte, or of two bytes, the lower byte first.
type samplePlane struct {
	pix           []byte
	stride        int
	width, height int
}

// hevc decodes coded images, one after the other. Each gets a file of its own without
// color properties, so that the decoder returns the samples as they are coded.
type hevc struct {
	file    *bmff.File
	options Options
	in      *room
	leaked  int64
}

func (h *hevc) close() {
	if h.in != nil {
		h.in.Close()
	}

	h.in = nil
}

// maxLost is the memory that an instance may lose before it is replaced. The module never
// frees the images that it returns.
const maxLost = 32 << 20

// decode decodes a coded image. The result is valid until the next call.
func (h *hevc) decode(ctx context.Context, item *bmff.Item) (samples, error) {
	coded, err := meta.Coded(h.file, item)
	if err != nil {
		return samples{}, err
	}

	if !coded.Gray && coded.Depth != coded.DepthOfColor {
		return samples{}, failure.New(failure.UnsupportedFormat, "HEIC with %d bits of luma and %d of chroma", coded.Depth, coded.DepthOfColor)
	}

	if width, height := item.Size(); width > coded.Width || height > coded.Height {
		return samples{}, failure.New(failure.Corrupt, "%d × %d pixels in the file, %d × %d in the stream", width, height, coded.Width, coded.Height)
	}

	data, err := h.file.Read(item, h.options.MaxBytes)
	if err != nil {
		return samples{}, err
	}

	single := container("heic", []part{{id: 1, kind: bmff.KindHEVC, data: data, properties: []bmff.Property{
		{Kind: "hvcC", Essential: true, Data: configuration(item.Find("hvcC"), coded)},
		{Kind: "ispe", Data: bytes.Join([][]byte{long(0), long(uint32(coded.Width)), long(uint32(coded.Height))}, nil)}, //nolint:gosec // At most 65,536.
		{Kind: "pixi", Data: channels(coded)},
	}}})

	if h.in == nil || h.leaked > maxLost {
		h.close()

		if h.in, err = newRoom(ctx, libheif, heicNumbers, h.options); err != nil {
			return samples{}, err
		}

		h.leaked = 0
	}

	decoded, err := h.run(ctx, single, coded)
	if err != nil {
		h.close() // It may be in any state.
	}

	return decoded, err
}

// channels returns the number of components (ISO/IEC 23008-12, 6.5.6). The module treats
// an image with one component as gray.
func channels(coded bitstream.Picture) []byte {
	depth := byte(coded.Depth) //nolint:gosec // At most 16.
	if coded.Gray {
		return append(long(0), 1, depth)
	}

	return append(long(0), 3, depth, depth, depth)
}

// configuration returns an hvcC whose fields chroma_format_idc and bit depths agree with
// its parameter set (ISO/IEC 14496-15, 8.3.3.1). The module reads the sampling from these
// fields.
func configuration(hvcC []byte, coded bitstream.Picture) []byte {
	const formatAt, depthAt, reserved6, reserved5 = 16, 17, 0xfc, 0xf8

	made := bytes.Clone(hvcC)
	if len(made) > depthAt+1 {
		made[formatAt] = reserved6 | byte(chromaFormat(coded)) //nolint:gosec // 0 to 3.
		made[depthAt] = reserved5 | byte(coded.Depth-8)        //nolint:gosec // 0 to 8, beyond a byte.
		made[depthAt+1] = made[depthAt]
	}

	return made
}

// chromaFormat returns HEVC's chroma_format_idc, which equals libheif's heif_chroma.
func chromaFormat(coded bitstream.Picture) int {
	const chroma444 = 3

	switch {
	case coded.Gray:
		return 0
	case coded.HalfHeight:
		return chroma420
	case coded.HalfWidth:
		return chroma422
	default:
		return chroma444
	}
}

// run calls the module with a file of one image.
func (h *hevc) run(ctx context.Context, file [][]byte, coded bitstream.Picture) (samples, error) {
	const all = 0

	in, result := h.in, layout(coded)

	if err := in.load(ctx, file); err != nil {
		return samples{}, err
	}

	out, err := in.result(ctx, result.bytes())
	if err != nil {
		return samples{}, err
	}

	h.leaked += result.bytes()

	if err := in.decode(ctx, all, in.at(heicWidth), in.at(heicHeight), in.at(heicSpace), in.at(heicChroma),
		in.at(heicPremultiplied), out); err != nil {
		return samples{}, err
	}

	if in.number(heicWidth) != uint32(coded.Width) || in.number(heicHeight) != uint32(coded.Height) || //nolint:gosec // At most 65,536.
		in.number(heicSpace) != result.space || in.number(heicChroma) != uint32(chromaFormat(coded)) { //nolint:gosec // 0 to 3.
		return samples{}, failure.New(failure.Corrupt, "HEIC whose decoded images differ from their headers")
	}

	pixels, err := in.Bytes(out, result.bytes())
	if err != nil {
		return samples{}, fmt.Errorf("%w: %w", sandbox.ErrMemory, err)
	}

	return samples{Picture: coded, planes: result.planes(pixels)}, nil
}

// heicLayout is the memory layout of a decoded image in the module: luma, then blue, then
// red.
type heicLayout struct {
	space           uint32
	luma, color     samplePlane // without samples
	lumaBytes, each int64
}

// layout computes the layout as libheif does. A row has room for an even number of
// pixels, at least 64, and starts at a multiple of 16 bytes.
func layout(coded bitstream.Picture) heicLayout {
	const fewest, alignment = 64, 16

	sampleBytes := 1
	if coded.Depth > 8 { // Bits of a byte.
		sampleBytes = 2
	}

	plane := func(width, height int) samplePlane {
		stride := (max(fewest, (width+1)&^1)*sampleBytes + alignment - 1) &^ (alignment - 1)

		return samplePlane{stride: stride, width: width, height: height}
	}

	made := heicLayout{space: spaceGray, luma: plane(coded.Width, coded.Height)}
	made.lumaBytes = int64(made.luma.stride) * int64(made.luma.height)

	if coded.Gray {
		return made
	}

	width, height := coded.Width, coded.Height
	if coded.HalfWidth {
		width = (width + 1) / 2
	}

	if coded.HalfHeight {
		height = (height + 1) / 2
	}

	made.space, made.color = spaceYCbCr, plane(width, height)
	made.each = int64(made.color.stride) * int64(made.color.height)

	return made
}

func (l heicLayout) bytes() int64 { return l.lumaBytes + 2*l.each }

func (l heicLayout) planes(pixels []byte) [3]samplePlane {
	made := [3]samplePlane{l.luma, l.color, l.color}
	made[0].pix = pixels[:l.lumaBytes]
	made[1].pix = pixels[l.lumaBytes : l.lumaBytes+l.each]
	made[2].pix = pixels[l.lumaBytes+l.each:]

	return made
}
