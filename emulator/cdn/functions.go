package cdn

import (
	"bytes"
	"errors"
	"maps"
	"net/http"
	"net/url"

	"triptych/emulator/cdn/edge"
)

// atEdge runs a viewer-request function. It returns the request to pass on. It returns
// false if the function, or its failure, has already produced the answer.
func (h *Handler) atEdge(function *edge.Function, w http.ResponseWriter, r *http.Request) (*http.Request, bool) {
	if function == nil {
		return r, true
	}

	changed, answer, err := function.OnRequest(h.viewerOf(r, w), edge.ReadRequest(r))

	switch {
	case err != nil:
		h.failAtEdge(w, r, err)

		return nil, false
	case answer != nil:
		send(w, answer)

		return nil, false
	}

	decoded, err := url.PathUnescape(changed.URI)
	if err != nil {
		refuse(w, http.StatusBadRequest, "no-store", "This path is not percent-encoded.")

		return nil, false
	}

	on := r.Clone(r.Context())
	on.URL.Path, on.URL.RawPath = decoded, changed.URI
	on.RequestURI = changed.URI
	on.URL.RawQuery = "" // Neither behavior forwards the query.
	on.Header = edge.WriteHeaders(changed.Headers)

	for _, ours := range []string{"Host", "Content-Length", "Transfer-Encoding"} { // net/http keeps these outside of the headers.
		on.Header.Del(ours)
	}

	return on, true
}

func (h *Handler) viewerOf(r *http.Request, w http.ResponseWriter) edge.Viewer {
	return edge.Viewer{
		IP: address(r).String(), Domain: r.Host, DistributionID: h.config.DistributionID, RequestID: w.Header().Get("X-Amz-Cf-Id"),
	}
}

// failAtEdge answers for a function that failed: 503 if it threw or took too long, 502 if
// CloudFront cannot use the returned value.
func (h *Handler) failAtEdge(w http.ResponseWriter, r *http.Request, err error) {
	h.config.Log.ErrorContext(r.Context(), "an edge function failed", "path", r.URL.Path, "error", err)

	status := http.StatusServiceUnavailable
	if failure, ok := errors.AsType[*edge.Error](err); ok {
		status = failure.Status
	}

	refuse(w, status, "no-store", "The CloudFront function associated with this path failed.")
}

// send sends an answer that a function created.
func send(w http.ResponseWriter, answer *edge.Response) {
	maps.Copy(w.Header(), edge.WriteHeaders(answer.Headers))

	w.Header().Set("X-Cache", "FunctionGeneratedResponse from cloudfront")
	w.WriteHeader(answer.StatusCode)

	if answer.Body != nil {
		_, _ = bytes.NewReader(*answer.Body).WriteTo(w) // An error means that the viewer has disconnected.
	}
}

// serveViewer is the default behavior: the viewer-request function, the images, and the
// viewer-response function.
func (h *Handler) serveViewer(w http.ResponseWriter, r *http.Request) {
	if on, goes := h.atEdge(h.viewer, w, r); goes {
		h.servePicture(&responding{ResponseWriter: w, handler: h, request: on}, on)
	}
}

// responding runs the viewer-response function when the status and the headers of an
// answer are known. CloudFront does not run it for errors.
type responding struct {
	http.ResponseWriter

	handler *Handler
	request *http.Request
	instead bool // The function has written the body.
}

// WriteHeader implements [http.ResponseWriter].
func (w *responding) WriteHeader(status int) {
	header := w.Header()

	if status >= http.StatusBadRequest || w.handler.response == nil {
		w.ResponseWriter.WriteHeader(status)

		return
	}

	answer, err := w.handler.response.OnResponse(w.handler.viewerOf(w.request, w), edge.ReadRequest(w.request), edge.Response{
		StatusCode: status, Headers: edge.ReadHeaders(header), Cookies: edge.Fields{},
	})
	if err != nil {
		clear(header)
		w.handler.headers(header)

		w.instead = true
		w.handler.failAtEdge(w.ResponseWriter, w.request, err)

		return
	}

	clear(header)
	maps.Copy(header, edge.WriteHeaders(answer.Headers))

	if answer.Body != nil {
		header.Del("Content-Length")
	}

	w.ResponseWriter.WriteHeader(answer.StatusCode)

	if answer.Body != nil {
		w.instead = true
		_, _ = w.ResponseWriter.Write(*answer.Body) // An error means that the viewer has disconnected.
	}
}

// Write implements [http.ResponseWriter].
func (w *responding) Write(body []byte) (int, error) {
	if w.instead {
		return len(body), nil
	}

	return w.ResponseWriter.Write(body)
}

// Unwrap implements the interface that [http.ResponseController] expects.
func (w *responding) Unwrap() http.ResponseWriter { return w.ResponseWriter }
