package lambda

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// stored is a function that a client has created, as it is stored.
type stored struct {
	Name      string
	Latest    version
	Published []version // Ascending.
	Last      int       // The number of the newest version that was published.
	Aliases   map[string]storedAlias
	Policy    []permission
	Revision  string // Of the policy.
	Tags      map[string]string
	Reserved  *int                   // Concurrent executions; nil means no reservation.
	Async     map[string]asyncPolicy // By qualifier.
}

// version is the code and the configuration of $LATEST or of a published version.
type version struct {
	Number       string // "$LATEST" or "1".
	Description  string
	Role         string
	Handler      string
	Runtime      string
	Architecture string
	Seconds      int // The time limit.
	MemoryMB     int
	EphemeralMB  int
	Environment  map[string]string
	Logging      loggingDocument
	Tracing      string
	CodeSHA256   string // Of the zip, in base64.
	CodeBytes    int64  // Of the zip.
	Folder       string // Of the code, below Creation.Dir.
	Modified     string
	Revision     string
}

// touch records a change of a version.
func (v *version) touch() {
	v.Modified, v.Revision = time.Now().UTC().Format("2006-01-02T15:04:05.000+0000"), uuid.NewString()
}

// storedAlias is a name of a version.
type storedAlias struct {
	Version     string
	Description string
	Revision    string
}

// versions returns all versions, $LATEST first.
func (f *stored) versions() []version { return append([]version{f.Latest}, f.Published...) }

// version returns the version that a qualifier means, or nil.
func (f *stored) version(qualifier string) *version {
	if qualifier == "" || qualifier == latest {
		return &f.Latest
	}

	if alias, known := f.Aliases[qualifier]; known {
		qualifier = alias.Version
	}

	if qualifier == latest {
		return &f.Latest
	}

	at := slices.IndexFunc(f.Published, func(one version) bool { return one.Number == qualifier })
	if at < 0 {
		return nil
	}

	return &f.Published[at]
}

// publish publishes $LATEST as a version, and returns it. If nothing has changed since the
// newest version, it returns that version.
// https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
func (f *stored) publish(description string) version {
	made := f.Latest
	if description != "" {
		made.Description = description
	}

	if count := len(f.Published); count > 0 {
		newest, same := f.Published[count-1], made
		same.Number, same.Modified, same.Revision = newest.Number, newest.Modified, newest.Revision

		if description == "" {
			same.Description = newest.Description
		}

		if fmt.Sprint(same) == fmt.Sprint(newest) {
			return newest
		}
	}

	f.Last++
	made.Number, made.Revision = strconv.Itoa(f.Last), uuid.NewString()
	f.Published = append(f.Published, made)

	return made
}

// clone returns a copy that shares nothing with the original.
func (f *stored) clone() (stored, error) {
	var copied stored

	text, err := json.Marshal(f)
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}

	if err != nil {
		return stored{}, fmt.Errorf("copy the function %s: %w", f.Name, err)
	}

	return copied, nil
}

// functionOf returns a version as the pool runs it.
func (s *Service) functionOf(name string, v version) *Function {
	f := &Function{
		Name: name, Executable: filepath.Join(s.config.Creation.Dir, v.Folder, "bootstrap"), Env: v.Environment,
		Timeout: time.Duration(v.Seconds) * time.Second, MemoryMB: v.MemoryMB, LogGroup: v.Logging.LogGroup, role: v.Role, version: v.Number,
	}

	return f
}
