package bmff

import "triptych/picture/failure"

// Layout describes how an image is assembled from coded images.
type Layout struct {
	// Width and Height are the size of the image before its transformations, in pixels.
	Width, Height int
	Columns, Rows int
	// TileWidth and TileHeight are the size of each coded image. The last column and row
	// may extend beyond the image.
	TileWidth, TileHeight int
	// Tiles are the coded images, row by row. An image that is not tiled has one.
	Tiles []*Item
	// Items are the items whose properties apply to the image: the image itself, and its
	// sources if it is an identity (an item of type iden).
	Items []*Item
}

// Layout resolves the primary image.
//
// Rejections: Corrupt, UnsupportedFormat.
func (f *File) Layout() (Layout, error) { return f.LayoutOf(f.Primary) }

// LayoutOf resolves an image down to its coded images. Its rejections are those of
// [File.Layout].
func (f *File) LayoutOf(item *Item) (Layout, error) {
	const deepest = 8 // A longer chain of identities has no use.

	items := []*Item{item}

	for range deepest {
		last := items[0]

		switch last.Kind {
		case KindHEVC, KindAV1:
			return single(last, items)
		case KindGrid:
			return f.grid(last, items)
		case KindIden:
			sources := f.Sources(last)
			if len(sources) != 1 || sources[0] == nil {
				return Layout{}, failure.New(failure.Corrupt, "HEIF whose primary image is an identity of %d others", len(sources))
			}

			items = append([]*Item{sources[0]}, items...)
		default:
			return Layout{}, failure.New(failure.UnsupportedFormat, "HEIF whose primary image is of type %q", last.Kind)
		}
	}

	return Layout{}, failure.New(failure.Corrupt, "HEIF whose primary image is derived from itself")
}

func single(coded *Item, items []*Item) (Layout, error) {
	width, height := coded.Size()
	if width == 0 || height == 0 {
		return Layout{}, failure.New(failure.Corrupt, "HEIF whose image has %d × %d pixels", width, height)
	}

	return Layout{
		Width: width, Height: height, Columns: 1, Rows: 1, TileWidth: width, TileHeight: height,
		Tiles: []*Item{coded}, Items: items,
	}, nil
}

// grid reads an ImageGrid (ISO/IEC 23008-12, 6.6.2.3.2).
func (f *File) grid(item *Item, items []*Item) (Layout, error) {
	const mostBytes = 12

	content, err := f.Read(item, mostBytes)
	if err != nil {
		return Layout{}, err
	}

	data := fields(content)
	data.uint(1) // version

	sizeBytes := uint32(2)
	if data.uint(1)&1 != 0 {
		sizeBytes = 4
	}

	made := Layout{Items: items}
	made.Rows, made.Columns = int(data.uint(1))+1, int(data.uint(1))+1             //nolint:gosec // Bytes.
	made.Width, made.Height = int(data.uint(sizeBytes)), int(data.uint(sizeBytes)) //nolint:gosec // At most four bytes.
	made.Tiles = f.Sources(item)

	if len(made.Tiles) != made.Columns*made.Rows {
		return Layout{}, failure.New(failure.Corrupt, "HEIF with a grid of %d × %d tiles, but %d tiles", made.Columns, made.Rows, len(made.Tiles))
	}

	return made, made.check()
}

func (l *Layout) check() error {
	for i, tile := range l.Tiles {
		if tile == nil {
			return failure.New(failure.Corrupt, "HEIF with a missing tile")
		}

		if tile.Kind != l.Tiles[0].Kind || tile.Kind != KindHEVC && tile.Kind != KindAV1 {
			return failure.New(failure.UnsupportedFormat, "HEIF with a tile of type %q", tile.Kind)
		}

		for _, property := range tile.Properties {
			switch property.Kind {
			case "irot", "imir", "clap":
				return failure.New(failure.UnsupportedFormat, "HEIF with a tile that is turned or cropped")
			}
		}

		width, height := tile.Size()
		if i == 0 {
			l.TileWidth, l.TileHeight = width, height
		}

		if width != l.TileWidth || height != l.TileHeight {
			return failure.New(failure.Corrupt, "HEIF of tiles of different sizes: %d × %d and %d × %d pixels",
				l.TileWidth, l.TileHeight, width, height)
		}
	}

	if l.Width == 0 || l.Height == 0 || l.TileWidth*l.Columns < l.Width || l.TileHeight*l.Rows < l.Height {
		return failure.New(failure.Corrupt, "HEIF of %d × %d pixels in %d × %d tiles of %d × %d",
			l.Width, l.Height, l.Columns, l.Rows, l.TileWidth, l.TileHeight)
	}

	return nil
}
