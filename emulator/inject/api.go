package inject

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/objectstore/s3wire"
)

// Services whose errors have their own form. All others use AWS JSON.
const (
	s3Service         = "s3"
	cloudFrontService = "cloudfront"
)

// OfAPI injects faults into the calls of a service. The handler that it returns runs
// between the gateway and the service.
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

		switch found.Kind { // Parse accepts no other kind here.
		case Error:
			fail(service, w, r)
		case Throttle:
			refuse(service, w, r)
		case Timeout:
			next.ServeHTTP(&discardResponse{header: http.Header{}}, r)
			panic(http.ErrAbortHandler) // net/http closes the connection after this panic.
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

// refuse writes a service's throttling error.
func refuse(service string, w http.ResponseWriter, r *http.Request) {
	if service == s3Service {
		s3wire.WriteError(w, r, &s3wire.Error{Code: "SlowDown", Message: "Please reduce your request rate.", Status: http.StatusServiceUnavailable})

		return
	}

	code := "ThrottlingException"
	if awsapi.ProtocolOf(r, service).HasXML() {
		code = "Throttling"
	}

	write(service, w, r, &awsapi.Error{Code: code, Message: "Rate exceeded"})
}

// fail writes a service's internal error.
func fail(service string, w http.ResponseWriter, r *http.Request) {
	if service == s3Service {
		s3wire.WriteError(w, r, &s3wire.Error{
			Code: "InternalError", Message: "We encountered an internal error. Please try again.", Status: http.StatusInternalServerError,
		})

		return
	}

	write(service, w, r, &awsapi.Error{
		Code: "InternalServerError", Message: "The fault plan makes this call fail.", Status: http.StatusInternalServerError,
	})
}

// write writes an error in the form of the service's protocol.
func write(service string, w http.ResponseWriter, r *http.Request, failure *awsapi.Error) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0") // The other protocols replace it.
	awsapi.ProtocolOf(r, service).WriteError(w, failure)
}

// operation returns AWS's name of a call.
func operation(service string, r *http.Request) string {
	switch service {
	case s3Service:
		return objectOperation(r)
	case cloudFrontService:
		return invalidationOperation(r)
	case "lambda":
		return "Invoke" // Functions and machines make no other call of Lambda.
	case "iam", "sts":
		return queryOperation(r)
	default:
		_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")

		return name
	}
}

// queryOperation returns the Action of a request with the protocol AWS Query, whose body
// the gateway has read and limited.
func queryOperation(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return ""
	}

	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(r.URL.RawQuery + "&" + string(body)) // Without the parts that cannot be parsed.

	return form.Get("Action")
}

// invalidationOperation returns the names of CloudFront's operations on invalidations.
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

// objectOperation returns the names of the S3 operations that Triptych uses. For any other
// operation it returns the HTTP method.
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

// discardResponse is a response writer that discards the response.
type discardResponse struct{ header http.Header }

func (u *discardResponse) Header() http.Header            { return u.header }
func (u *discardResponse) Write(body []byte) (int, error) { return len(body), nil }
func (u *discardResponse) WriteHeader(int)                {}
