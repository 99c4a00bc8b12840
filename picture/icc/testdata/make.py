from PIL import Image, ImageCms
import struct, io, json
def s15(x): return struct.pack('>i',int(round(x*65536)))
def lab(c,m,y,k):
    # A plausible press: each CMYK channel multiplies the light in an XYZ similar to linear RGB.
    import math
    def f(t): return t**(1/3) if t>216/24389 else (24389/27*t+16)/116
    r=(1-.92*c)*(1-.10*m)*(1-.03*y)*(1-.96*k); g=(1-.30*c)*(1-.88*m)*(1-.06*y)*(1-.96*k); b=(1-.12*c)*(1-.45*m)*(1-.90*y)*(1-.95*k)
    r,g,b=r*r,g*g,b*b
    X=.4361*r+.3851*g+.1431*b; Y=.2225*r+.7169*g+.0606*b; Z=.0139*r+.0971*g+.7141*b
    fx,fy,fz=f(X/.9642),f(Y),f(Z/.8249)
    return 116*fy-16,500*(fx-fy),200*(fy-fz)
def table(kind,g=5):
    n=[i/(g-1) for i in range(g)]
    wide=kind==b'mft2'
    head=kind+b'\0\0\0\0'+bytes([4,3,g,0])+b''.join(s15(x) for x in (1,0,0,0,1,0,0,0,1))
    body=b''
    def num(v): 
        v=max(0,min(1,v)); return struct.pack('>H',int(round(v*65535))) if wide else bytes([int(round(v*255))])
    if wide:
        head+=struct.pack('>HH',16,16)
        for ch in range(4): 
            for i in range(16): body+=num((i/15)**(1.0+.1*ch))
    else:
        for ch in range(4):
            for i in range(256): body+=num((i/255)**(1.0+.1*ch))
    for c in n:
        for m in n:
            for y in n:
                for k in n:
                    L,a,b=lab(c,m,y,k)
                    if wide: body+=b''.join(num(v) for v in (L/100*65280/65535,(a+128)*256/65535,(b+128)*256/65535))
                    else: body+=b''.join(num(v) for v in (L/100,(a+128)/255,(b+128)/255))
    pts=16 if wide else 256
    for ch in range(3):
        for i in range(pts): body+=num(i/(pts-1))
    return head+body
def profile(space,pcs,cls,tags):
    tt=[]; data=b''; off=128+4+12*len(tags)
    for sig,d in tags:
        tt.append((sig,off+len(data),len(d))); data+=d; data+=b'\0'*(-len(data)%4)
    h=bytearray(128); struct.pack_into('>I',h,0,off+len(data)); h[8]=2; h[9]=0x10; h[12:16]=cls; h[16:20]=space; h[20:24]=pcs; h[36:40]=b'acsp'
    h[24:36]=struct.pack('>6H',2026,1,1,0,0,0)
    h[68:80]=s15(.9642)+s15(1)+s15(.8249)
    return bytes(h)+struct.pack('>I',len(tags))+b''.join(s+struct.pack('>II',o,l) for s,o,l in tt)+data
def desc(t): t=t.encode(); return b'desc\0\0\0\0'+struct.pack('>I',len(t)+1)+t+b'\0'+b'\0'*78
xyz=lambda x,y,z:b'XYZ \0\0\0\0'+s15(x)+s15(y)+s15(z)
common=[(b'desc',desc('test')),(b'cprt',b'text\0\0\0\0none\0'),(b'wtpt',xyz(.9642,1,.8249))]
files={}
for k in (b'mft1',b'mft2'):
    t=table(k); files['cmyk-%s.icc'%k.decode()]=profile(b'CMYK',b'Lab ',b'prtr',common+[(b'A2B0',t)])
curv=lambda g:b'curv\0\0\0\0'+struct.pack('>IH',1,int(g*256))
files['adobe.icc']=profile(b'RGB ',b'XYZ ',b'mntr',common+[(b'rXYZ',xyz(.60974,.31111,.01947)),(b'gXYZ',xyz(.20528,.62567,.06087)),(b'bXYZ',xyz(.14919,.06322,.74457)),(b'rTRC',curv(2.19921875)),(b'gTRC',curv(2.19921875)),(b'bTRC',curv(2.19921875))])
pts=[int(65535*(i/40)**1.8) for i in range(41)]
files['gray.icc']=profile(b'GRAY',b'XYZ ',b'mntr',common+[(b'kTRC',b'curv\0\0\0\0'+struct.pack('>I',41)+b''.join(struct.pack('>H',p) for p in pts))])
import sys
try: files['p3.icc']=open('p3.icc','rb').read()
except: pass
srgb=ImageCms.createProfile('sRGB')
out={}
for n,d in files.items():
    open(n,'wb').write(d)
    p=ImageCms.ImageCmsProfile(io.BytesIO(d))
    mode={'c':'CMYK','g':'L'}.get(n[0],'RGB')
    px=[]
    lv=[0,1,31,64,100,128,180,222,254,255]
    if mode=='L': px=[(v,) for v in range(0,256,5)]
    elif mode=='RGB': px=[(r,g,b) for r in lv[::2]+[255] for g in lv[1::2] for b in lv[::3]]
    else: px=[(c,m,y,k) for c in lv[::3] for m in lv[1::4] for y in (0,90,255) for k in (0,60,200,255)]
    im=Image.new(mode,(len(px),1)); im.putdata([q[0] for q in px] if mode=='L' else px)
    o=ImageCms.profileToProfile(im,p,srgb,renderingIntent=1,outputMode='RGB',flags=0x0040|0x0100) # NOCACHE | NOOPTIMIZE
    out[n]=[[list(a),list(b)] for a,b in zip(px,o.getdata())]
json.dump(out,open('littlecms.json','w'),separators=(',',':'))
print({k:(len(v),v[:2],v[-1]) for k,v in out.items()}); print({n:len(d) for n,d in files.items()}); print(ImageCms.core.littlecms_version)
