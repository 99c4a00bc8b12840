package console

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/shared/errorcode"
	"triptych/shared/keys"
)

// served are the content types that are served unchanged: none of them can contain a
// script.
var served = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"}

var errNoPicture = &statusError{http.StatusNotFound, "The image does not exist", "It may have been erased."}

// picture serves one object of the variants bucket, which never changes.
func (c *Console) picture(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("path")
	if !strings.Contains(key, keys.Folder("")) {
		return errNoPicture
	}

	out, err := c.stack.S3.GetObject(r.Context(), &s3.GetObjectInput{Bucket: &c.stack.Stack.VariantsBucket, Key: &key})
	if code := errorcode.APICode(err); code == "NoSuchKey" || code == "AccessDenied" {
		return errNoPicture
	}

	if err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}

	defer out.Body.Close()

	kind := aws.ToString(out.ContentType)
	if !slices.Contains(served, kind) {
		return errNoPicture
	}

	header := w.Header()
	header.Set("Content-Type", kind)
	header.Set("Content-Length", strconv.FormatInt(aws.ToInt64(out.ContentLength), 10))
	header.Set("Cache-Control", "private, max-age=31536000, immutable")

	_, _ = io.Copy(w, out.Body) // The client may have disconnected.

	return nil
}
