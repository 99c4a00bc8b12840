package blobs_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/shared/blobs"
	"triptych/shared/errorcode"
)

// fakeStore is a store with one object of zeros. It counts requests.
type fakeStore struct {
	size     int64
	requests int
}

func (s *fakeStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests++

	var first, last int64
	if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &first, &last); err != nil || last >= s.size {
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)

		return
	}

	w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last, s.size))
	w.Header().Set("Content-Length", fmt.Sprint(last-first+1))
	w.WriteHeader(http.StatusPartialContent)
	_, _ = w.Write(make([]byte, last-first+1))
}

func (s *fakeStore) open(t *testing.T) io.ReaderAt {
	t.Helper()

	server := httptest.NewServer(s)
	t.Cleanup(server.Close)

	store := blobs.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Credentials: aws.AnonymousCredentials{},
	})

	return store.ReaderAt(t.Context(), "uploads", "film.gif", "", s.size)
}

// TestReaderAt_growingWindows checks that one request reads the header of a photo, and that
// few requests read a whole animation.
func TestReaderAt_growingWindows(t *testing.T) {
	for name, c := range map[string]struct{ size, bytes, requests int64 }{
		"a header": {100 << 20, 100 << 10, 1}, "a whole animation": {100 << 20, 100 << 20, 18}, "a small file": {1000, 1000, 1},
	} {
		t.Run(name, func(t *testing.T) {
			store := &fakeStore{size: c.size}
			file, part := store.open(t), make([]byte, 64<<10)

			for offset := int64(0); offset < c.bytes; offset += int64(len(part)) {
				part = part[:min(int64(len(part)), c.bytes-offset)]
				if n, err := file.ReadAt(part, offset); err != nil || n != len(part) {
					t.Fatalf("at %d: %d bytes, %v", offset, n, err)
				}
			}

			if int64(store.requests) != c.requests {
				t.Errorf("%d requests, want %d", store.requests, c.requests)
			}
		})
	}
}

// TestReaderAt_limitsRequests checks that a malicious file cannot cause an unlimited number
// of requests.
func TestReaderAt_limitsRequests(t *testing.T) {
	store := &fakeStore{size: 1 << 40}
	file := store.open(t)

	for place := range int64(64) {
		if _, err := file.ReadAt(make([]byte, 1), place<<33); err != nil {
			t.Fatalf("place %d: %v", place, err)
		}
	}

	if _, err := file.ReadAt(make([]byte, 1), 1<<39); !errorcode.Is(err, errorcode.Corrupt) {
		t.Errorf("got %v", err)
	}

	if store.requests != 64 {
		t.Errorf("%d requests", store.requests)
	}
}
