package bucketconfig

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"triptych/emulator/iam"
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

// deleteBucket passes on the deletion of a bucket. A new bucket with its name has none of
// its configurations.
func (s *Store) deleteBucket(w http.ResponseWriter, r *http.Request, bucket string, next http.Handler) {
	answer := &statusWriter{ResponseWriter: w}
	next.ServeHTTP(answer, r)

	if answer.status == http.StatusNoContent {
		_ = s.forget(bucket) // If it fails, the next bucket with the name keeps the configurations.
	}
}

// statusWriter keeps the status of an answer.
type statusWriter struct {
	http.ResponseWriter

	status int
}

// WriteHeader implements [http.ResponseWriter].
func (s *statusWriter) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap implements the interface that [http.ResponseController] expects.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

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

func (s *Store) get(w http.ResponseWriter, bucket, subresource string) *s3wire.Error {
	if subresource == policyStatus {
		return s.getPolicyStatus(w, bucket)
	}

	text := s.text(bucket, subresource)

	switch {
	case text == removed:
		return missing[subresource]
	case text != "" && subresource == policy:
		writeBody(w, "application/json", text)
	case text != "":
		if subresource == lifecycle {
			w.Header().Set(transitionHeader, s.transitionSize(bucket))
		}

		writeXML(w, text)
	case initial[subresource] != "":
		writeXML(w, initial[subresource])
	default:
		return missing[subresource]
	}

	return nil
}

// transitionHeader is a part of a lifecycle that is not in its XML.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
const transitionHeader = "X-Amz-Transition-Default-Minimum-Object-Size"

func (s *Store) transitionSize(bucket string) string {
	if text := s.text(bucket, transitionSize); text != "" {
		return text
	}

	return "all_storage_classes_128K"
}

func (s *Store) getPolicyStatus(w http.ResponseWriter, bucket string) *s3wire.Error {
	found := s.Policy(bucket)
	if found == nil {
		return missing[policyStatus]
	}

	writeXML(w, "<PolicyStatus"+namespace+"><IsPublic>"+strconv.FormatBool(found.Public())+"</IsPublic></PolicyStatus>")

	return nil
}

func (s *Store) put(w http.ResponseWriter, r *http.Request, bucket, subresource string) *s3wire.Error {
	body, failure := readBody(r)
	if failure != nil {
		return failure
	}

	text, failure := check(subresource, body)
	if failure != nil {
		return failure
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	if subresource == policy {
		if failure := s.setPolicy(bucket, text); failure != nil {
			return failure
		}
	}

	if subresource == lifecycle {
		size := r.Header.Get(transitionHeader)
		if size == "" {
			size = "all_storage_classes_128K"
		}

		if size != "all_storage_classes_128K" && size != "varies_by_storage_class" {
			return &s3wire.Error{Code: "InvalidArgument", Message: "Invalid " + transitionHeader, Status: http.StatusBadRequest}
		}

		if err := s.save(bucket, transitionSize, size); err != nil {
			return internal(err)
		}

		w.Header().Set(transitionHeader, size)
	}

	if err := s.save(bucket, subresource, text); err != nil {
		return internal(err)
	}

	if subresource == notification {
		s.changed(s.events())
	}

	s3wire.Identify(w.Header())

	if subresource == policy {
		w.WriteHeader(http.StatusNoContent)
	}

	return nil
}

// setPolicy makes a policy effective. The caller holds the lock.
func (s *Store) setPolicy(bucket, text string) *s3wire.Error {
	parsed, err := iam.ParseResourcePolicy([]byte(text))
	if err != nil {
		return &s3wire.Error{Code: "MalformedPolicy", Message: err.Error(), Status: http.StatusBadRequest}
	}

	if parsed.Public() && s.blocksPublicPolicy(bucket) {
		return &s3wire.Error{
			Code: "AccessDenied", Status: http.StatusForbidden,
			Message: "The bucket policy is public, and the BlockPublicPolicy setting of the bucket prevents public policies.",
		}
	}

	s.policies[bucket] = parsed

	return nil
}

// blocksPublicPolicy reports whether a bucket rejects public policies. The caller holds the
// lock.
func (s *Store) blocksPublicPolicy(bucket string) bool {
	text := s.texts[bucket+"/"+publicAccessBlock]

	switch text {
	case "":
		text = blockDocument
	case removed:
		return false
	}

	document, failure := parse([]byte(text), "PublicAccessBlockConfiguration")

	return failure == nil && document.value("BlockPublicPolicy") == "true"
}

func (s *Store) remove(w http.ResponseWriter, bucket, subresource string) *s3wire.Error {
	s.mu.Lock()
	defer s.mu.Unlock()

	text := ""
	if subresource == publicAccessBlock {
		text = removed
	}

	if err := s.save(bucket, subresource, text); err != nil {
		return internal(err)
	}

	if subresource == policy {
		delete(s.policies, bucket)
	}

	s3wire.Identify(w.Header())
	w.WriteHeader(http.StatusNoContent)

	return nil
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
