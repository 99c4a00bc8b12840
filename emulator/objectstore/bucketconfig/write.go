package bucketconfig

import (
	"net/http"

	"triptych/emulator/iam"
	"triptych/emulator/objectstore/s3wire"
)

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
