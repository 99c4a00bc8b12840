# judge: decode images with pillow-heif. Each request is a length of 4 bytes, and a file.
# Each answer is a length of 4 bytes, and JSON: {"width", "height"}, followed by the pixels
# in RGBA, or {"error"}.
import io
import json
import resource
import struct
import sys
import warnings

from PIL import Image

import pillow_heif

warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = None
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))


def decode(file):
    opened = pillow_heif.open_heif(io.BytesIO(file))
    image = opened[opened.primary_index].to_pillow()
    return image.convert("RGBA")


def answer(header, pixels=b""):
    text = json.dumps(header).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(text)) + text + pixels)
    sys.stdout.buffer.flush()


while True:
    length = sys.stdin.buffer.read(4)
    if len(length) < 4:
        break
    file = sys.stdin.buffer.read(struct.unpack(">I", length)[0])
    try:
        image = decode(file)
        answer({"width": image.width, "height": image.height}, image.tobytes())
    except BaseException as error:
        answer({"error": f"{type(error).__name__}: {error}"})
