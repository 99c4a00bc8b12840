package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestBodyOfOneRequestIsNeverReadAsAnother sends chunked bodies of requests that are
// answered before the body is read. The rest of a body must never be read as the
// beginning of another client's request.
func TestBodyOfOneRequestIsNeverReadAsAnother(t *testing.T) {
	l := newFixture(t)
	l.put(t, uploads, "k", "x")

	said := &logBuffer{}

	log.SetOutput(said)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })

	address := strings.TrimPrefix(l.url, "http://")

	clients := 1000
	if testing.Short() {
		clients = 200
	}

	const smuggled = "GET /" + uploads + "/smuggled HTTP/1.1\r\nHost: s3\r\n\r\n"

	chunked := func(request, body string) string {
		return request + " HTTP/1.1\r\nHost: " + address + "\r\nTransfer-Encoding: chunked\r\n" +
			"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	}

	presigned := func(method, path string) string {
		return method + " " + l.presigned(t, method, address, path, nil).URL.RequestURI()
	}

	good := presigned("GET", "/"+uploads+"/k") + " HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n"
	attacks := []string{
		chunked("POST /"+uploads, smuggled),
		chunked("POST /"+uploads, strings.Repeat("a", 70_000)),
		chunked(presigned("PUT", "/"+uploads+"/a"), smuggled),
		chunked(presigned("DELETE", "/"+uploads+"/missing"), smuggled),
		chunked(presigned("GET", "/"+uploads+"/missing"), smuggled),
		chunked(presigned("PUT", "/no-such-bucket/a"), smuggled),
		strings.Replace(chunked(presigned("PUT", "/"+uploads+"/a"), smuggled), "0\r\n\r\n", "", 1), // The body never ends.
		presigned("PUT", "/no-such-bucket/a") + " HTTP/1.1\r\nHost: " + address + "\r\nContent-Length: " +
			fmt.Sprint(len(smuggled)) + "\r\n\r\n" + smuggled,
		presigned("PUT", "/"+uploads+"/a") + " HTTP/1.1\r\nHost: " + address + "\r\nContent-Length: 100000\r\n\r\n" + smuggled, // The body is cut off.
	}

	var (
		wait  sync.WaitGroup
		slots = make(chan struct{}, 64)
	)

	for i := range clients {
		slots <- struct{}{}

		wait.Go(func() {
			defer func() { <-slots }()

			if i%2 == 0 {
				raw(t, address, attacks[i/2%len(attacks)])

				return
			}

			if status, body := raw(t, address, good); status != http.StatusOK || body != "x" {
				t.Errorf("client %d: %d %q, want its own object", i, status, body)
			}
		})
	}

	wait.Wait()

	// Go's transport logs this for an answer that belongs to none of its requests.
	if text := said.String(); strings.Contains(text, "Unsolicited") {
		t.Errorf("%d answers of the object store belong to no request; the first: %.200s", strings.Count(text, "Unsolicited"), text)
	}
}

// logBuffer collects the output of the standard logger.
type logBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *logBuffer) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.text.Write(text)
}

func (s *logBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.text.String()
}

// raw sends text over a connection of its own, and returns the answer. A status of 0
// means that there was no answer.
func raw(t *testing.T, address, text string) (int, string) {
	t.Helper()

	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Error(err)

		return 0, ""
	}
	defer connection.Close()

	_ = connection.SetDeadline(time.Now().Add(time.Minute))

	if _, err := io.WriteString(connection, text); err != nil {
		return 0, ""
	}

	if strings.Contains(text, "Content-Length: 100000") || !strings.HasSuffix(text, "0\r\n\r\n") && strings.Contains(text, "chunked") {
		_ = connection.(*net.TCPConn).CloseWrite() // The body ends here.
	}

	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()

	body, _ := io.ReadAll(response.Body)

	return response.StatusCode, string(body)
}
