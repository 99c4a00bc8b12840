package inject

import (
	"net/http"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/objectstore/s3wire"
)

// The services whose protocols are their own.
const (
	s3Service         = "s3"
	cloudFrontService = "cloudfront"
)

// OfAPI has a service's calls go wrong; it is put between the front door and the
// service.
func (p *Plan) OfAPI(service string, next http.Handler) http.Handler {
	if p == nil || len(p.API) == 0 {
		return next
	}

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		found, ok := p.find(p.API, service, operation(service, r))
		if !ok {
			next.ServeHTTP(w, r)

			return
		}

		switch found.Kind { //nolint:exhaustive // Parse lets no other in here.
		case Error:
			fail(service, w, r)
		case Throttle:
			refuse(service, w, r)
		case Timeout:
			next.ServeHTTP(&unheard{header: http.Header{}}, r)
			panic(http.ErrAbortHandler) // net/http's way to cut a connection.
		default:
			timer := time.NewTimer(found.Span)
			defer timer.Stop()

			select {
			case <-timer.C:
				next.ServeHTTP(w, r)
			case <-r.Context().Done():
			}
		}
	})
}

// refuse is how services throttle.
func refuse(service string, w http.ResponseWriter, r *http.Request) {
	if service == s3Service {
		s3wire.WriteError(w, r, &s3wire.Error{Code: "SlowDown", Message: "Please reduce your request rate.", Status: http.StatusServiceUnavailable})

		return
	}

	if service == cloudFrontService {
		awsapi.WriteXMLError(w, "", &awsapi.Error{Code: "Throttling", Message: "Rate exceeded"})

		return
	}

	writeJSON(w, &awsapi.Error{Code: "ThrottlingException", Message: "Rate exceeded"})
}

// fail is what services answer when they fail themselves.
func fail(service string, w http.ResponseWriter, r *http.Request) {
	if service == s3Service {
		s3wire.WriteError(w, r, &s3wire.Error{
			Code: "InternalError", Message: "We encountered an internal error. Please try again.", Status: http.StatusInternalServerError,
		})

		return
	}

	failure := &awsapi.Error{Code: "InternalServerError", Message: "The fault plan has this call fail.", Status: http.StatusInternalServerError}

	if service == cloudFrontService {
		awsapi.WriteXMLError(w, "", failure)

		return
	}

	writeJSON(w, failure)
}

func writeJSON(w http.ResponseWriter, failure *awsapi.Error) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	awsapi.WriteError(w, failure)
}

// operation is AWS's name of a call.
func operation(service string, r *http.Request) string {
	switch service {
	case s3Service:
		return objectOperation(r)
	case cloudFrontService:
		return invalidationOperation(r)
	case "lambda":
		return "Invoke" // The only one of its calls that functions and machines make.
	default:
		_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")

		return name
	}
}

// invalidationOperation names CloudFront's operations on invalidations.
func invalidationOperation(r *http.Request) string {
	_, id, _ := strings.Cut(r.URL.Path, "/invalidation/")

	switch {
	case r.Method == http.MethodPost:
		return "CreateInvalidation"
	case id != "":
		return "GetInvalidation"
	default:
		return "ListInvalidations"
	}
}

// objectOperation names those of S3's operations that Triptych uses; any other is
// named by its method.
func objectOperation(r *http.Request) string {
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	query := r.URL.Query()

	switch {
	case key != "" && len(query) > 0 && !query.Has("x-id") && !query.Has("versionId") && !query.Has("X-Amz-Signature"):
		return r.Method
	case key != "":
		return map[string]string{
			http.MethodGet: "GetObject", http.MethodHead: "HeadObject", http.MethodPut: "PutObject", http.MethodDelete: "DeleteObject",
		}[r.Method]
	case query.Has("delete"):
		return "DeleteObjects"
	case query.Has("list-type"):
		return "ListObjectsV2"
	case query.Has("versions"):
		return "ListObjectVersions"
	default:
		return r.Method
	}
}

// unheard takes an answer that nobody gets.
type unheard struct{ header http.Header }

func (u *unheard) Header() http.Header            { return u.header }
func (u *unheard) Write(body []byte) (int, error) { return len(body), nil }
func (u *unheard) WriteHeader(int)                {}
