package gateway

import (
	"net/http"
	"net/url"
	"strings"

	"triptych/emulator/awsapi"
	"triptych/emulator/clientbody"
	"triptych/emulator/iam"
	"triptych/emulator/objectstore/s3wire"
	"triptych/emulator/origin"
)

// healthPath answers whether the laptop's AWS is up; no bucket's name has an
// underscore.
const healthPath = "/_triptych/health"

type door struct {
	config Config
}

// ServeHTTP implements [http.Handler].
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.refuseHost(w, r) {
		return
	}

	origin.Sandbox(w.Header(), r)

	r, done := clientbody.Bound(w, r, d.config.BodyIdle)
	defer done()

	if r.URL.Path == healthPath {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":"ok"}` + "\n")) // The client has gone: nobody is left to tell.

		return
	}

	if d.servePreflight(w, r) {
		return
	}

	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		s3wire.WriteError(w, r, &s3wire.Error{
			Code: "InvalidURI", Message: "Couldn't parse the specified URI.", Status: http.StatusBadRequest,
		})

		return
	}

	signed, f := readSignature(r, query)
	if d.refuseForeign(w, r, signed) {
		return
	}

	switch {
	case f != nil && !isJSON(r):
		f.writeS3(w, r)
	case f != nil:
		f.writeJSON(w)
	case signed == nil && isJSON(r):
		failUnsigned.writeJSON(w)
	case signed == nil:
		d.serveUnsigned(w, r)
	case signed.service == serviceS3:
		d.serveS3(w, r, query, signed)
	default:
		d.serveOther(w, r, query, signed)
	}
}

// isJSON tells, where no scope does, whether a request means a JSON service.
func isJSON(r *http.Request) bool { return r.Header.Get("X-Amz-Target") != "" }

// serveOther verifies the caller and hands the request to its service. All that the
// header shows is checked before a byte of the body is read.
func (d *door) serveOther(w http.ResponseWriter, r *http.Request, query url.Values, signed *signature) {
	service, known := d.config.Services[signed.service]
	if !known {
		awsapi.WriteError(w, &awsapi.Error{
			Code:    "UnknownServiceException",
			Message: "the laptop's AWS has no service " + signed.service,
			Status:  http.StatusNotFound,
		})

		return
	}

	principal, f := d.verify(r, query, signed)
	if f != nil {
		d.config.Log.Warn("request turned away", "service", signed.service, "accessKey", signed.accessKey, "code", f.jsonCode)

		if signed.service == serviceCloudFront {
			f.writeXML(w)
		} else {
			f.writeJSON(w)
		}

		return
	}

	service.ServeHTTP(w, r.WithContext(iam.WithPrincipal(r.Context(), principal)))
}

// serveUnsigned lets an upload by HTML form through, which is signed in its
// body: the object store verifies that, and whether its caller may. Nothing else
// is public.
func (d *door) serveUnsigned(w http.ResponseWriter, r *http.Request) {
	request, failure := s3wire.Parse(r)

	switch {
	case failure != nil:
		s3wire.WriteError(w, r, failure)
	case isForm(r, request):
		d.config.S3.ServeHTTP(w, r)
	default:
		failUnsigned.writeS3(w, r)
	}
}

func isForm(r *http.Request, request *s3wire.Request) bool {
	return r.Method == http.MethodPost && request.Bucket != "" && request.Key == "" && len(request.Query) == 0 &&
		strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}
