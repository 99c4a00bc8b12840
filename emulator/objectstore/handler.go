package objectstore

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"time"

	"triptych/emulator/clientbody"
	"triptych/emulator/objectstore/s3wire"
)

const (
	// continueTimeout is how long an upload with Expect: 100-continue waits for
	// the server's word.
	continueTimeout = 5 * time.Second
	// idleConnections to the server are kept for the next requests.
	idleConnections = 128
)

// newTransport reaches the server over its socket, and adds nothing to a
// request: a header more, and its signature would no longer hold.
func newTransport() *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
		DisableCompression:    true,
		ExpectContinueTimeout: continueTimeout,
		MaxIdleConns:          idleConnections,
		MaxIdleConnsPerHost:   idleConnections,
	}
}

// newHandler passes requests on as they came, but for those whose key cannot be
// a file's path.
func newHandler(transport http.RoundTripper, logger *slog.Logger) http.Handler {
	proxy := &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme = "http"
			p.Out.URL.Host = "s3"                  // For the transport, which dials the socket whatever it is.
			p.Out.URL.RawQuery = p.In.URL.RawQuery // As it was signed.
			p.Out.Host = p.In.Host
			p.Out.Close = unframed(p.In)
		},
		ModifyResponse: func(answer *http.Response) error {
			s3wire.Identify(answer.Header) // The server writes its IDs twice into some answers.

			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if failure := bodyFailure(cmp.Or(clientbody.Failure(r), err)); failure != nil {
				w.Header().Set("Connection", "close") // The rest of the body is no request.
				s3wire.WriteError(w, r, failure)

				return
			}

			if !errors.Is(err, context.Canceled) { // Else the client has gone.
				logger.Error("S3 did not answer", "method", r.Method, "path", r.URL.Path, "error", err)
			}

			s3wire.WriteError(w, r, &s3wire.Error{
				Code: "ServiceUnavailable", Message: "Please reduce your request rate.", Status: http.StatusServiceUnavailable,
			})
		},
		ErrorLog: log.New(io.Discard, "", 0), // What it has to say is said above.
	}

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, failure := s3wire.Parse(r)
		if failure == nil {
			failure = holdable(request)
		}

		switch failure {
		case nil:
			proxy.ServeHTTP(final{w}, r)
		case nothingToDelete:
			s3wire.Identify(w.Header())
			w.WriteHeader(http.StatusNoContent)
		default:
			s3wire.WriteError(w, r, failure)
		}
	})
}

// bodyFailure is S3's answer to a client that did not send the body it announced, nil
// for every other failure.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
func bodyFailure(err error) *s3wire.Error {
	switch {
	case errors.Is(err, clientbody.ErrSlow):
		return &s3wire.Error{
			Code: "RequestTimeout", Status: http.StatusBadRequest,
			Message: "Your socket connection to the server was not read from or written to within the timeout period. " +
				"Idle connections will be closed.",
		}
	case errors.Is(err, clientbody.ErrIncomplete):
		return &s3wire.Error{
			Code: "IncompleteBody", Status: http.StatusBadRequest,
			Message: "You did not provide the number of bytes specified by the Content-Length HTTP header.",
		}
	default:
		return nil
	}
}

// unframed tells whether the request's body has no known length, and so goes to the
// server in chunks. The server answers such a request before it has read the body, keeps
// the connection, and takes the rest of the body for the next request, which is another
// client's. So its connection is for this request only. Of a body with a length, the
// server reads the rest or closes the connection.
//
// https://www.rfc-editor.org/rfc/rfc9112#section-6.3
func unframed(r *http.Request) bool { return r.ContentLength < 0 }

// final passes on the last answer only. An interim one, 100 Continue, is between
// the proxy and the server; the client gets its own when its body is read.
type final struct {
	http.ResponseWriter
}

// WriteHeader implements [http.ResponseWriter].
func (f final) WriteHeader(status int) {
	if status >= http.StatusOK {
		f.ResponseWriter.WriteHeader(status)
	}
}

// Unwrap serves [http.ResponseController].
func (f final) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// nothingToDelete stands for S3's answer to deleting what doesn't exist.
var nothingToDelete = &s3wire.Error{Status: http.StatusNoContent}

// holdable refuses a key that cannot be held. What reads it is told that there
// is no such object, which is true.
func holdable(r *s3wire.Request) *s3wire.Error {
	missing := &s3wire.Error{Code: "NoSuchKey", Message: "The specified key does not exist.", Status: http.StatusNotFound}

	if r.Source != nil && s3wire.CheckKey(r.Source.Key) != nil {
		return missing
	}

	if r.Key == "" {
		return nil
	}

	failure := s3wire.CheckKey(r.Key)

	switch {
	case failure == nil || r.Method == http.MethodPut || r.Method == http.MethodPost:
		return failure
	case r.Method == http.MethodDelete:
		return nothingToDelete
	default:
		return missing
	}
}
