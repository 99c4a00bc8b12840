package clientbody_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"triptych/emulator/clientbody"
)

func TestBound(t *testing.T) {
	const idle = time.Second

	ends := make(chan error, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bounded, done := clientbody.Bound(w, r, idle)
		defer done()

		if r.URL.Path == "/whole" {
			clientbody.Within(bounded, 2*idle)
		}

		_, err := io.Copy(io.Discard, bounded.Body)
		ends <- err

		if err != nil {
			return
		}

		time.Sleep(idle + idle/2) // The time for an answer has no limit.

		if r.Context().Err() != nil {
			t.Error("the deadline of the body has ended the request")
		}
	}))
	t.Cleanup(server.Close)

	for name, c := range map[string]struct {
		path   string
		length int
		pause  time.Duration // between two bytes
		bytes  int
		hangUp bool
		want   error
	}{
		"a whole body":           {"/", 10, 0, 10, false, nil},
		"a slow body":            {"/", 10, idle / 5, 10, false, nil},
		"a body that stops":      {"/", 10, 0, 3, false, clientbody.ErrSlow},
		"a body that is cut off": {"/", 10, 0, 3, true, clientbody.ErrIncomplete},
		"a body that takes long": {"/whole", 20, idle / 5, 20, false, clientbody.ErrSlow},
	} {
		t.Run(name, func(t *testing.T) {
			connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(server.URL, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()

			_, _ = fmt.Fprintf(connection, "PUT %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", c.path, c.length)

			for range c.bytes {
				time.Sleep(c.pause)

				_, _ = io.WriteString(connection, "x")
			}

			if c.hangUp {
				_ = connection.(*net.TCPConn).CloseWrite()
			}

			if err := <-ends; !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}

			if c.want != nil {
				return
			}

			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil || response.StatusCode != http.StatusOK {
				t.Errorf("%v %v", response, err)
			}
		})
	}
}
