// Package render applies a recipe to local files. It uses the limits, the metadata
// removal and the image engine of the pipeline, without AWS.
package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"triptych/picture"
	"triptych/picture/metadata"
	"triptych/shared/errorcode"
	"triptych/shared/recipe"
)

// The statuses of a [Result].
const (
	Ready    = "READY"
	Rejected = "REJECTED"
	Failed   = "FAILED"
)

// Result is the outcome of one file. As JSON, it is the output of `triptych render`.
type Result struct {
	File   string `json:"file"`
	Status string `json:"status"`
	// Code is the public code of the rejection.
	Code     string    `json:"code"`
	Reason   string    `json:"reason"`
	Original Original  `json:"original"`
	Variants []Variant `json:"variants"`
	// Millis is the time for making all variants, with one decoding. It is the shortest
	// time of all repetitions, because other processes can only make a run slower.
	Millis float64 `json:"millis"`
}

// Original is the file without its metadata. The pipeline calls it the master.
type Original struct {
	Path string `json:"path"`
	// Width and Height are in pixels, after EXIF orientation is applied.
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`
}

// Variant is one finished variant.
type Variant struct {
	Name        string `json:"name"`
	Path        string `json:"path"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`
	// Millis is the time for making only this variant, including the decoding, as the
	// pipeline does. It is the shortest time of all repetitions. It is measured only if
	// repetitions are requested.
	Millis float64 `json:"millis,omitempty"`
	// Alternatives are the same image in other formats.
	Alternatives []Alternative `json:"alternatives,omitempty"`
}

// Alternative is another file of a variant.
type Alternative struct {
	Path        string `json:"path"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`
}

// Renderer applies one recipe to files.
type Renderer struct {
	Recipe recipe.Recipe
	// Out is the output folder: {Out}/{file name}/{variant}.{extension}.
	Out string
	// Repeat is for measuring times. File makes all variants together, and each variant
	// separately, Repeat times. If Repeat is 0, it makes all variants together once, and
	// no variant separately.
	Repeat int
}

// File renders one file. If the file is rejected, or cannot be read or written, the result
// says so. File returns an error only if ctx has ended.
func (r *Renderer) File(ctx context.Context, path string) (Result, error) {
	result := Result{File: path, Status: Ready, Variants: []Variant{}}

	err := r.render(ctx, path, &result)
	if ctx.Err() != nil {
		return result, ctx.Err()
	}

	if err != nil {
		result.Status, result.Reason = Failed, err.Error()
	}

	if rejection, ok := errorcode.Of(err); ok {
		result.Status, result.Code, result.Reason = Rejected, rejection.Code.Public(), rejection.Reason
	}

	return result, nil
}

func (r *Renderer) render(ctx context.Context, path string, result *Result) error {
	source, info, err := r.read(path)
	if err != nil {
		return err
	}

	var master picture.Output

	err = picture.Within(ctx, r.Recipe.Limits.MaxSeconds, func(ctx context.Context) (err error) {
		master, _, err = picture.Clean(ctx, info.Format, r.Recipe.Master, bytes.NewReader(source), int64(len(source)))

		return err
	})
	if err != nil {
		return fmt.Errorf("sanitize: %w", err)
	}

	// Make all variants before the first write, so that a rejected file has no output.
	outputs, millis, err := r.make(ctx, master.Data, r.Recipe.Variants...)
	if err != nil {
		return err
	}

	result.Millis = millis

	folder := filepath.Join(r.Out, filepath.Base(path))
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // The images are not secret.
		return fmt.Errorf("create the folder: %w", err)
	}

	original := filepath.Join(folder, "original."+master.Extension)
	if err := write(original, master.Data); err != nil {
		return err
	}

	width, height := info.Upright()
	result.Original = Original{
		Path: original, Width: width, Height: height, Bytes: int64(len(master.Data)), ContentType: master.ContentType,
	}

	for i, output := range outputs {
		made, err := r.keep(folder, r.Recipe.Variants[i].Name, output)
		if err != nil {
			return err
		}

		if r.Repeat > 0 {
			if _, made.Millis, err = r.make(ctx, master.Data, r.Recipe.Variants[i]); err != nil {
				return err
			}
		}

		result.Variants = append(result.Variants, made)
	}

	return nil
}

// keep writes the files of a variant.
func (r *Renderer) keep(folder, name string, output picture.Output) (Variant, error) {
	made := Variant{
		Name: name, Path: filepath.Join(folder, name+"."+output.Extension), Width: output.Width, Height: output.Height,
		Bytes: int64(len(output.Data)), ContentType: output.ContentType,
	}

	if err := write(made.Path, output.Data); err != nil {
		return Variant{}, err
	}

	for _, other := range output.Alternatives {
		path := filepath.Join(folder, name+"."+other.Extension)
		if err := write(path, other.Data); err != nil {
			return Variant{}, err
		}

		made.Alternatives = append(made.Alternatives, Alternative{
			Path: path, Width: other.Width, Height: other.Height, Bytes: int64(len(other.Data)), ContentType: other.ContentType,
		})
	}

	return made, nil
}

// read reads a file and checks it against the limits, as Validate does.
func (r *Renderer) read(path string) ([]byte, metadata.Info, error) {
	file, err := os.Open(path) //nolint:gosec // The user chose the file.
	if err != nil {
		return nil, metadata.Info{}, fmt.Errorf("open the file: %w", cause(err))
	}
	defer file.Close()

	stat, err := file.Stat()
	if err != nil {
		return nil, metadata.Info{}, fmt.Errorf("stat the file: %w", cause(err))
	}

	if !stat.Mode().IsRegular() {
		return nil, metadata.Info{}, errNotRegular
	}

	limits, size := r.Recipe.Limits, stat.Size()
	if err := limits.CheckBytes(size); err != nil {
		return nil, metadata.Info{}, err
	}

	info, err := metadata.Inspect(file, size)
	if err != nil {
		return nil, metadata.Info{}, fmt.Errorf("inspect: %w", err)
	}

	width, height := info.Upright()
	if err := r.Recipe.Check(string(info.Format), width, height, info.Frames); err != nil {
		return nil, metadata.Info{}, err
	}

	// Read only size bytes: if the file grows, the limit still applies.
	source, err := io.ReadAll(io.NewSectionReader(file, 0, size))
	if err != nil {
		return nil, metadata.Info{}, fmt.Errorf("read the file: %w", cause(err))
	}

	return source, info, nil
}

var errNotRegular = errors.New("it is not a regular file")

// make makes variants with one decoding. It repeats this as often as requested, and returns
// the shortest time in milliseconds.
func (r *Renderer) make(ctx context.Context, master []byte, wants ...recipe.Variant) (made []picture.Output, millis float64, err error) {
	fastest := time.Duration(-1)

	for range max(1, r.Repeat) {
		begun := time.Now()

		err = picture.Within(ctx, r.Recipe.Limits.MaxSeconds, func(ctx context.Context) (err error) {
			made, err = picture.Process(ctx, master, wants...)

			return err
		})
		if err != nil {
			return nil, 0, fmt.Errorf("make the variants: %w", err)
		}

		if took := time.Since(begun); fastest < 0 || took < fastest {
			fastest = took
		}
	}

	return made, float64(fastest.Round(100*time.Microsecond)) / float64(time.Millisecond), nil
}
