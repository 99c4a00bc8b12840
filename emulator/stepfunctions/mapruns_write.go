package stepfunctions

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions/asl"
)

// beginWrite writes the results of a Map Run.
func (s *Service) beginWrite(e *execution, write asl.Write) {
	s.beginTransfer(e, write.ID, func(ctx context.Context) func() (asl.Effects, error) {
		at, failure := s.writeResults(ctx, e.rev.RoleARN, write)

		return func() (asl.Effects, error) {
			if failure != nil {
				return e.machine().WriteFailed(e.x, write.ID, cut(failure.Error()))
			}

			return e.machine().ResultsWritten(e.x, write.ID, at)
		}
	})
}

var errNoWriter = errors.New("the Step Functions emulator has no writer of results")

// resultManifest is the manifest of written results.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
type resultManifest struct {
	DestinationBucket string
	MapRunARN         string `json:"MapRunArn"`
	ResultFiles       struct {
		Failed    []resultFile `json:"FAILED"`
		Pending   []resultFile `json:"PENDING"`
		Succeeded []resultFile `json:"SUCCEEDED"`
	}
}

type resultFile struct {
	Key  string
	Size int64
}

// writeResults writes the files of a Map Run's results, and then their manifest.
func (s *Service) writeResults(ctx context.Context, roleARN string, write asl.Write) (asl.WrittenResults, error) {
	at, prefix, err := write.Place()
	if err != nil {
		return at, err
	}

	if s.config.Writer == nil {
		return at, errNoWriter
	}

	manifest := resultManifest{DestinationBucket: at.Bucket, MapRunARN: write.MapRunARN}
	manifest.ResultFiles.Pending = []resultFile{} // Items that no child execution has are not written.

	key, err := s.mapRunKey(write.MapRunARN)
	if err != nil {
		return at, err
	}

	for _, one := range []struct {
		name      string
		succeeded bool
		files     *[]resultFile
	}{{"FAILED_0", false, &manifest.ResultFiles.Failed}, {"SUCCEEDED_0", true, &manifest.ResultFiles.Succeeded}} {
		name := prefix + one.name + "." + strings.ToLower(write.OutputType)

		*one.files, err = s.writeFile(ctx, key, one.succeeded, write, func(file io.ReadSeeker) error {
			return s.config.Writer(ctx, roleARN, at.Bucket, name, file)
		}, name)
		if err != nil {
			return at, err
		}
	}

	text, err := json.Marshal(manifest)
	if err != nil {
		return at, err
	}

	return at, s.config.Writer(ctx, roleARN, at.Bucket, at.Key, bytes.NewReader(text))
}

// writeFile writes the results of the child executions that have succeeded, or of the others,
// to a temporary file and sends it. Without such child executions there is no file.
func (s *Service) writeFile(ctx context.Context, mapRun string, succeeded bool, write asl.Write, send func(io.ReadSeeker) error, name string) ([]resultFile, error) {
	file, err := os.CreateTemp("", "results-*")
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}

	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name()) // It is a temporary file.
	}()

	out := &resultStream{to: file, lines: write.OutputType == asl.InputJSONL}

	err = s.eachChild(mapRun, func(x *asl.Execution) error {
		if ctx.Err() != nil || (x.Status() == asl.StatusSucceeded) != succeeded {
			return ctx.Err()
		}

		for _, result := range s.resultsOf(x, write.Transformation) {
			if err := out.add(result); err != nil {
				return err
			}
		}

		return nil
	})
	if err == nil {
		err = out.end()
	}

	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}

	if out.count == 0 {
		return []resultFile{}, nil
	}

	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}

	return []resultFile{{Key: name, Size: out.bytes}}, send(file)
}

// eachChild calls a function for every child execution of a Map Run, the oldest first.
func (s *Service) eachChild(mapRun string, visit func(*asl.Execution) error) error {
	var keys []string

	prefix := indexPrefix(mapRun)

	err := s.config.DB.View(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket([]byte(indexBucket)).Cursor()
		for k, _ := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = cursor.Next() {
			keys = append(keys, indexedKey(k, mapRun))
		}

		return nil
	})
	if err != nil {
		return err
	}

	for _, key := range keys {
		x, _, err := s.load(key)
		if err != nil {
			return err
		}

		if x == nil || x.Outcome() == nil {
			continue
		}

		if err := visit(x); err != nil {
			return err
		}
	}

	return nil
}

// resultStream writes values as a JSON array, or as JSON Lines.
type resultStream struct {
	to    io.Writer
	lines bool
	count int
	bytes int64
}

func (r *resultStream) add(value json.RawMessage) error {
	before := ","

	switch {
	case r.lines:
		before = ""
	case r.count == 0:
		before = "["
	}

	r.count++

	text := append([]byte(before), value...)
	if r.lines {
		text = append(text, '\n')
	}

	return r.write(text)
}

func (r *resultStream) end() error {
	if r.lines || r.count == 0 {
		return nil
	}

	return r.write([]byte("]"))
}

func (r *resultStream) write(text []byte) error {
	n, err := r.to.Write(text)
	r.bytes += int64(n)

	return err
}
