"""Writes tables.json: profiles with tables, and the colors that LittleCMS (Pillow's ImageCms)
computes with each of them, for the perceptual intent into its own sRGB, without optimization."""
import base64, io, itertools, json, random, struct
from PIL import Image, ImageCms

random.seed(7)
s15 = lambda x: struct.pack('>i', int(round(x * 65536)))
xyz = lambda *v: b'XYZ \0\0\0\0' + b''.join(map(s15, v))
pad = lambda b: b + b'\0' * (-len(b) % 4)
WHITE = (.9642, 1, .8249)


def device(space, v):
    """Returns the light of a plausible device's channels in XYZ."""
    if space == b'GRAY':
        r = g = b = .002 + .998 * v[0] ** 1.9
        b *= .9  # Tinted.
    elif space == b'RGB ':
        r, g, b = (.004 + .996 * x ** 2.2 for x in v)
    else:
        c, m, y, k = v
        r = ((1 - .92 * c) * (1 - .10 * m) * (1 - .03 * y) * (1 - .9 * k)) ** 2
        g = ((1 - .30 * c) * (1 - .88 * m) * (1 - .06 * y) * (1 - .9 * k)) ** 2
        b = ((1 - .12 * c) * (1 - .45 * m) * (1 - .90 * y) * (1 - .9 * k)) ** 2
    return (.4361 * r + .3851 * g + .1431 * b, .2225 * r + .7169 * g + .0606 * b, .0139 * r + .0971 * g + .7141 * b)


def encoded(pcs, light, old):
    if pcs == b'XYZ ':
        return [v * 32768 / 65535 for v in light]
    f = [(lambda t: t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116)(v / w) for v, w in zip(light, WHITE)]
    lab = 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])
    if old:
        return [lab[0] / 100 * 65280 / 65535, (lab[1] + 128) * 256 / 65535, (lab[2] + 128) * 256 / 65535]
    return [lab[0] / 100, (lab[1] + 128) / 255, (lab[2] + 128) / 255]


def numbers(values, wide):
    values = [max(0, min(1, v)) for v in values]
    return b''.join(struct.pack('>H', round(v * 65535)) if wide else bytes([round(v * 255)]) for v in values)


def nodes(space, pcs, grid, old, wide):
    out = b''
    for place in itertools.product(*(range(n) for n in grid)):
        light = device(space, [p / (n - 1) for p, n in zip(place, grid)])
        out += numbers([v + random.uniform(-.01, .01) for v in encoded(pcs, light, old)], wide)
    return out


