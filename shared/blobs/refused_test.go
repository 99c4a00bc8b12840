package blobs_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/shared/blobs"
	"triptych/shared/errorcode"
)

// An original that S3 does not return is rejected; the execution does not fail.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
func TestStore_refusedOriginals(t *testing.T) {
	tests := map[string]struct {
		status        int
		code, message string
		want          errorcode.Code
	}{
		"archived": {http.StatusForbidden, "InvalidObjectState", "The operation is not valid for the object's storage class", errorcode.Archived},
		"encrypted by SSE-C": {http.StatusBadRequest, "InvalidRequest",
			"The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.", errorcode.EncryptedByCustomer},
		"another invalid request": {http.StatusBadRequest, "InvalidRequest", "Missing required header for this request", ""},
		"denied":                  {http.StatusForbidden, "AccessDenied", "Access Denied", ""},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", test.code, test.message)
			}))
			defer server.Close()

			store := blobs.Of(s3.New(s3.Options{
				BaseEndpoint: aws.String(server.URL), UsePathStyle: true, Region: "us-east-1",
				Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
			}))

			if _, _, err := store.Get(t.Context(), "uploads", "a.jpg", "", 1000); err == nil || errorcode.CodeOf(err) != test.want {
				t.Errorf("Get: %v", err)
			}

			reader := store.ReaderAt(t.Context(), "uploads", "a.jpg", "", 1000)
			if _, err := reader.ReadAt(make([]byte, 10), 0); err == nil || err == io.EOF || errorcode.CodeOf(err) != test.want {
				t.Errorf("ReadAt: %v", err)
			}
		})
	}
}
