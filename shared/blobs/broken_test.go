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

// A connection may break before the first byte of an object, or in the middle of the object.
// The store must return a Transient error in both cases, so that the caller retries. If the
// error looked like the end of the file, the image would be rejected as truncated.
func TestStore_Open_brokenConnectionIsTransient(t *testing.T) {
	for name, begun := range map[string]bool{"before the response": false, "during the response": true} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write(make([]byte, 10))

			if flusher, ok := w.(http.Flusher); ok && begun {
				flusher.Flush()
			}

			panic(http.ErrAbortHandler) // With this panic, net/http closes the connection.
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
