package edge

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ReadRequest is the event's request of an HTTP request: the path exactly as it
// was sent, where it is UTF-8.
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

	delete(read.Headers, "cookie") // They are on their own.

	read.Headers["host"] = Field{Value: r.Host}

	// net/http has taken these two out of the headers. HTTP/1.1 has one of them
	// with any body; a length of 0 is sent by those that know it.
	switch {
	case r.ContentLength > 0 || r.ContentLength == 0 && r.Header.Get("Content-Length") != "":
		read.Headers["content-length"] = Field{Value: strconv.FormatInt(r.ContentLength, 10)}
	case r.ContentLength < 0:
		read.Headers["transfer-encoding"] = Field{Value: "chunked"}
	}

	return read
}

// utf8Text is a value as a function gets it. CloudFront takes what is not UTF-8 for
// ISO-8859-1, and converts it (Restrictions on all edge functions, "URI, query
// string, and headers encoding").
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

// Target is a request's path and query as they stood on its first line.
func Target(r *http.Request) (path, query string) {
	target := r.RequestURI
	if target == "" { // Made by hand, as tests do.
		target = r.URL.RequestURI()
	}

	// A proxy's form, scheme and host before the path.
	if _, rest, absolute := strings.Cut(target, "://"); absolute && !strings.HasPrefix(target, "/") {
		_, after, _ := strings.Cut(rest, "/")
		target = "/" + after
	}

	path, query, _ = strings.Cut(target, "?")

	return path, query
}

// ReadHeaders are an HTTP header's fields.
func ReadHeaders(header http.Header) Fields {
	fields := make(Fields, len(header))

	for name, values := range header {
		for _, value := range values {
			fields.add(strings.ToLower(name), value)
		}
	}

	return fields
}

// WriteHeaders is the HTTP header of fields.
func WriteHeaders(fields Fields) http.Header {
	header := make(http.Header, len(fields))

	for name, field := range fields {
		header[http.CanonicalHeaderKey(name)] = field.Values()
	}

	return header
}
