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
	case f != nil && isOther(r):
		f.write(w, awsapi.ProtocolOf(r, ""))
	case f != nil:
		f.writeS3(w, r)
	case signed == nil && isOther(r):
		failUnsigned.write(w, awsapi.ProtocolOf(r, ""))
	case signed == nil:
		g.serveUnsigned(w, r)
	case signed.service == serviceS3:
		g.serveS3(w, r, query, signed)
	default:
		g.serveOther(w, r, query, signed)
	}
}

// isOther reports whether a request without a scope is for another service than S3. It
// shows in the request, except in those of the REST protocols.
func isOther(r *http.Request) bool {
	return r.Header.Get("X-Amz-Target") != "" || awsapi.ProtocolOf(r, "") != awsapi.ProtocolJSON
}

// serveOther verifies the caller and passes the request to its service. It checks
// everything in the header before it reads the body.
func (g *gateway) serveOther(w http.ResponseWriter, r *http.Request, query url.Values, signed *signature) {
	protocol := awsapi.ProtocolOf(r, signed.service)

	service, known := g.config.Services[signed.service]
	if !known {
		protocol.WriteError(w, &awsapi.Error{
			Code:    "UnknownServiceException",
			Message: "the emulator has no service " + signed.service,
			Status:  http.StatusNotFound,
		})

		return
	}

	principal, f := g.verify(r, query, signed)
	if f != nil {
		g.config.Log.Warn("request rejected", "service", signed.service, "accessKey", signed.accessKey, "code", f.jsonCode)
		f.write(w, protocol)

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
