package bucketconfig

import "net/http"

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
