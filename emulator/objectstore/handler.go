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
	// continueTimeout is how long an upload with Expect: 100-continue waits for the
	// server's answer.
	continueTimeout = 5 * time.Second
	// idleConnections is how many connections to the server are kept for further
	// requests.
	idleConnections = 128
)

// serverHost is the host name in requests to the server. Any name works: the transport
// always connects to the socket.
const serverHost = "s3"

// newTransport connects to the server over its socket, and adds nothing to a request: an
// additional header would invalidate its signature.
func newTransport(socket string) *http.Transport {
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

// newHandler passes requests on unchanged, except requests whose key cannot be the path
// of a file.
func newHandler(transport http.RoundTripper, logger *slog.Logger) http.Handler {
	proxy := &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme = "http"
			p.Out.URL.Host = serverHost
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
				w.Header().Set("Connection", "close") // The rest of the body is not a request.
				s3wire.WriteError(w, r, failure)

				return
			}

			if !errors.Is(err, context.Canceled) { // Otherwise the client has disconnected.
				logger.Error("S3 did not answer", "method", r.Method, "path", r.URL.Path, "error", err)
			}

			s3wire.WriteError(w, r, &s3wire.Error{
				Code: "ServiceUnavailable", Message: "Please reduce your request rate.", Status: http.StatusServiceUnavailable,
			})
		},
		ErrorLog: log.New(io.Discard, "", 0), // The errors are already logged above.
	}

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, failure := s3wire.Parse(r)
		if failure == nil {
			failure = checkStorable(request)
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

// bodyFailure is S3's answer to a client that did not send the announced body, and nil
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

// unframed reports whether the request's body has no known length, so that it is sent to
// the server in chunks. The server answers such a request before it has read the body,
// keeps the connection, and reads the rest of the body as the next request, which belongs
// to another client. Such a request therefore gets a connection of its own. For a body
// with a length, the server reads the rest or closes the connection.
//
// https://www.rfc-editor.org/rfc/rfc9112#section-6.3
func unframed(r *http.Request) bool { return r.ContentLength < 0 }

// final passes on only the last answer. An interim answer, 100 Continue, is between the
// proxy and the server; the client gets its own when its body is read.
type final struct {
	http.ResponseWriter
}

// WriteHeader implements [http.ResponseWriter].
func (f final) WriteHeader(status int) {
	if status >= http.StatusOK {
		f.ResponseWriter.WriteHeader(status)
	}
}

// Unwrap implements the interface that [http.ResponseController] expects.
func (f final) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// nothingToDelete is S3's answer to the deletion of an object that does not exist.
var nothingToDelete = &s3wire.Error{Status: http.StatusNoContent}

// checkStorable rejects a key that the file system cannot store. A read of such a key is
// answered that the object does not exist, which is true.
func checkStorable(r *s3wire.Request) *s3wire.Error {
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
