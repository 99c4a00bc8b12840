"""Make the TIFF and BMP files of cases/ that begin with pillow-, and what they show.

    python3 stills.py    # needs Pillow

Pillow writes the files with libtiff, and reads them again: its pixels are the expected
ones.
"""
from pathlib import Path

from PIL import Image

here = Path(__file__).parent / "cases"
size = (26, 19)
color = Image.new("RGB", size)
color.putdata([((x * 9 + y * 3) % 256, (x * y * 2) % 256, (255 - y * 13) % 256) for y in range(19) for x in range(26)])
gray = color.convert("L")
bilevel = gray.point(lambda v: 255 if v > 90 else 0).convert("1", dither=Image.Dither.NONE)
alpha = Image.merge("RGBA", (*color.split(), gray))
palette = color.quantize(13)

# Each row has a run of each color of a length, so that all codes of faxes are there.
runs = [*range(1, 64), *range(64, 2561, 64), 2623]
fax = Image.new("1", (2 * runs[-1], len(runs)), 1)
for y, run in enumerate(runs):
    fax.paste(0, (run, y, 2 * run, y + 1))
    fax.paste(0, (2 * run + 3, y, 2 * run + 3 + y % 5, y + 1))  # Near those of the row above.

files = {
    "group3.tif": (bilevel, {"compression": "group3"}),
    "group4.tif": (bilevel, {"compression": "group4"}),
    "fax-huffman.tif": (fax, {"compression": "tiff_ccitt"}),
    "fax-group3.tif": (fax, {"compression": "group3"}),
    "fax-group3-2d.tif": (fax, {"compression": "group3", "tiffinfo": {292: 1}}),
    "fax-group3-aligned.tif": (fax, {"compression": "group3", "tiffinfo": {292: 4}}),
    "fax-group4.tif": (fax, {"compression": "group4"}),
    "bilevel.tif": (bilevel, {"compression": "packbits"}),
    "lzw.tif": (color, {"compression": "tiff_lzw", "tiffinfo": {317: 2}}),
    "deflate.tif": (alpha, {"compression": "tiff_adobe_deflate", "tiffinfo": {317: 2}}),
    "palette.tif": (palette, {"compression": "tiff_lzw"}),
    "reversed.tif": (bilevel, {"compression": "group4", "tiffinfo": {266: 2}}),
    "cmyk.tif": (color.convert("CMYK"), {"compression": "tiff_lzw"}),
    "bilevel.bmp": (bilevel, {}),
    "palette.bmp": (palette, {}),
    "gray.bmp": (gray, {}),
    "alpha.bmp": (alpha, {}),
}

for name, (image, options) in files.items():
    path = here / f"pillow-{name}"
    image.save(path, **options)
    shown = Image.open(path)
    mode = "RGBA" if shown.mode == "RGBA" else "RGB"
    shown.convert(mode).save(here / "expected" / f"{path.name}.png")
