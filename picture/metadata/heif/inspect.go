package heif

import (
	"slices"

	"triptych/picture/failure"
	"triptych/picture/metadata/bmff"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/format"
)

// primary is the primary image of a HEIF.
type primary struct {
	file   *bmff.File
	layout bmff.Layout
}

func open(view *container.Window) (primary, error) {
	file, err := bmff.Open(view, view.Size)
	if err != nil {
		return primary{}, err
	}

	layout, err := file.Layout()
	if err != nil {
		return primary{}, err
	}

	for _, item := range slices.Concat(layout.Items, layout.Tiles) {
		if err := checkEssential(item); err != nil {
			return primary{}, err
		}
	}

	return primary{file: file, layout: layout}, nil
}

// understood are the properties that a file may mark as essential: those that are applied,
// and those that do not change pixels (ISO/IEC 23008-12, 6.5).
var understood = []string{
	"hvcC", "av1C", "ispe", "pixi", "pasp", "colr", "irot", "imir", "clap", "auxC", "clli", "mdcv", "cclv", "amve",
	"a1op", "a1lx", "lsel", "udes", "altt", "crtt", "mdft", "rloc",
}

// checkEssential rejects an image that has a property that a reader must understand to show
// it, and that is not understood (ISO/IEC 23008-12, 9.3.1).
func checkEssential(item *bmff.Item) error {
	for _, property := range item.Properties {
		if property.Essential && !slices.Contains(understood, property.Kind) {
			return failure.New(failure.UnsupportedFormat, "HEIF with the essential property %q", property.Kind)
		}
	}

	return nil
}

// inspect reads a HEIC or AVIF. The coded images decide which of the two it is,
// because the brands are not reliable.
func inspect(view *container.Window) (format.Info, error) {
	found, err := open(view)
	if err != nil {
		return format.Info{}, err
	}

	name := format.HEIC
	if found.layout.Tiles[0].Kind == bmff.KindAV1 {
		name = format.AVIF
	}

	placed, err := found.layout.Placement()
	if err != nil {
		return format.Info{}, err
	}

	if err := CheckCost(found.layout, placed.Crop.Dx()*placed.Crop.Dy()); err != nil {
		return format.Info{}, err
	}

	coding, gray, err := found.coding()
	if err != nil {
		return format.Info{}, err
	}

	info := format.Info{
		Format: name, Width: placed.Crop.Dx(), Height: placed.Crop.Dy(), Orientation: placed.Orientation,
		Frames: 1, Components: 3, Precision: 8, Coding: coding,
	}

	if gray {
		info.Components = 1
	}

	info.Samples = int64(info.Width) * int64(info.Height) * int64(info.Components)

	return info, nil
}

// Limits of a decoder's work for an image: see docs/formats.md. Each coded image takes
// some time, even a very small one.
const (
	mostTiles = 512
	fewTiles  = 64
	leastTile = 256 * 256 // pixels
	mostExtra = 64 << 20  // pixels
)

// CheckCost rejects an image whose decoding costs far more than the pixels that it shows
// (shown).
//
// Rejections: TooManyPixels.
func CheckCost(layout bmff.Layout, shown int) error {
	name := kindName(layout.Tiles[0])
	tiles, pixels := len(layout.Tiles), layout.TileWidth*layout.TileHeight

	if tiles > mostTiles || tiles > fewTiles && pixels < leastTile {
		return failure.New(failure.TooManyPixels,
			"%s of %d tiles of %d × %d pixels: at most %d tiles are read, and more than %d only where each has %d pixels",
			name, tiles, layout.TileWidth, layout.TileHeight, mostTiles, fewTiles, leastTile)
	}

	if coded := tiles * pixels; coded/2 > shown+mostExtra/2 {
		return failure.New(failure.TooManyPixels, "%s that shows %d pixels of %d", name, shown, coded)
	}

	return nil
}

func formatName(name format.Name) string {
	if name == format.AVIF {
		return "AVIF"
	}

	return "HEIC"
}

// profile returns the ICC profile of the primary image.
func profile(view *container.Window) ([]byte, error) {
	found, err := open(view)
	if err != nil {
		return nil, err
	}

	return found.profile(), nil
}

// profile returns the profile of the image, or that of its first tile if the image has
// none. Writers use both places.
func (h *primary) profile() []byte {
	for _, item := range h.described() {
		if profile := item.Profile(); profile != nil {
			return profile
		}
	}

	return nil
}
