package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// answered sends the text and keeps the connection open; hangUp closes the sending side.
func (l *fixture) answered(t *testing.T, text string, hangUp bool) (*http.Response, string, time.Duration) {
	t.Helper()

	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(l.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()

	begun := time.Now()
	_ = connection.SetDeadline(begun.Add(time.Minute))

	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}

	if hangUp {
		_ = connection.(*net.TCPConn).CloseWrite()
	}

	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()

	body, _ := io.ReadAll(response.Body)

	return response, string(body), time.Since(begun)
}

// TestUploadThatIsNotFinished checks that an upload that its client does not finish is
// reported as the client's error, not as S3's.
func TestUploadThatIsNotFinished(t *testing.T) {
	l := newFixture(t)
	host := strings.TrimPrefix(l.url, "http://")

	begin := func(method, path, framing, body string) string {
		return method + " " + l.presigned(t, method, host, path, nil).URL.RequestURI() + " HTTP/1.1\r\nHost: " + host + "\r\n" + framing + "\r\n\r\n" + body
	}

	part := strings.Repeat("x", 100_000)

	for name, c := range map[string]struct {
		text   string
		hangUp bool
		code   string
	}{
		"a put that is cut off":         {begin("PUT", "/"+uploads+"/a", "Content-Length: 1000000", part), true, "IncompleteBody"},
		"a put that is cut off at once": {begin("PUT", "/"+uploads+"/a", "Content-Length: 1000000", ""), true, "IncompleteBody"},
		"a put that stops":              {begin("PUT", "/"+uploads+"/a", "Content-Length: 1000000", part), false, "RequestTimeout"},
		"a put that never begins":       {begin("PUT", "/"+uploads+"/a", "Content-Length: 1000000", ""), false, "RequestTimeout"},
	} {
		t.Run(name, func(t *testing.T) {
			response, body, _ := l.answered(t, c.text, c.hangUp)
			if response.StatusCode != http.StatusBadRequest || !strings.Contains(body, "<Code>"+c.code+"</Code>") {
				t.Errorf("%d %s, want 400 %s", response.StatusCode, body, c.code)
			}
		})
	}
}

// TestJSONBodies checks that the body of a JSON request is not read for an unknown
// caller, and that reading it is limited in size and time.
func TestJSONBodies(t *testing.T) {
	l := newFixture(t)
	host := strings.TrimPrefix(l.url, "http://")

	request := func(accessKey, secretKey, hash string, signedHash string, length int) string {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url+"/", nil)
		if err != nil {
			t.Fatal(err)
		}

		r.Header.Set("X-Amz-Target", "AWSStepFunctions.DescribeStateMachine")

		if hash != "" {
			r.Header.Set("X-Amz-Content-Sha256", hash)
		}

		err = v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey},
			r, signedHash, "states", "us-east-1", time.Now())
		if err != nil {
			t.Fatal(err)
		}

		text := "POST / HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: " + fmt.Sprint(length) + "\r\n"
		for name := range r.Header {
			text += name + ": " + r.Header.Get(name) + "\r\n"
		}

		return text + "\r\n{"
	}

	hash := strings.Repeat("0", 64)

	for name, c := range map[string]struct {
		text   string
		hangUp bool
		status int
		code   string
		quick  bool // Answered before a missing body could be noticed.
	}{
		"an unknown key":             {request("nobody", "x", "", hash, 1000), false, 403, "UnrecognizedClientException", true},
		"a wrong secret with a hash": {request("test", "wrong", hash, hash, 1000), false, 403, "InvalidSignatureException", true},
		"an announced flood":         {request("test", "test", "", hash, 1<<30), false, 413, "RequestEntityTooLargeException", true},
		"a body that stops":          {request("test", "test", "", hash, 1000), false, 408, "RequestTimeoutException", false},
		"a body that is cut off":     {request("test", "test", "", hash, 1000), true, 400, "SerializationException", true},
	} {
		t.Run(name, func(t *testing.T) {
			response, body, took := l.answered(t, c.text, c.hangUp)
			if response.StatusCode != c.status || !strings.Contains(body, c.code) {
				t.Errorf("%d %s, want %d %s", response.StatusCode, body, c.status, c.code)
			}

			if c.quick && took >= bodyIdle {
				t.Errorf("answered after %v: the body was waited for", took)
			}
		})
	}
}
