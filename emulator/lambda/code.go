package lambda

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"triptych/emulator/awsapi"
)

// Limits of a function's code.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxZipBytes      = 50 << 20
	maxUnzippedBytes = 250 << 20
	maxFiles         = 10_000 // The emulator's own limit.
)

// codeDocument is where a request takes the code from.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html
type codeDocument struct {
	ZipFile         []byte
	S3Bucket, S3Key string
	S3ObjectVersion string
	ImageURI        string `json:"ImageUri"`
}

// code is code that was unpacked.
type code struct {
	sha256 string // Of the zip, in base64.
	bytes  int64  // Of the zip.
	folder string
}

// unpack reads the code of a request into a folder, which has the name of the code's hash.
func (s *Service) unpack(ctx context.Context, from codeDocument) (code, error) {
	packed := from.ZipFile

	switch {
	case from.ImageURI != "":
		return code{}, invalidParameter("Lambda in the emulator does not run container images: send a zip file")
	case from.S3Bucket != "" && from.S3Key != "":
		var err error
		if packed, err = s.config.Creation.Object(ctx, from.S3Bucket, from.S3Key, from.S3ObjectVersion, maxUnzippedBytes); err != nil {
			return code{}, invalidParameter("Error occurred while GetObject. %v", err)
		}
	case len(packed) == 0:
		return code{}, invalidParameter("Please provide a source for function code.")
	case len(packed) > maxZipBytes:
		return code{}, &awsapi.Error{
			Code: "RequestEntityTooLargeException", Status: http.StatusRequestEntityTooLarge,
			Message: fmt.Sprintf("The zip file has %d bytes, more than %d: upload it to S3, and name its bucket and key", len(packed), maxZipBytes),
		}
	}

	hash := sha256.Sum256(packed)
	made := code{base64.StdEncoding.EncodeToString(hash[:]), int64(len(packed)), hex.EncodeToString(hash[:])}
	folder := filepath.Join(s.config.Creation.Dir, made.folder)

	if _, err := os.Stat(folder); err == nil {
		return made, nil
	}

	if err := os.MkdirAll(s.config.Creation.Dir, ownerOnlyFolder); err != nil {
		return code{}, fmt.Errorf("make the folder of code: %w", err)
	}

	unfinished, err := os.MkdirTemp(s.config.Creation.Dir, "new-")
	if err != nil {
		return code{}, fmt.Errorf("make a folder for code: %w", err)
	}

	err = unzip(packed, unfinished)
	if err == nil {
		// Another request may have unpacked the same code in the meantime.
		if err = os.Rename(unfinished, folder); errors.Is(err, os.ErrExist) {
			err = nil
		}
	}

	return made, errors.Join(err, os.RemoveAll(unfinished))
}

const (
	ownerOnlyFolder = 0o700
	executableBits  = 0o111
)

// unzip writes the files of a zip into a folder.
func unzip(packed []byte, folder string) error {
	reader, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return invalidParameter("Could not unzip uploaded file. Please check your file, then try to upload again.")
	}

	if len(reader.File) > maxFiles {
		return invalidParameter("Unzipped code has %d files: Lambda in the emulator takes at most %d", len(reader.File), maxFiles)
	}

	left := int64(maxUnzippedBytes)

	for _, file := range reader.File {
		if !filepath.IsLocal(filepath.FromSlash(file.Name)) || !file.Mode().IsRegular() && !file.Mode().IsDir() {
			return invalidParameter("Could not unzip uploaded file: %q is not the path of a file or folder within the package", file.Name)
		}

		if file.Mode().IsDir() {
			continue
		}

		written, err := extract(file, filepath.Join(folder, filepath.FromSlash(file.Name)), left)
		if err != nil {
			return err
		}

		left -= written
	}

	return nil
}

// extract writes one file of at most this many bytes.
func extract(file *zip.File, path string, most int64) (int64, error) {
	if err := os.MkdirAll(filepath.Dir(path), ownerOnlyFolder); err != nil {
		return 0, fmt.Errorf("make the folder of %s: %w", file.Name, err)
	}

	from, err := file.Open()
	if err != nil {
		return 0, invalidParameter("Could not unzip uploaded file: %s: %v", file.Name, err)
	}

	defer from.Close()

	const ownerReads, ownerWrites = 0o400, 0o200

	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, ownerReads|ownerWrites|file.Mode().Perm()&executableBits) //nolint:gosec // The path is local.
	if err != nil {
		return 0, invalidParameter("Could not unzip uploaded file: %s: %v", file.Name, err)
	}

	written, err := io.Copy(to, io.LimitReader(from, most+1))
	if err := errors.Join(err, to.Close()); err != nil {
		return 0, invalidParameter("Could not unzip uploaded file: %s: %v", file.Name, err)
	}

	if written > most {
		return 0, invalidParameter("Unzipped size must be smaller than %d bytes", maxUnzippedBytes)
	}

	return written, nil
}

// removeCode removes the code that no version uses. The registry is locked. A folder that
// cannot be removed is removed after a later deletion.
func (r *registry) removeCode() {
	used := map[string]bool{}

	for _, f := range r.functions {
		for _, one := range f.versions() {
			used[one.Folder] = true
		}
	}

	folders, _ := os.ReadDir(r.service.config.Creation.Dir)
	for _, folder := range folders {
		if name := folder.Name(); !used[name] && len(name) == hex.EncodedLen(sha256.Size) {
			_ = os.RemoveAll(filepath.Join(r.service.config.Creation.Dir, name))
		}
	}
}

func invalidParameter(format string, args ...any) error {
	return awsapi.Errorf("InvalidParameterValueException", format, args...)
}
