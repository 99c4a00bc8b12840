"""Compare pictures with what Triptych makes of them, by Pillow and pillow-heif.

Each line of standard input names an original and, behind a tab, the PNG that Triptych
made of it; no PNG means that Triptych rejected the original. Each line of output is a
JSON object:

  format      Pillow's name of the original's format; "" if Pillow does not open it
  problem     why Pillow does not open it
  size        width and height of the upright original
  made        width and height of the PNG
  difference  the largest mean difference of a channel, in levels of 0 to 255, between
              both pictures at 64 × 64, composited on white and on black

Of an animation, the first frame counts. CMYK becomes sRGB through its profile, by
relative colorimetry with black point compensation, otherwise by Pillow's formula. Other
profiles are not applied: the PNG carries the same one.
"""
import io
import json
import sys
import warnings

import pillow_heif
from PIL import Image, ImageChops, ImageCms, ImageOps, ImageStat, PngImagePlugin

SIDE = 64
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "HEIF")

warnings.simplefilter("ignore")
PngImagePlugin.MAX_TEXT_CHUNK = 64 << 20  # Profiles may be large.
PngImagePlugin.MAX_TEXT_MEMORY = 64 << 20
Image.init()
pillow_heif.register_heif_opener()


def opened(path):
    """The first frame of a file, decoded and upright."""
    with Image.open(path, formats=FORMATS) as picture:
        kind = picture.format
        picture.load()
        profile = picture.info.get("icc_profile")
        picture = picture.copy()
    try:
        return kind, profile, ImageOps.exif_transpose(picture)
    except Exception:  # EXIF that Pillow cannot read turns nothing.
        return kind, profile, picture


def converted(picture, profile):
    """The picture in RGBA."""
    if picture.mode == "I" or picture.mode.startswith("I;16"):  # 16 bits, which Pillow would clip.
        return picture.convert("I").point(lambda level: level / 256).convert("L").convert("RGBA")
    if picture.mode == "La":  # Multiplied by alpha; Pillow converts it to LA alone.
        picture = picture.convert("LA")
    if picture.mode == "CMYK" and profile:
        try:
            picture = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"),
                ImageCms.Intent.RELATIVE_COLORIMETRIC, "RGB", flags=ImageCms.Flags.BLACKPOINTCOMPENSATION)
        except ImageCms.PyCMSError:
            pass  # Not a profile of CMYK.
    return picture.convert("RGBA")


def small(picture, level):
    """The picture at SIDE × SIDE on a ground of one gray level."""
    ground = Image.new("RGBA", picture.size, (level, level, level, 255))
    return Image.alpha_composite(ground, picture).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)


def compared(original, made):
    try:
        kind, profile, picture = opened(original)
    except Exception as problem:  # Whatever Pillow raises, it does not open the file.
        return {"format": "", "problem": f"{type(problem).__name__}: {problem}"}
    answer = {"format": kind, "problem": "", "size": picture.size}
    if not made:
        return answer
    picture = converted(picture, profile)
    with Image.open(made, formats=("PNG",)) as ours:
        answer["made"] = ours.size
        ours = ours.convert("RGBA")
    answer["difference"] = max(
        mean for level in (255, 0)
        for mean in ImageStat.Stat(ImageChops.difference(small(picture, level), small(ours, level))).mean)
    return answer


for line in sys.stdin:
    print(json.dumps(compared(*line.rstrip("\n").split("\t"))), flush=True)
