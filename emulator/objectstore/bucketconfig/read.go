package bucketconfig

import (
	"net/http"
	"strconv"

	"triptych/emulator/objectstore/s3wire"
)

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
