"""Compare images with the PNGs that Triptych makes of them, with Pillow and pillow-heif.

Each line of standard input names an original and, after a tab, the PNG that Triptych
made of it; no PNG means that Triptych rejected the original. Each line of output is a
JSON object:

  format      Pillow's name of the original's format; "" if Pillow does not open it
  problem     why Pillow does not open it
  size        width and height of the upright original
  made        width and height of the PNG
  difference  the largest mean difference of a channel, in levels of 0 to 255. Both images
              are composited on white and on black, and scaled to 64 × 64.

The first frame of an animation is compared. CMYK is converted to sRGB by its
profile, with the relative colorimetric intent and black point compensation. Without a
profile, Pillow's formula converts it. Other profiles are not applied, because the PNG has
the same profile.
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
    """Return the format, the ICC profile and the upright first frame of a file."""
    with Image.open(path, formats=FORMATS) as picture:
        kind = picture.format
        picture.load()
        profile = picture.info.get("icc_profile")
        picture = picture.copy()
    try:
        return kind, profile, ImageOps.exif_transpose(picture)
    except Exception:  # Pillow cannot read the EXIF, so the image is not turned.
        return kind, profile, picture


def converted(picture, profile):
    """Return the picture in RGBA."""
    if picture.mode == "I" or picture.mode.startswith("I;16"):  # Pillow would clip 16 bits.
        return picture.convert("I").point(lambda level: level / 256).convert("L").convert("RGBA")
    if picture.mode == "La":  # Premultiplied alpha, which Pillow converts only to LA.
        picture = picture.convert("LA")
    if picture.mode == "CMYK" and profile:
        try:
            picture = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"),
                ImageCms.Intent.RELATIVE_COLORIMETRIC, "RGB", flags=ImageCms.Flags.BLACKPOINTCOMPENSATION)
        except ImageCms.PyCMSError:
            pass  # The profile is not for CMYK.
    return picture.convert("RGBA")


def small(picture, level):
    """Return the picture at SIDE × SIDE on a background of one gray level."""
    ground = Image.new("RGBA", picture.size, (level, level, level, 255))
    return Image.alpha_composite(ground, picture).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)


def compared(original, made):
    try:
        kind, profile, picture = opened(original)
    except Exception as problem:  # Every exception means that Pillow does not open the file.
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
