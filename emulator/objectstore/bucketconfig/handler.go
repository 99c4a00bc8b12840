package bucketconfig

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"triptych/emulator/objectstore/s3wire"
)

// handled has the subresources that the store has itself, and the methods that they allow.
var handled = map[string][]string{
	notification:      {http.MethodGet, http.MethodPut},
	lifecycle:         {http.MethodGet, http.MethodPut, http.MethodDelete},
	encryption:        {http.MethodGet, http.MethodPut, http.MethodDelete},
	publicAccessBlock: {http.MethodGet, http.MethodPut, http.MethodDelete},
	policy:            {http.MethodGet, http.MethodPut, http.MethodDelete},
	policyStatus:      {http.MethodGet},
	logging:           {http.MethodGet, http.MethodPut},
	replication:       {http.MethodGet, http.MethodPut, http.MethodDelete},
	accelerate:        {http.MethodGet, http.MethodPut},
	requestPayment:    {http.MethodGet, http.MethodPut},
}

// lists has the configurations of which a bucket can have many; in the emulator it has none.
var lists = map[string]string{
	"analytics":           "ListBucketAnalyticsConfigurationResult",
	"intelligent-tiering": "ListBucketIntelligentTieringConfigurationsOutput",
	"inventory":           "ListInventoryConfigurationsResult",
	"metrics":             "ListMetricsConfigurationsResult",
}

// Handler answers the requests for the configurations of buckets, and passes on all others.
// The gateway has verified the signature, except for the hash of the body.
func (s *Store) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, failure := s3wire.Parse(r)
		if failure != nil || request.Bucket == "" || request.Key != "" {
			next.ServeHTTP(w, r)

			return
		}

		for parameter := range request.Query {
			_, isHandled := handled[parameter]
			_, isList := lists[parameter]

			if !isHandled && !isList {
				continue
			}

			if failure := s.serve(w, r, request.Bucket, parameter); failure != nil {
				s3wire.WriteError(w, r, failure)
			}

			return
		}

		if r.Method == http.MethodDelete && onlyID(request) {
			s.deleteBucket(w, r, request.Bucket, next)

			return
		}

		next.ServeHTTP(w, r)
	})
}

// onlyID reports whether a request has no parameter that names an operation.
func onlyID(request *s3wire.Request) bool {
	for parameter := range request.Query {
		if parameter != "x-id" && !strings.HasPrefix(strings.ToLower(parameter), "x-amz-") {
			return false
		}
	}

	return true
}

func (s *Store) serve(w http.ResponseWriter, r *http.Request, bucket, subresource string) *s3wire.Error {
	if owner := r.Header.Get("X-Amz-Expected-Bucket-Owner"); owner != "" && owner != s.account {
		return &s3wire.Error{Code: "AccessDenied", Message: "Access Denied", Status: http.StatusForbidden}
	}

	if !s.exists(bucket) {
		return &s3wire.Error{Code: "NoSuchBucket", Message: "The specified bucket does not exist", Status: http.StatusNotFound}
	}

	if root, isList := lists[subresource]; isList {
		return serveList(w, r, subresource, root)
	}

	if !slices.Contains(handled[subresource], r.Method) {
		return &s3wire.Error{
			Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.", Status: http.StatusMethodNotAllowed,
		}
	}

	switch r.Method {
	case http.MethodGet:
		return s.get(w, bucket, subresource)
	case http.MethodPut:
		return s.put(w, r, bucket, subresource)
	default:
		return s.remove(w, bucket, subresource)
	}
}

func serveList(w http.ResponseWriter, r *http.Request, subresource, root string) *s3wire.Error {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodDelete:
		return notImplemented("the configuration " + subresource)
	case r.Method == http.MethodDelete || r.URL.Query().Has("id"):
		return &s3wire.Error{Code: "NoSuchConfiguration", Message: "The specified configuration does not exist.", Status: http.StatusNotFound}
	default:
		writeXML(w, "<"+root+namespace+"><IsTruncated>false</IsTruncated></"+root+">")

		return nil
	}
}

func internal(err error) *s3wire.Error {
	return &s3wire.Error{Code: "InternalError", Message: err.Error(), Status: http.StatusInternalServerError}
}

func writeXML(w http.ResponseWriter, document string) {
	if !strings.HasPrefix(document, "<?xml") {
		document = xml.Header + document
	}

	writeBody(w, "application/xml", document)
}

func writeBody(w http.ResponseWriter, contentType, text string) {
	s3wire.Identify(w.Header())
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = w.Write([]byte(text)) // An error means that the client has disconnected.
}
