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

files = {
    "group3.tif": (bilevel, {"compression": "group3"}),
    "group4.tif": (bilevel, {"compression": "group4"}),
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
