// Package variant serves variants from their bucket. The console's pages do not load
// images from the CDN, because the CDN may require signatures, or may not exist.
package variant

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/target"
	"triptych/shared/errorcode"
	"triptych/shared/keys"
)

// served lists the content types that the console serves. Images of these types cannot
// contain scripts.
var served = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"}

var errNotFound = page.NewError(http.StatusNotFound, "The image does not exist", "It may have been erased.")

// path is the URL path of the variants.
const path = "/picture"

// URL converts an object's URL on the CDN to the URL at which the console serves the same
// object.
func URL(public string) string {
	parsed, err := url.Parse(public)
	if err != nil {
		return ""
	}

	return path + parsed.EscapedPath()
}

// Routes returns the route of the variants.
func Routes(site *page.Site) page.Routes {
	return page.Routes{
		"GET " + path + "/{path...}": func(w http.ResponseWriter, r *http.Request) error { return serve(site.Stack, w, r) },
	}
}

// serve sends one object of the variants bucket. Browsers cache the object without
// revalidation, because the objects of this bucket never change.
func serve(stack *target.Target, w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("path")
	if !strings.Contains(key, keys.Folder("")) {
		return errNotFound
	}

	out, err := stack.S3.GetObject(r.Context(), &s3.GetObjectInput{Bucket: &stack.Stack.VariantsBucket, Key: &key})
	if code := errorcode.APICode(err); code == "NoSuchKey" || code == "AccessDenied" {
		return errNotFound
	}

	if err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}

	defer out.Body.Close()

	kind := aws.ToString(out.ContentType)
	if !slices.Contains(served, kind) {
		return errNotFound
	}

	header := w.Header()
	header.Set("Content-Type", kind)
	header.Set("Content-Length", strconv.FormatInt(aws.ToInt64(out.ContentLength), 10))
	header.Set("Cache-Control", "private, max-age=31536000, immutable")

	_, _ = io.Copy(w, out.Body) // The client may have disconnected.

	return nil
}
