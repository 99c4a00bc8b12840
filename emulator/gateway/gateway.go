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

// healthPath answers whether the emulator runs. No bucket can have this name, because
// bucket names have no underscores.
const healthPath = "/_triptych/health"

type gateway struct {
	config Config
}

// ServeHTTP implements [http.Handler].
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.refuseHost(w, r) {
		return
	}

	origin.Sandbox(w.Header(), r)

	r, done := clientbody.Bound(w, r, g.config.BodyIdle)
	defer done()

	if r.URL.Path == healthPath {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":"ok"}` + "\n")) // An error means that the client has disconnected.

		return
	}

	if g.servePreflight(w, r) {
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
	if g.refuseForeign(w, r, signed) {
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
		g.serveUnsigned(w, r)
	case signed.service == serviceS3:
		g.serveS3(w, r, query, signed)
	default:
		g.serveOther(w, r, query, signed)
	}
}

// isJSON reports whether a request without a scope is for a JSON service.
func isJSON(r *http.Request) bool { return r.Header.Get("X-Amz-Target") != "" }

// serveOther verifies the caller and passes the request to its service. It checks
// everything in the header before it reads the body.
func (g *gateway) serveOther(w http.ResponseWriter, r *http.Request, query url.Values, signed *signature) {
	service, known := g.config.Services[signed.service]
	if !known {
		awsapi.WriteError(w, &awsapi.Error{
			Code:    "UnknownServiceException",
			Message: "the emulator has no service " + signed.service,
			Status:  http.StatusNotFound,
		})

		return
	}

	principal, f := g.verify(r, query, signed)
	if f != nil {
		g.config.Log.Warn("request rejected", "service", signed.service, "accessKey", signed.accessKey, "code", f.jsonCode)

		if signed.service == serviceCloudFront {
			f.writeXML(w)
		} else {
			f.writeJSON(w)
		}

		return
	}

	service.ServeHTTP(w, r.WithContext(iam.WithPrincipal(r.Context(), principal)))
}

// serveUnsigned passes on an upload by HTML form, whose signature is in its body. The
// object store verifies that signature and the caller's permissions. Every other unsigned
// request is rejected.
func (g *gateway) serveUnsigned(w http.ResponseWriter, r *http.Request) {
	request, failure := s3wire.Parse(r)

	switch {
	case failure != nil:
		s3wire.WriteError(w, r, failure)
	case isForm(r, request):
		g.config.S3.ServeHTTP(w, r)
	default:
		failUnsigned.writeS3(w, r)
	}
}

func isForm(r *http.Request, request *s3wire.Request) bool {
	return r.Method == http.MethodPost && request.Bucket != "" && request.Key == "" && len(request.Query) == 0 &&
		strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}
