package cdn

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/encoding/httpbinding"

	"triptych/emulator/clientbody"
	"triptych/emulator/origin"
)

// serveUpload implements the cache behavior for the path /-/upload/*. The CORS configuration
// of the bucket decides whether a web page may upload. Therefore S3 also answers the
// preflight requests of browsers.
//
// CloudFront forwards every upload to S3. S3 stores an upload even if the CORS configuration
// does not allow the page to read the response. The emulator rejects such an upload,
// because the URL was signed for the browser of this machine and not for another site.
func (h *Handler) serveUpload(w http.ResponseWriter, r *http.Request) {
	if h.refuseHost(w, r) {
		return
	}

	if !h.mayUpload(r) {
		h.config.Log.InfoContext(r.Context(), "upload rejected", "path", r.URL.Path, "origin", r.Header.Get("Origin"))
		refuse(w, http.StatusForbidden, "no-store", "A page of another site may upload only where the uploads bucket's CORS configuration allows it: "+
			"`triptych up --cors-origin ORIGIN`.")

		return
	}

	on, goes := h.atEdge(h.upload, w, r)
	if !goes {
		return
	}

	// Remove the CORS headers of the distribution. If the bucket sets CORS headers, the
	// response has only those. Otherwise withCORS adds the headers of the distribution again.
	for _, name := range []string{allowOrigin, exposeHeaders} {
		w.Header().Del(name)
	}

	h.config.Uploads.ServeHTTP(w, on)
}

// mayUpload reports whether the emulator forwards a request to the bucket. A request from
// another site is forwarded only if the CORS configuration of the bucket allows the site. A
// preflight request is always forwarded, because it does not write.
func (h *Handler) mayUpload(r *http.Request) bool {
	source := origin.Of(r)
	if !source.Foreign || r.Method == http.MethodOptions {
		return true
	}

	asked, possible := source.Asked(r.Method)

	return possible && h.config.UploadsCORS != nil && h.config.UploadsCORS(r.Context(), asked, r.Method)
}

// withCORS adds the distribution's CORS headers if the bucket has not set any. The response
// headers policy does not override the headers of the origin.
func withCORS(header http.Header) {
	if header.Get(allowOrigin) == "" {
		header.Set(allowOrigin, "*")
		header.Set(exposeHeaders, "*")
	}
}

// S3Uploads is the origin for uploads: an S3 bucket behind an origin access control. The
// distribution signs every request that it forwards to the bucket.
type S3Uploads struct {
	Endpoint    string // of S3, in path style: http://127.0.0.1:4566
	Region      string
	Bucket      string
	Credentials aws.CredentialsProvider
	Log         *slog.Logger
}

// Handler returns the bucket as a handler for [Config.Uploads].
func (u S3Uploads) Handler() (http.Handler, error) {
	endpoint, err := url.Parse(u.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("parse the endpoint of the uploads bucket: %w", err)
	}

	return &httputil.ReverseProxy{
		Transport: &signer{uploads: u, signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = endpoint.Scheme, endpoint.Host
			r.Out.URL.Path = "/" + u.Bucket + r.In.URL.Path
			r.Out.URL.RawPath = httpbinding.EscapePath(r.Out.URL.Path, false) // Escaped as in the signature of S3.
			r.Out.URL.RawQuery = ""
			r.Out.Host = endpoint.Host

			// CloudFront does not forward these headers to an S3 origin either. Of the headers
			// that describe a browser's page, the origin request policy forwards only Origin
			// and Access-Control-Request-*.
			for _, name := range []string{
				"Cookie", "Authorization", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Fetch-User",
			} {
				r.Out.Header.Del(name)
			}
		},
		ModifyResponse: func(answer *http.Response) error {
			answer.Header.Set("X-Cache", "Miss from cloudfront")
			withCORS(answer.Header)

			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			withCORS(w.Header())

			if errors.Is(err, clientbody.ErrSlow) || errors.Is(err, clientbody.ErrIncomplete) {
				w.Header().Set("Connection", "close") // The server must not read the rest of the body as the next request.
				refuse(w, http.StatusBadRequest, "no-store", "The upload is incomplete: it has fewer bytes than its Content-Length. Upload it again.")

				return
			}

			if !errors.Is(r.Context().Err(), context.Canceled) {
				u.Log.ErrorContext(r.Context(), "the uploads bucket cannot be reached", "path", r.URL.Path, "error", err)
			}

			refuse(w, http.StatusBadGateway, "no-store", "The uploads bucket cannot be reached. Try again later.")
		},
	}, nil
}

// signer signs every request to the origin, like an origin access control with the signing
// behavior "always". CloudFront streams the payload and therefore does not sign it.
type signer struct {
	uploads S3Uploads
	signer  *v4.Signer
}

const unsignedPayload = "UNSIGNED-PAYLOAD"

// RoundTrip implements [http.RoundTripper].
func (s *signer) RoundTrip(r *http.Request) (*http.Response, error) {
	credentials, err := s.uploads.Credentials.Retrieve(r.Context())
	if err != nil {
		return nil, fmt.Errorf("get the CDN's credentials: %w", err)
	}

	r.Header.Set("X-Amz-Content-Sha256", unsignedPayload)

	if err := s.signer.SignHTTP(r.Context(), credentials, r, unsignedPayload, "s3", s.uploads.Region, time.Now()); err != nil {
		return nil, fmt.Errorf("sign the upload: %w", err)
	}

	return http.DefaultTransport.RoundTrip(r)
}
