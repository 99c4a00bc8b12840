package objectstore

import (
	"context"
	"net/http"
	"net/url"
)

// AllowsOrigin reports whether the bucket's CORS configuration allows a page of this
// origin to send a request with this method. A bucket without a configuration, or a
// bucket that does not exist, allows none. AllowsOrigin sends the server the preflight
// request that a browser would send.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
func (s *Store) AllowsOrigin(ctx context.Context, bucket, origin, method string) bool {
	target := url.URL{Scheme: "http", Host: serverHost, Path: "/" + bucket}

	request, err := http.NewRequestWithContext(ctx, http.MethodOptions, target.String(), nil)
	if err != nil {
		return false
	}

	request.Header.Set("Origin", origin)
	request.Header.Set("Access-Control-Request-Method", method)

	response, err := s.transport.RoundTrip(request)
	if err != nil {
		return false
	}

	_ = response.Body.Close() // Only the status matters.

	return response.StatusCode == http.StatusOK
}
