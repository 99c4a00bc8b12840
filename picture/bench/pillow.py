"""The worker for Pillow. It has one thread."""
import io
import json
import os
import sys
import time

from PIL import Image, ImageOps, ImageSequence

ORIENTATION = 0x0112


def opened(data):
    """Opens an image without decoding it, and reports whether its orientation swaps the sides."""
    picture = Image.open(io.BytesIO(data))
    return picture, picture.getexif().get(ORIENTATION, 1) >= 5


def opened_mode(picture, want):
    """Converts palettes and 16 bits. A JPEG is drawn on white."""
    if picture.mode in ("L", "RGB"):
        return picture
    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    if want["format"] != "jpeg":
        return picture
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def animation(picture, want):
    """Resizes all frames."""
    frames, durations = [], []
    for frame in ImageSequence.Iterator(picture):
        durations.append(frame.info.get("duration", 100))
        frame = opened_mode(frame, want).copy()
        frame.thumbnail((want["width"], want["height"]), Image.LANCZOS)
        frames.append(frame)
    out = io.BytesIO()
    frames[0].save(out, "webp", quality=want["quality"], save_all=True, append_images=frames[1:], duration=durations)
    return out.getvalue()


def variant(picture, swapped, want):
    """Resizes the stored image, and turns the small result upright."""
    if want["format"] == "webp" and getattr(picture, "n_frames", 1) > 1:
        return animation(picture, want)
    box = (want["width"], want["height"])
    if swapped:
        box = box[::-1]
    picture = opened_mode(picture, want)
    if want["fit"] == "cover":
        picture = ImageOps.fit(picture, (min(box[0], picture.width), min(box[1], picture.height)), Image.LANCZOS)
    else:
        picture.thumbnail(box, Image.LANCZOS)
    picture = ImageOps.exif_transpose(picture) or picture
    out = io.BytesIO()
    options = {} if want["format"] == "png" else {"quality": want["quality"]}
    if want["format"] == "jpeg":
        options["subsampling"] = "4:2:0"
    picture.save(out, want["format"], **options)
    return out.getvalue()


def perform(decodes, data):
    made = []
    for wants in decodes:
        picture, swapped = opened(data)
        if len(wants) == 1:
            # The decoder may shrink to no less than twice the size. thumbnail does this itself.
            if wants[0]["fit"] == "cover":
                picture.draft(None, (2 * wants[0]["width"], 2 * wants[0]["height"]))
            made.append(variant(picture, swapped, wants[0]))
        else:
            picture.load()
            made += [variant(picture.copy(), swapped, want) for want in wants]
    return made


def main():
    file = data = None
    for line in sys.stdin:
        asked = json.loads(line)
        reply = {"error": ""}
        try:
            if asked["file"] != file:
                file = asked["file"]
                with open(file, "rb") as photo:
                    data = photo.read()
            begun, spent = time.perf_counter(), time.process_time()
            made = perform(asked["decodes"], data)
            reply["millis"] = (time.perf_counter() - begun) * 1e3
            reply["cpuMillis"] = (time.process_time() - spent) * 1e3
            reply["bytes"] = sum(map(len, made))
            if asked["out"]:
                for i, variant_ in enumerate(made):
                    with open(os.path.join(asked["out"], str(i)), "wb") as out:
                        out.write(variant_)
        except Exception as error:  # A failed job is reported as an answer.
            reply["error"] = repr(error)
        print(json.dumps(reply), flush=True)


main()
