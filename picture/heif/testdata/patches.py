"""Writes planes of 12 patches, each of one luma and two chroma values, for x265."""
import struct, sys
W, H = 64, 48
# Values of the full range of 8 bits, within or nearly within the gamut of every matrix.
P = [(16,128,128),(235,128,128),(128,128,128),(81,90,200),(145,70,60),(60,200,110),
     (180,150,100),(100,100,160),(200,110,140),(50,140,120),(120,160,90),(160,90,150)]
def plane(i, w, h, bits):
    out = bytearray()
    for y in range(h):
        for x in range(w):
            v = P[(y*3//h)*4 + x*4//w][i] << (bits-8)
            if bits > 8: out += struct.pack('<H', v + (1 if bits > 8 else 0))
            else: out.append(v)
    return out
for name, cw, ch, bits in [('420-8',32,24,8),('444-8',64,48,8),('422-8',32,48,8),('420-10',32,24,10)]:
    with open(name+'.yuv','wb') as f:
        for _ in range(1):
            f.write(plane(0,W,H,bits)+plane(1,cw,ch,bits)+plane(2,cw,ch,bits))
