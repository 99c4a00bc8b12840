package edge

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ReadRequest converts an HTTP request to the request in the event of an edge function.
// A path in UTF-8 stays exactly as the viewer sent it.
func ReadRequest(r *http.Request) Request {
	path, query := Target(r)

	read := Request{
		Method: r.Method, URI: utf8Text(path), QueryString: Fields{}, Headers: ReadHeaders(r.Header), Cookies: Fields{},
	}

	for parameter := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(parameter, "="); name != "" {
			read.QueryString.add(name, value)
		}
	}

	for _, cookie := range r.Cookies() {
		read.Cookies.add(cookie.Name, cookie.Value)
	}

	delete(read.Headers, "cookie") // Cookies have a field of their own.

	read.Headers["host"] = Field{Value: r.Host}

	// net/http removes Transfer-Encoding from the headers of a chunked request, and sets
	// ContentLength to -1. For a request without a body it sets ContentLength to 0, even if
	// the client did not send Content-Length.
	switch {
	case r.ContentLength > 0 || r.ContentLength == 0 && r.Header.Get("Content-Length") != "":
		read.Headers["content-length"] = Field{Value: strconv.FormatInt(r.ContentLength, 10)}
	case r.ContentLength < 0:
		read.Headers["transfer-encoding"] = Field{Value: "chunked"}
	}

	return read
}

// utf8Text returns a value in the form in which an edge function receives it.
// CloudFront reads a value that is not UTF-8 as ISO-8859-1, and converts it to UTF-8
// (Restrictions on all edge functions, "URI, query string, and headers encoding").
func utf8Text(value string) string {
	if utf8.ValidString(value) {
		return value
	}

	letters := make([]rune, 0, len(value))
	for i := range len(value) {
		letters = append(letters, rune(value[i]))
	}

	return string(letters)
}

// Target returns the path and the query as they are on the first line of the request.
func Target(r *http.Request) (path, query string) {
	target := r.RequestURI
	if target == "" { // The request was not read from a connection, as in tests.
		target = r.URL.RequestURI()
	}

	// The absolute form, which clients send to a proxy, has scheme and host before the path.
	if _, rest, absolute := strings.Cut(target, "://"); absolute && !strings.HasPrefix(target, "/") {
		_, after, _ := strings.Cut(rest, "/")
		target = "/" + after
	}

	path, query, _ = strings.Cut(target, "?")

	return path, query
}

// ReadHeaders returns the fields of an HTTP header.
func ReadHeaders(header http.Header) Fields {
	fields := make(Fields, len(header))

	for name, values := range header {
		for _, value := range values {
			fields.add(strings.ToLower(name), value)
		}
	}

	return fields
}

// WriteHeaders returns the HTTP header for fields.
func WriteHeaders(fields Fields) http.Header {
	header := make(http.Header, len(fields))

	for name, field := range fields {
		header[http.CanonicalHeaderKey(name)] = field.Values()
	}

	return header
}
