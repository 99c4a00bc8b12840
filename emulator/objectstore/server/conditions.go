package server

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/versity/versitygw/s3err"

	"triptych/emulator/objectstore/s3wire"
)

// conditions are the conditional headers of a read (RFC 9110, 13.1; S3 API Reference,
// GetObject). A nil field is no condition.
type conditions struct {
	match, noneMatch           *string
	modifiedSince, notModified *time.Time
}

// check returns the error of a condition that does not hold for an object. A date in a
// header has whole seconds, so the object's time is compared in whole seconds too.
func (c conditions) check(etag *string, modified *time.Time) error {
	tag, at := unquote(etag), aws.ToTime(modified).Truncate(time.Second)

	switch {
	case c.match != nil && !lists(*c.match, tag, strong):
		return s3err.GetPreconditionFailedErr(s3err.ConditionIfMatch)
	case c.match == nil && c.notModified != nil && at.After(*c.notModified):
		return s3err.GetPreconditionFailedErr(s3err.ConditionIfUnmodifiedSince)
	case c.noneMatch != nil && lists(*c.noneMatch, tag, weak),
		c.noneMatch == nil && c.modifiedSince != nil && !at.After(*c.modifiedSince):
		return s3err.GetAPIError(s3err.ErrNotModified)
	}

	return nil
}

// Comparisons of ETags (RFC 9110, 8.8.3.2): in a strong comparison, a weak tag never
// equals another tag.
const (
	strong = false
	weak   = true
)

// lists reports whether a header's list of ETags contains a tag. Clients of S3 also send
// tags without quotes.
func lists(header, tag string, weakly bool) bool {
	return slices.ContainsFunc(strings.Split(header, ","), func(one string) bool {
		one = strings.TrimSpace(one)

		if rest, isWeak := strings.CutPrefix(one, "W/"); isWeak {
			if !weakly {
				return false
			}

			one = rest
		}

		return one == "*" || strings.Trim(one, `"`) == tag
	})
}

// missingKey is S3's error for a key without an object.
func missingKey() error {
	return wireError(&s3wire.Error{Code: "NoSuchKey", Message: "The specified key does not exist.", Status: http.StatusNotFound})
}