def mft(space, pcs, points, wide):
    n = {b'RGB ': 3, b'CMYK': 4, b'GRAY': 1}[space]
    head = (b'mft2' if wide else b'mft1') + b'\0\0\0\0' + bytes([n, 3, points, 0]) + b''.join(s15(x) for x in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    many = 20 if wide else 256
    if wide:
        head += struct.pack('>HH', many, many)
    first = b''.join(numbers([(i / (many - 1)) ** (1 + .1 * ch) for i in range(many)], wide) for ch in range(n))
    last = b''.join(numbers([(i / (many - 1)) ** (1 + .01 * ch) for i in range(many)], wide) for ch in range(3))
    return head + first + nodes(space, pcs, [points] * n, wide, wide) + last


def curv(*v):
    return pad(b'curv\0\0\0\0' + struct.pack('>I', len(v)) + b''.join(struct.pack('>H', x) for x in v))


def para(kind, *v):
    return b'para\0\0\0\0' + struct.pack('>HH', kind, 0) + b''.join(map(s15, v))


FIRST = [para(0, 1.2), para(1, 1.1, .9, .1), curv(*(round(65535 * (i / 30) ** .9) for i in range(31))), para(4, 1.1, .95, .05, .5, .08, 0, 0)]
MIDDLE = [para(3, 1.05, .96, .04, .9, .05), curv(256), para(2, 1.02, .98, .01, .005)]
LAST = [curv(), para(0, 1.02), curv(0, 33000, 65535)]
MATRIX = b''.join(s15(x) for x in (.98, .01, .01, 0, .99, .01, .01, 0, .98, .002, .001, 0))


def mab(space, pcs, grid, wide, parts='ACMxB'):
    out = bytearray(32)
    out[:4], out[8], out[9] = b'mAB ', len(grid), 3

    def add(at, data):
        struct.pack_into('>I', out, at, len(out))
        out.extend(pad(data))
    if 'B' in parts:
        add(12, b''.join(LAST))
    if 'x' in parts:
        add(16, MATRIX)
    if 'M' in parts:
        add(20, b''.join(MIDDLE))
    if 'C' in parts:
        add(24, bytes(grid) + bytes(16 - len(grid)) + bytes([2 if wide else 1, 0, 0, 0]) + nodes(space, pcs, grid, False, wide))
    if 'A' in parts:
        add(28, b''.join(FIRST[:len(grid)]))
    return bytes(out)


def profile(space, pcs, version, tags):
    mluc = lambda t: b'mluc\0\0\0\0' + struct.pack('>II', 1, 12) + b'enUS' + struct.pack('>II', 2 * len(t), 28) + t.encode('utf-16-be')
    desc = lambda t: b'desc\0\0\0\0' + struct.pack('>I', len(t) + 1) + t.encode() + b'\0' + b'\0' * 78
    tags = [(b'desc', mluc('t') if version > 3 else desc('t')), (b'wtpt', xyz(*WHITE))] + tags
    table, data, start = b'', b'', 132 + 12 * len(tags)
    for name, content in tags:
        table += name + struct.pack('>II', start + len(data), len(content))
        data += pad(content)
    head = bytearray(128)
    struct.pack_into('>I', head, 0, start + len(data))
    head[8], head[12:24], head[36:40] = version, (b'prtr' if space == b'CMYK' else b'mntr') + space + pcs, b'acsp'
    head[24:36], head[68:80] = struct.pack('>6H', 2026, 1, 1, 0, 0, 0), b''.join(map(s15, WHITE))
    return bytes(head) + struct.pack('>I', len(tags)) + table + data


SHAPED = [(b'rXYZ', xyz(.60974, .31111, .01947)), (b'gXYZ', xyz(.20528, .62567, .06087)), (b'bXYZ', xyz(.14919, .06322, .74457))] + [
    (c + b'TRC', curv(563)) for c in (b'r', b'g', b'b')]
GRIDS = {b'RGB ': (5, 4, 6), b'CMYK': (3, 4, 2, 3), b'GRAY': (5,)}
made = {}
for space, grid in GRIDS.items():
    for pcs in (b'Lab ', b'XYZ '):
        for wide in (False, True):
            name = f"{space.decode().strip()} {pcs.decode().strip()} {16 if wide else 8}"
            made['mAB ' + name] = profile(space, pcs, 4, [(b'A2B0', mab(space, pcs, grid, wide))])
            if pcs == b'Lab ' or wide:
                made['mft ' + name] = profile(space, pcs, 2, [(b'A2B0', mft(space, pcs, 3 if space == b'CMYK' else 5, wide))])
rgb = lambda parts: mab(b'RGB ', b'XYZ ', (4, 4, 4), True, parts)
made['mAB RGB without A, M and matrix'] = profile(b'RGB ', b'XYZ ', 4, [(b'A2B0', rgb('CB'))])
made['mAB RGB without a grid'] = profile(b'RGB ', b'XYZ ', 4, [(b'A2B0', rgb('MxB'))])
made['mAB RGB of last curves alone'] = profile(b'RGB ', b'XYZ ', 4, [(b'A2B0', rgb('B'))])
made['RGB of a table and a matrix'] = profile(b'RGB ', b'XYZ ', 4, [(b'A2B0', rgb('ACMxB'))] + SHAPED)
made['RGB of a table and a matrix, version 2'] = profile(b'RGB ', b'XYZ ', 2, [(b'A2B0', mft(b'RGB ', b'XYZ ', 4, True))] + SHAPED)
made['RGB of two tables'] = profile(b'RGB ', b'XYZ ', 4, [(b'A2B0', rgb('CB')), (b'A2B1', rgb('MxB'))])
made['RGB of two tables and a matrix'] = profile(b'RGB ', b'XYZ ', 4, [(b'A2B0', rgb('CB')), (b'A2B1', rgb('ACMxB'))] + SHAPED)
made['RGB of a colorimetric table and a matrix'] = profile(b'RGB ', b'XYZ ', 2, [(b'A2B1', mft(b'RGB ', b'XYZ ', 4, True))] + SHAPED)

levels = [0, 1, 40, 77, 128, 200, 254, 255]
out = {}
for name, data in made.items():
    mode = {b'RGB ': 'RGB', b'CMYK': 'CMYK', b'GRAY': 'L'}[data[16:20]]
    n = {'RGB': 3, 'CMYK': 4, 'L': 1}[mode]
    pixels = [(v,) for v in range(0, 256, 5)] if n == 1 else [tuple(random.choice(levels + [random.randrange(256)]) for _ in range(n)) for _ in range(60)] + [(0,) * n, (255,) * n]
    image = Image.new(mode, (len(pixels), 1))
    image.putdata([p[0] for p in pixels] if n == 1 else pixels)
    shown = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(data)), ImageCms.createProfile('sRGB'),
                                      renderingIntent=ImageCms.Intent.PERCEPTUAL, outputMode='RGB', flags=0x0040 | 0x0100)
    out[name] = {'profile': base64.b64encode(data).decode(), 'colors': [[list(a), list(b)] for a, b in zip(pixels, shown.getdata())]}
json.dump(out, open('tables.json', 'w'), separators=(',', ':'))
