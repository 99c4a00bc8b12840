package gateway

import (
	"context"
	"net/http"

	"triptych/emulator/awsapi"
	"triptych/emulator/objectstore/s3wire"
	"triptych/emulator/origin"
)

// CORS reports whether a bucket's CORS configuration allows a page of this origin to send
// a request with this method.
type CORS func(ctx context.Context, bucket, origin, method string) bool

// Texts of the answers to web pages of other sites.
const (
	foreignHost = "The emulator is not reached by this name. Use 127.0.0.1 or localhost with its port, and path-style addressing for " +
		"buckets; `triptych up --allow-host NAME` adds a name."
	foreignPage = "A web page of another site may not use the emulator, because its credentials are public, " +
		"unless the bucket's CORS configuration allows the page's origin and the method."
	corsResponse = "CORSResponse: This CORS request is not allowed. "
)

// refuseHost rejects a request that names another host than the port's.
func (g *gateway) refuseHost(w http.ResponseWriter, r *http.Request) bool {
	if g.config.Hosts.Allow(r) {
		return false
	}

	g.config.Log.Warn("request refused", "reason", "foreign host", "host", r.Host)

	if isOther(r) {
		writeForeign(w, r, "", foreignHost)
	} else {
		writeForeignS3(w, r, accessDenied, foreignHost)
	}

	return true
}

// refuseForeign rejects a request by another site's page, unless the bucket's CORS
// configuration allows it. The other services have no such configuration.
//
// AWS itself executes such a request and only hides the answer from the page. On AWS the
// page would first need credentials.
func (g *gateway) refuseForeign(w http.ResponseWriter, r *http.Request, signed *signature) bool {
	source := origin.Of(r)
	if !source.Foreign {
		return false
	}

	service := ""
	if signed != nil {
		service = signed.service
	}

	other := isOther(r) || service != "" && service != serviceS3
	if !other && g.corsAllows(r, source) {
		return false
	}

	g.config.Log.Warn("request refused", "reason", "foreign page", "origin", source.Origin, "method", r.Method)

	if other {
		writeForeign(w, r, service, corsResponse+foreignPage)
	} else {
		writeForeignS3(w, r, "AccessForbidden", corsResponse+foreignPage)
	}

	return true
}

func (g *gateway) corsAllows(r *http.Request, source origin.Source) bool {
	request, failure := s3wire.Parse(r)
	if failure != nil || request.Bucket == "" || g.config.CORS == nil {
		return false
	}

	asked, possible := source.Asked(r.Method)

	return possible && g.config.CORS(r.Context(), request.Bucket, asked, r.Method)
}

// servePreflight passes a browser's preflight request to the object store, which answers
// by the bucket's CORS configuration: 403 without one. The request needs no signature.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
func (g *gateway) servePreflight(w http.ResponseWriter, r *http.Request) bool {
	if !origin.Preflight(r) {
		return false
	}

	request, failure := s3wire.Parse(r)

	switch {
	case failure != nil:
		s3wire.WriteError(w, r, failure)
	case request.Bucket == "":
		writeForeignS3(w, r, "AccessForbidden", corsResponse+foreignPage)
	default:
		g.config.S3.ServeHTTP(w, r)
	}

	return true
}

// writeForeign rejects a request to another service than S3, in the form of its protocol.
func writeForeign(w http.ResponseWriter, r *http.Request, service, message string) {
	protocol, code := awsapi.ProtocolOf(r, service), "AccessDeniedException"
	if protocol.HasXML() {
		code = accessDenied
	}

	protocol.WriteError(w, &awsapi.Error{Code: code, Message: message, Status: http.StatusForbidden})
}

func writeForeignS3(w http.ResponseWriter, r *http.Request, code, message string) {
	s3wire.WriteError(w, r, &s3wire.Error{Code: code, Message: message, Status: http.StatusForbidden})
}
