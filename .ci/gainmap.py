"""Make JPEGs with an HDR gain map, as phones and programs write them, and compare
them with their masters, with libultrahdr.

gainmap.py make FOLDER              write the sources
gainmap.py check SOURCES MASTERS    check each source that libultrahdr reads: its master,
                                    MASTERS/{name}.jpg/original.jpg, must decode to the
                                    same HDR pixels, and both images of the master must
                                    have no metadata except those of the gain map

It needs imagecodecs and numpy; check also needs exiftool.
"""
import json
import pathlib
import struct
import subprocess
import sys

import imagecodecs
import numpy

SECRET = b"SECRET-DATA"  # a part of all metadata that must be removed

HDRGM = "http://ns.adobe.com/hdr-gain-map/1.0/"
CONTAINER = "http://ns.google.com/photos/1.0/container/"
ISO = b"urn:iso:std:iso:ts:21496:-1\0"


def encoded(scale):
    """Return libultrahdr's JPEG of a small image: the file, the primary and the gain map."""
    height, width = 48, 64
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float32)
    pixels = numpy.ones((height, width, 4), numpy.float16)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = x / width * 4, y / height * 3, 0.5
    pixels[8:24, 8:24, :3] = 6
    data = imagecodecs.ultrahdr_encode(pixels, level=90, scale=scale)
    end = data.index(b"\xff\xd9") + 2
    return data, data[:end], data[end:]


def segments(picture):
    """Return each segment before the first scan as (marker, payload), and the rest as bytes."""
    found, at = [], 2
    while True:
        marker, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4], "big")
        if marker == 0xDA:
            return found, picture[at:]
        found.append((marker, picture[at + 4 : at + 2 + length]))
        at += 2 + length


def segment(marker, payload):
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def bare(picture):
    """Return a JPEG without its start of image, and without metadata of gain maps."""
    found, rest = segments(picture)
    kept = [s for s in found if not s[1].startswith((ISO, b"MPF\0")) and s[0] != 0xFE]
    return b"".join(segment(*s) for s in kept) + rest


def iso_payload(picture):
    found, _ = segments(picture)
    return next(p[len(ISO) :] for _, p in found if p.startswith(ISO))


def exif(orientation, order="<"):
    """Return an EXIF segment with a camera's name, a maker note, and a GPS position."""
    def entry(tag, kind, count, value):
        return struct.pack(order + "HHI", tag, kind, count) + value

    long = lambda value: struct.pack(order + "I", value)
    ifd0, gps_at = 8, 8 + 2 + 5 * 12 + 4
    inner_at = gps_at + 2 + 2 * 12 + 4
    data_at = inner_at + 2 + 12 + 4
    text = SECRET + b"\0"
    block = (b"II*\0" if order == "<" else b"MM\0*") + long(ifd0)
    block += struct.pack(order + "H", 5)
    block += entry(0x010F, 2, len(text), long(data_at))
    block += entry(0x0112, 3, 1, struct.pack(order + "HH", orientation, 0))
    block += entry(0x0131, 2, len(text), long(data_at))
    block += entry(0x8769, 4, 1, long(inner_at))
    block += entry(0x8825, 4, 1, long(gps_at))
    block += long(0)
    block += struct.pack(order + "H", 2) + entry(1, 2, 2, b"N\0\0\0") + entry(2, 5, 3, long(data_at + 16)) + long(0)
    block += struct.pack(order + "H", 1) + entry(0x927C, 7, len(text), long(data_at)) + long(0)
    block += text.ljust(16, b"\0") + struct.pack(order + "6I", 52, 1, 31, 1, 1234, 100)
    return segment(0xE1, b"Exif\0\0" + block)


def packet(inner, attributes=""):
    """Return an XMP segment that also names its creator. The creator is an element only
    if inner has elements: libultrahdr ignores the attributes of a packet with elements."""
    creator = "<dc:creator><rdf:Seq><rdf:li>SECRET-DATA</rdf:li></rdf:Seq></dc:creator>" if inner else ""
    text = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="SECRET-DATA">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="SECRET-DATA" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:hdrgm="{HDRGM}" xmlns:Container="{CONTAINER}" xmlns:Item="{CONTAINER}item/" '
        f'dc:source="SECRET-DATA" {attributes}>'
        f"{creator}{inner}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    text = f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n{text}\n{" " * 200}\n<?xpacket end="w"?>'
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + text.encode())


SCALARS = (
    'hdrgm:Version="1.0" hdrgm:GainMapMin="0" hdrgm:GainMapMax="2.5" hdrgm:Gamma="1" hdrgm:OffsetSDR="0.015625" '
    'hdrgm:OffsetHDR="0.015625" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="2.5" hdrgm:BaseRenditionIsHDR="False"'
)
LISTS = "".join(
    f"<hdrgm:{name}><rdf:Seq>" + "".join(f"<rdf:li>{value}</rdf:li>" for value in values) + f"</rdf:Seq></hdrgm:{name}>"
    for name, values in [("GainMapMin", ("-0.5", "0", "0.1")), ("GainMapMax", ("2.5", "2.25", "2")), ("Gamma", (1, 1.1, 1.2))]
)


