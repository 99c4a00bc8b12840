"""Write malformed.json: GIF files with one defect each, and the pixels of the first
frame as Pillow shows them. No test runs this script; it needs Python and Pillow."""
import base64
import io
import itertools
import json
import os
import struct
import zlib

import PIL
from PIL import Image

WIDTH, HEIGHT = 12, 9
PALETTE = bytes(v for i in range(8) for v in (17 + 29 * i, 250 - 31 * i, 40 * i % 256))
LOCAL = bytes(v for i in range(8) for v in (255 - 30 * i, 9 + 30 * i, 99))


class Codes:
    """An LZW encoder that writes one code per pixel and never uses longer strings."""

    def __init__(self, bits, clear_first=True):
        self.bits, self.out = bits, []
        self.reset()
        if clear_first:
            self.put(1 << bits)
            self.reset()

    def reset(self):
        self.width, self.next, self.first = self.bits + 1, (1 << self.bits) + 2, True

    def put(self, code):
        self.out.append((code, self.width))

    def pixel(self, value):
        self.put(value)
        self.assign()

    def assign(self):
        if not self.first and self.next < 4096:
            self.next += 1
            if self.next == 1 << self.width and self.width < 12:
                self.width += 1
        self.first = False

    def data(self):
        bits = count = 0
        for code, width in self.out:
            bits |= code << count
            count += width
        return bits.to_bytes((count + 7) // 8, "little")


def compress(pixels, bits, clear=True, end=True):
    codes = Codes(bits, clear)
    for value in pixels:
        codes.pixel(value)
    if end:
        codes.put((1 << bits) + 1)
    return codes.data()


def strings(pixels, bits):
    """LZW with strings, whose table becomes full and is never cleared again."""
    codes, table = Codes(bits), {(i,): i for i in range(1 << bits)}
    text = ()
    for value in pixels:
        if text + (value,) in table:
            text += (value,)
            continue
        codes.put(table[text])
        if codes.next < 4096 and not codes.first:
            pass
        if len(table) + 2 < 4096:
            table[text + (value,)] = len(table) + 2
        codes.assign()
        text = (value,)
    codes.put(table[text])
    codes.assign()
    codes.put((1 << bits) + 1)
    return codes.data()


def blocks(data, end=True, size=255):
    parts = [bytes([len(data[i:i + size])]) + data[i:i + size] for i in range(0, len(data), size)]
    return b"".join(parts) + (b"\0" if end else b"")


def interlace(pixels, width, height):
    rows = [y for first, step in ((0, 8), (4, 8), (2, 4), (1, 2)) for y in range(first, height, step)]
    return [v for y in rows for v in pixels[y * width:(y + 1) * width]]


def drawing(width, height, colors=8, seed=0):
    return [((x * x + 3 * y + x * y // 4 + seed) // 3) % colors for y in range(height) for x in range(width)]


def image(width, height, data, at=(0, 0), interlaced=False, local=b"", bits=3, end=True, control=None, size=255):
    made = b"" if control is None else b"\x21\xf9\x04" + struct.pack("<BHBB", *control, 0)
    flags = 0x40 * interlaced | (0x82 if local else 0)
    return made + struct.pack("<BHHHHB", 0x2C, *at, width, height, flags) + local + bytes([bits]) + blocks(data, end, size)


def file(body, screen=(WIDTH, HEIGHT), trailer=b";", version=b"GIF89a"):
    return version + struct.pack("<HHBBB", *screen, 0xF2, 0, 0) + PALETTE + body + trailer


def defects(interlaced, local, control):
    pixels = drawing(WIDTH, HEIGHT)
    stored = interlace(pixels, WIDTH, HEIGHT) if interlaced else pixels
    kind = dict(interlaced=interlaced, local=local, control=control)
    whole = compress(stored, 3)
    plain = lambda data=whole, **more: image(WIDTH, HEIGHT, data, **{**kind, **more})

    yield "sound", file(plain())
    yield "no clear code", file(plain(compress(stored, 3, clear=False)))
    yield "no end code", file(plain(compress(stored, 3, end=False)))
    yield "no end code and no trailer", file(plain(compress(stored, 3, end=False)), trailer=b"")
    yield "no trailer", file(plain(), trailer=b"")
    yield "no terminator", file(plain(end=False), trailer=b"")
    yield "sub-blocks of one byte", file(plain(size=1))
    yield "a row too much", file(plain(compress(stored + stored[:WIDTH], 3)))
    yield "bytes behind the end code", file(plain(whole + b"\x01\x02\x03"))
    yield "pixels out of the palette", file(plain(compress([v + 4 for v in stored], 4), bits=4))
    yield "codes longer than needed", file(plain(compress(stored, 8), bits=8))
    yield "codes longer than pixels", file(plain(compress(stored, 10), bits=10))
    yield "a string table that fills up", file(image(96, 90, strings(
        interlace(drawing(96, 90, 8, 5), 96, 90) if interlaced else drawing(96, 90, 8, 5), 3), **kind), screen=(96, 90))
    yield "a screen of 0 × 0", file(plain(), screen=(0, 0))
    yield "a screen of 1 × 1", file(plain(), screen=(1, 1))
    yield "a frame wider than its screen", file(plain(), screen=(WIDTH - 5, HEIGHT))
    yield "a frame beyond its screen", file(plain(at=(7, 3)))
    yield "a frame beyond its screen, 87a", file(plain(at=(7, 3)), version=b"GIF87a")
    yield "a frame in a larger screen", file(plain(at=(3, 2)), screen=(WIDTH + 9, HEIGHT + 5))
    yield "bytes before the first frame", file(b"\0\0\x77" + plain())
    yield "bytes behind the first frame", file(plain() + b"\x77\x66")
    yield "a second frame that is cut", file(plain() + plain()[:-20], trailer=b"")
    yield "a second frame that is broken", file(plain() + plain(b"\x08\xff\xff\xff\xff\xff"))
    yield "a second frame beyond the canvas", file(plain() + image(30, 30, compress(drawing(30, 30), 3)))
    yield "a control of five bytes", file(b"\x21\xf9\x05\0\0\0\0\0\0" + plain())
    yield "a comment that is cut", file(plain() + b"\x21\xfe\x20cut", trailer=b"")
    yield "a row too little", file(plain(compress(stored[:-WIDTH], 3)))
    yield "half a row too little", file(plain(compress(stored[:-WIDTH // 2], 3)))
    yield "no pixels", file(plain(b""))
    yield "a code that is not in the table", file(plain(b"\x08\xff\xff\xff\xff\xff"))


def shown(data):
    try:
        with Image.open(io.BytesIO(data)) as opened:
            opened.load()
            pixels = opened.convert("RGBA")
    except Exception as fault:  # Any exception means that Pillow does not show the file.
        return {"fault": f"{type(fault).__name__}: {fault}"}
    return {"width": pixels.width, "height": pixels.height,
            "pixels": base64.b64encode(zlib.compress(pixels.tobytes(), 9)).decode()}


def main():
    made = []
    for interlaced, local, control in itertools.product((False, True), (b"", LOCAL), (None, (1, 7, 3))):
        # control has flags, delay and transparent index
        for name, data in defects(interlaced, local, control):
            words = [name] + ["interlaced"] * interlaced + ["local palette"] * bool(local) + ["transparent"] * bool(control)
            made.append({"name": ", ".join(words), "file": base64.b64encode(data).decode(), **shown(data)})
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, "malformed.json"), "w") as out:
        json.dump({"pillow": PIL.__version__, "files": made}, out, indent=0)
        out.write("\n")
    print(len(made), "files,", sum("fault" in m for m in made), "of them rejected by Pillow")


main()
