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
)

// serveUpload is the behaviour /-/upload/*.
func (h *Handler) serveUpload(w http.ResponseWriter, r *http.Request) {
	on, goes := h.atEdge(h.upload, w, r)

	switch {
	case !goes:
	case on.Method == http.MethodOptions:
		// What S3 answers where the bucket's CORS rule allows uploads from any page;
		// which pages may is a variable on AWS.
		w.Header().Set("Access-Control-Allow-Methods", http.MethodPut)
		w.Header().Set("Access-Control-Allow-Headers", "*")
		w.Header().Set("Access-Control-Max-Age", "600")
		w.Header().Set("X-Cache", "Miss from cloudfront")
		w.WriteHeader(http.StatusOK)
	default:
		h.config.Uploads.ServeHTTP(w, on)
	}
}

// S3Uploads is an uploads bucket behind an origin access control: whatever comes in
// goes to the bucket, signed by the distribution.
type S3Uploads struct {
	Endpoint    string // of S3, in path style: http://127.0.0.1:4566
	Region      string
	Bucket      string
	Credentials aws.CredentialsProvider
	Log         *slog.Logger
}

// Handler is the bucket as the CDN's Uploads.
func (u S3Uploads) Handler() (http.Handler, error) {
	endpoint, err := url.Parse(u.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("read the endpoint of the uploads: %w", err)
	}

	return &httputil.ReverseProxy{
		Transport: &signer{uploads: u, signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = endpoint.Scheme, endpoint.Host
			r.Out.URL.Path = "/" + u.Bucket + r.In.URL.Path
			r.Out.URL.RawPath = httpbinding.EscapePath(r.Out.URL.Path, false) // As a signature of S3 spells it.
			r.Out.URL.RawQuery = ""
			r.Out.Host = endpoint.Host

			for _, name := range []string{"Cookie", "Authorization", "Referer"} { // As CloudFront's to an S3 origin.
				r.Out.Header.Del(name)
			}
		},
		ModifyResponse: func(answer *http.Response) error {
			answer.Header.Set("X-Cache", "Miss from cloudfront")
			answer.Header.Del("Access-Control-Allow-Origin") // The distribution's own stands there already.

			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if !errors.Is(r.Context().Err(), context.Canceled) {
				u.Log.ErrorContext(r.Context(), "the uploads cannot be reached", "path", r.URL.Path, "error", err)
			}

			refuse(w, http.StatusBadGateway, "no-store", "Uploads cannot be taken at the moment.")
		},
	}, nil
}

// signer signs what goes to the origin: an origin access control with the signing
// behaviour "always". CloudFront streams, and so does not sign the payload.
type signer struct {
	uploads S3Uploads
	signer  *v4.Signer
}

const unsignedPayload = "UNSIGNED-PAYLOAD"

// RoundTrip implements [http.RoundTripper].
func (s *signer) RoundTrip(r *http.Request) (*http.Response, error) {
	credentials, err := s.uploads.Credentials.Retrieve(r.Context())
	if err != nil {
		return nil, fmt.Errorf("find the CDN's credentials: %w", err)
	}

	r.Header.Set("X-Amz-Content-Sha256", unsignedPayload)

	if err := s.signer.SignHTTP(r.Context(), credentials, r, unsignedPayload, "s3", s.uploads.Region, time.Now()); err != nil {
		return nil, fmt.Errorf("sign the upload: %w", err)
	}

	return http.DefaultTransport.RoundTrip(r) //nolint:wrapcheck // The proxy's ErrorHandler tells.
}