def items(*entries, elements=False):
    """Return a Container:Directory, in Adobe's long form if elements is set."""
    text = ""
    for entry in entries:
        if elements:
            fields = "".join(f"<Item:{name}>{value}</Item:{name}>" for name, value in entry.items())
            text += f'<rdf:li rdf:parseType="Resource"><Container:Item rdf:parseType="Resource">{fields}</Container:Item></rdf:li>'
        else:
            fields = " ".join(f'Item:{name}="{value}"' for name, value in entry.items())
            text += f'<rdf:li rdf:parseType="Resource"><Container:Item {fields}/></rdf:li>'
    return f"<Container:Directory><rdf:Seq>{text}</rdf:Seq></Container:Directory>"


def index(order, pictures):
    """Return the MPF segment. Its pictures are (attribute, size, offset from its TIFF header)."""
    block = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    block += struct.pack(order + "H", 3)
    block += struct.pack(order + "HHI", 0xB000, 7, 4) + b"0100"
    block += struct.pack(order + "HHII", 0xB001, 4, 1, len(pictures))
    block += struct.pack(order + "HHII", 0xB002, 7, 16 * len(pictures), 50)
    block += struct.pack(order + "I", 0)
    for attribute, size, offset in pictures:
        block += struct.pack(order + "IIIHH", attribute, size, offset, 0, 0)
    return segment(0xE2, b"MPF\0" + block)


def assembled(before, after, primary, behind, order=">", off=0):
    """Return a file with an MPF index between its segments. behind is a list of (bytes, indexed)."""
    count = 1 + sum(indexed for _, indexed in behind)
    length = len(index(order, [(0, 0, 0)] * count))
    head = 2 + len(before)
    size = head + length + len(after) + len(primary)
    pictures, at = [(0x20030000, size, 0)], size
    for data, indexed in behind:
        if indexed:
            pictures.append((0, len(data), at - (head + 8) + off))
        at += len(data)
    return b"\xff\xd8" + before + index(order, pictures) + after + primary + b"".join(data for data, _ in behind)


