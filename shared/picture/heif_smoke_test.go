package picture_test
import ("testing";"os";"path/filepath";"context";"triptych/shared/picture";"triptych/shared/metadata";"bytes";"image";"time"
"triptych/shared/recipe")
func TestSmoke(t *testing.T){
 files,_:=filepath.Glob("/tmp/fx/*.*")
 f,_:=os.Open("/tmp/fx/base.png"); ref,_,_:=image.Decode(f)
 for _,p:=range files{ 
  if filepath.Ext(p)==".py"||filepath.Ext(p)==".png" {continue}
  d,_:=os.ReadFile(p)
  info,err:=metadata.Inspect(bytes.NewReader(d),int64(len(d)))
  if err!=nil{ t.Log(filepath.Base(p),err); continue}
  if info.Format.Rewritten() {continue}
  s:=time.Now()
  m,err:=picture.Master(context.Background(),d)
  if err!=nil{ t.Error(filepath.Base(p),err); continue}
  took:=time.Since(s)
  k,_:=metadata.Carried(bytes.NewReader(d),int64(len(d)))
  o,err:=picture.Process(context.Background(),m.Data,recipe.Variant{Name:"x",Width:1000,Height:1000,Fit:"inside",Format:"png"})
  if err!=nil{ t.Error(filepath.Base(p),err); continue}
  got,_,_:=image.Decode(bytes.NewReader(o[0].Data))
  q:= -1.0
  if got.Bounds()==ref.Bounds() { q=psnr(t,got,ref)}
  pr,_:=metadata.Profile(bytes.NewReader(m.Data),int64(len(m.Data)))
  t.Logf("%s %dx%d o%d %s %d %.1f dB %s %v prof %d %+v",filepath.Base(p),info.Width,info.Height,info.Orientation,m.Extension,len(m.Data),q,took,k,len(pr),info.Coding)
 }
}
