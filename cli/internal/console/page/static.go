package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed static
var staticFiles embed.FS

// file is a static file of the console. It does not change while the console runs.
type file struct {
	text []byte
	etag string
}

// Static returns the handler of /static/: the style sheet and the scripts of this
// package, and the scripts of the pages. Browsers cache the files, but revalidate them on
// every request, because a new binary may contain other files.
func Static(scripts ...fs.FS) (http.Handler, error) {
	own, err := fs.Sub(staticFiles, "static")
	if err != nil {
		return nil, fmt.Errorf("open the folder static: %w", err)
	}

	files := map[string]file{} // by name, without a folder

	for _, folder := range append([]fs.FS{own}, scripts...) {
		if err := addFiles(files, folder); err != nil {
			return nil, err
		}
	}

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/static/")

		found, there := files[name]
		if !there {
			http.NotFound(w, r)

			return
		}

		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", found.etag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(found.text))
	}), nil
}

// addFiles adds the files of a folder and its subfolders. It returns an error if two files
// have the same name, because all files are served directly under /static/.
func addFiles(files map[string]file, folder fs.FS) error {
	return fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}

		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return fmt.Errorf("read the static file %s: %w", name, err)
		}

		base := path.Base(name)
		if _, twice := files[base]; twice {
			return fmt.Errorf("the static file %s exists twice", base)
		}

		sum := sha256.Sum256(text)
		files[base] = file{text: text, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}

		return nil
	})
}
