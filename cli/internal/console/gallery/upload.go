package gallery

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/display"
	"triptych/cli/internal/transfer"
	"triptych/shared/keys"
)

// upload receives one file as the body of the request, and streams it to the uploads bucket
// without storing it. The outcome of the upload is sent later, in an event of the gallery.
// The event has the id that the page has chosen for the upload.
func (p *Page) upload(w http.ResponseWriter, r *http.Request) error {
	key, id := r.URL.Query().Get("key"), r.URL.Query().Get("id")

	if err := keys.Validate(key); err != nil {
		return answerUpload(w, http.StatusUnprocessableEntity, transfer.Refused(err))
	}

	limit := p.limit.bytes(r.Context())

	switch {
	case r.ContentLength < 0:
		return page.NewError(http.StatusLengthRequired, "The upload has no length", "Send it with a Content-Length.")
	case r.ContentLength > limit:
		return answerUpload(w, http.StatusRequestEntityTooLarge, transfer.Result{
			Status: "REJECTED", Code: "TOO_MANY_BYTES", Variants: []transfer.Variant{},
			Reason: fmt.Sprintf("it has %s; the recipe allows %s", display.Bytes(r.ContentLength), display.Bytes(limit)),
		})
	}

	begun := p.site.Now()

	out, err := p.site.Stack.S3.PutObject(r.Context(), &s3.PutObjectInput{
		Bucket: &p.site.Stack.Stack.UploadsBucket, Key: &key,
		Body: http.MaxBytesReader(w, r.Body, limit), ContentLength: &r.ContentLength,
		ContentType: aws.String(contentType(r)),
	}, streamed)
	if err != nil {
		return fmt.Errorf("upload %s: %w", key, err)
	}

	sent := transfer.Upload{
		Key: key, VersionID: aws.ToString(out.VersionId), ETag: strings.Trim(aws.ToString(out.ETag), `"`), Begun: begun,
	}

	p.site.Go(func(ctx context.Context) {
		result := p.follower.Outcome(ctx, sent)
		result.Key = key
		p.outcomes.send(uploadOutcome{ID: id, Result: result})
	})

	return answerUpload(w, http.StatusOK, transfer.Result{Key: key, Status: transfer.Uploaded, Variants: []transfer.Variant{}})
}

// streamed sets the options for a body that can be read only once. The hash of such a body is
// unknown before it is sent, so the signature does not include it, even over plain HTTP.
func streamed(o *s3.Options) {
	o.APIOptions = append(o.APIOptions, v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware)
	o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	o.RetryMaxAttempts = 1 // The body cannot be read again, so the page retries.
}

// contentType returns the type for S3. The pipeline checks the bytes.
func contentType(r *http.Request) string {
	if kind := r.Header.Get("Content-Type"); strings.HasPrefix(kind, "image/") {
		return kind
	}

	return "application/octet-stream"
}

func answerUpload(w http.ResponseWriter, code int, result transfer.Result) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)

	if err := json.NewEncoder(w).Encode(result); err != nil {
		return nil //nolint:nilerr // The client has disconnected.
	}

	return nil
}