def sources():
    made = {}
    raw, first, second = encoded(4)
    primary, gain, metadata = bare(first), bare(second), iso_payload(second)
    versions = segment(0xE2, ISO + bytes(4))
    described = segment(0xE2, ISO + metadata)
    private = exif(1) + segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04" + SECRET) + segment(0xFE, SECRET)
    mp4 = b"\0\0\0\x18ftypmp42" + SECRET * 20
    jpeg = lambda *parts: b"\xff\xd8" + b"".join(parts)

    def directory(length, *more, primary_padding=0, **kw):
        one = {"Semantic": "Primary", "Mime": "image/jpeg"}
        if primary_padding:
            one["Padding"] = primary_padding
        return items(one, {"Semantic": "GainMap", "Mime": "image/jpeg", "Length": length}, *more, **kw)

    version = 'hdrgm:Version="1.0"'
    xmp_map = jpeg(packet("", SCALARS), gain)
    iso_map = jpeg(described, gain)

    made["libultrahdr"] = raw
    made["iso"] = assembled(b"", versions, primary, [(iso_map, True)])
    made["iso-private"] = assembled(private, versions, primary, [(jpeg(private, described, gain), True)], "<")
    made["xmp"] = assembled(packet(directory(len(xmp_map)), version), b"", primary, [(xmp_map, True)], "<")

    both = jpeg(exif(3, ">"), packet("", SCALARS), described, private, gain)
    made["both"] = assembled(exif(6) + packet(directory(len(both)), version), versions, primary, [(both, True)])

    motion = {"Semantic": "MotionPhoto", "Mime": "video/mp4", "Length": len(mp4)}
    camera = ' xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1"'
    made["pixel"] = assembled(
        exif(1) + packet(directory(len(both), motion), version + camera), versions, primary, [(both, True), (mp4, False)])

    made["samsung"] = assembled(
        exif(6), packet(directory(len(xmp_map)), version) + private, primary,
        [(xmp_map, True), (b"\0\0\x01\x0a" + SECRET + b"SEFT", False)], "<")

    whole, full_first, full_second = encoded(1)
    c2pa = b"JP\0\x01\0\0\0\x01" + struct.pack(">I", 200) + b"jumb" + struct.pack(">I", 38) + b"jumdc2pa" + bytes(12) + b"\x03c2pa\0" + SECRET
    long_map = jpeg(packet(LISTS, 'hdrgm:Version="1.0" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="2.5"'), described, bare(full_second))
    made["adobe"] = assembled(
        exif(1, ">") + packet(directory(len(long_map), elements=True), version) + segment(0xEB, c2pa), versions + private,
        bare(full_first), [(long_map, True)])

    preview = jpeg(exif(1), primary)
    made["apple"] = assembled(exif(6, ">"), versions, primary, [(preview, True), (iso_map, True), (preview, True)])

    value = struct.unpack(">14I", metadata[5:])
    own = bytearray(metadata)
    own[4] = 0
    made["own-space"] = assembled(b"", versions, primary, [(jpeg(segment(0xE2, ISO + bytes(own)), gain), True)])

    lists = [value[4:], value[4:6] + (value[6] // 2, value[7]) + value[8:], value[4:]]
    three = metadata[:4] + b"\xc0" + struct.pack(">4I", *value[:4]) + b"".join(struct.pack(">10I", *one) for one in lists)
    made["channels"] = assembled(b"", versions, primary, [(jpeg(segment(0xE2, ISO + three), gain), True)])

    common = metadata[:4] + b"\x48" + struct.pack(">8I", 1000, 0, 2500, 0, 2500, 1000, 15, 15)
    made["common"] = assembled(b"", versions, primary, [(jpeg(segment(0xE2, ISO + common), gain), True)])

    made["later-writer"] = assembled(b"", versions, primary, [
        (jpeg(segment(0xE2, ISO + b"\0\0\0\x05" + metadata[4:] + SECRET), gain), True)])

    made["container"] = jpeg(
        packet(directory(len(xmp_map), primary_padding=40), version), primary, bytes(40), xmp_map)
    made["stale-index"] = assembled(b"", versions, primary, [(iso_map, True)], off=-7)
    made["no-index"] = jpeg(versions, primary, iso_map)
    return made


def dropped():
    """Return sources whose gain map cannot be kept."""
    _, first, second = encoded(4)
    primary, gain, metadata = bare(first), bare(second), iso_payload(second)
    apple = segment(0xE1, b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
                    b'<rdf:Description rdf:about="" xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/" HDRGainMap:HDRGainMapVersion="65536"/></rdf:RDF></x:xmpmeta>')
    return {"apple-only": assembled(exif(6, ">"), b"", primary, [(b"\xff\xd8" + apple + gain, True)])}


def make(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in (sources() | dropped()).items():
        (folder / f"{name}.jpg").write_bytes(data)


ALLOWED = ("ExifTool", "System", "File", "Composite", "JFIF", "ICC", "MPF0", "MPImage", "XMP-hdrgm", "XMP-GContainer", "XMP-Container", "IFD0:Orientation", "XMP-x:XMPToolkit")


def left(data):
    """Return the metadata that exiftool finds in a picture and that are not allowed."""
    out = subprocess.run(["exiftool", "-j", "-G1", "-a", "-"], input=data, capture_output=True, check=True).stdout
    return [tag for tag in json.loads(out)[0] if not tag.startswith(ALLOWED) and tag != "SourceFile"]


def hdr(data):
    try:
        return imagecodecs.ultrahdr_decode(data)
    except imagecodecs.UltrahdrError as err:
        return str(err)


def check(folder, masters):
    wrong, read = [], 0
    for path in sorted(pathlib.Path(folder).glob("*.jpg")):
        source, master = path.read_bytes(), pathlib.Path(masters, path.name, "original.jpg").read_bytes()
        before, after = hdr(source), hdr(master)
        if path.stem in dropped():
            continue
        if path.stem == "apple":  # libultrahdr reads only the second image.
            before = hdr(path.with_name("iso.jpg").read_bytes())
        if isinstance(before, str):
            wrong.append(f"{path.name}: libultrahdr does not read the source: {before}")
        elif isinstance(after, str):
            wrong.append(f"{path.name}: libultrahdr does not read the master: {after}")
        elif not numpy.array_equal(before, after):
            wrong.append(f"{path.name}: the pixels differ by up to {numpy.abs(before.astype(float) - after).max()}")
        elif before[..., :3].max() < 2:
            wrong.append(f"{path.name}: not brighter than white")
        read += 1
    for path in sorted(pathlib.Path(masters).glob("*/original.jpg")):
        data = path.read_bytes()
        pictures = [data]
        if (end := data.index(b"\xff\xd9") + 2) < len(data):
            pictures.append(data[end:])
        if SECRET in data:
            wrong.append(f"{path.parent.name}: private data are left")
        for number, picture in enumerate(pictures):
            if tags := left(picture):
                wrong.append(f"{path.parent.name}, picture {number}: exiftool finds {tags}")
    if wrong or not read:
        sys.exit("\n".join(wrong or ["no sources"]))
    print(f"{read} masters decode to the HDR pixels of their originals, and have no other metadata")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
