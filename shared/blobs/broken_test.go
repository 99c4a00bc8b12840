package blobs_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/shared/blobs"
	"triptych/shared/errorcode"
)

// A broken connection, before an object or in the middle of it, is not the end of the
// file. The request is retried, and no image is reported as truncated.
func TestStore_Open_brokenConnectionIsTransient(t *testing.T) {
	for name, begun := range map[string]bool{"before the answer": false, "in its middle": true} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write(make([]byte, 10))

			if flusher, ok := w.(http.Flusher); ok && begun {
				flusher.Flush()
			}

			panic(http.ErrAbortHandler) // This is how net/http cuts a connection.
		}))
		t.Cleanup(server.Close)

		store := blobs.New(aws.Config{
			Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Credentials: aws.AnonymousCredentials{},
			RetryMaxAttempts: 1,
		})

		for way, read := range map[string]func() error{
			"whole": func() error {
				_, _, err := store.Get(t.Context(), "uploads", "cat.jpg", "", 1000)

				return err
			},
			"streamed": func() error {
				body, err := store.Open(t.Context(), "uploads", "cat.jpg", "")
				if err != nil {
					return err
				}
				defer body.Close()

				_, err = io.Copy(io.Discard, body)

				return err
			},
			"in parts": func() error {
				_, err := store.ReaderAt(t.Context(), "uploads", "cat.jpg", "", 100).ReadAt(make([]byte, 50), 0)

				return err
			},
		} {
			t.Run(way+", "+name, func(t *testing.T) {
				if err := read(); !errorcode.Is(err, errorcode.Transient) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}
