package gateway

import (
	"cmp"
	"net/http"
	"strings"

	"triptych/emulator/awsapi"
	"triptych/emulator/objectstore/s3wire"
)

// failure is the reason why a request was rejected, in both of AWS's protocols: S3 has
// its own codes and XML, and the JSON services share their codes.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
// https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
type failure struct {
	s3Code      string
	s3Message   string
	s3Status    int
	jsonCode    string
	jsonMessage string
	statusJSON  int // 0 means jsonStatus.
}

// jsonStatus is the status with which the JSON services answer a request whose signature
// they do not accept.
const jsonStatus = http.StatusForbidden

const mismatch = "The request signature we calculated does not match the signature you provided. " +
	"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

// Codes that several failures have.
const (
	accessDenied        = "AccessDenied"
	incompleteSignature = "IncompleteSignatureException"
	invalidSignature    = "InvalidSignatureException"
)

// The failures. Their texts are AWS's own.
var (
	failUnsigned = &failure{
		accessDenied, "Access Denied", http.StatusForbidden,
		"MissingAuthenticationTokenException", "Missing Authentication Token", 0,
	}
	failIncomplete = &failure{
		"AuthorizationHeaderMalformed",
		"The authorization header that you provided is not valid.", http.StatusBadRequest,
		incompleteSignature, "The request signature does not conform to AWS standards.", 0,
	}
	failAlgorithm = &failure{
		"InvalidRequest",
		"The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.", http.StatusBadRequest,
		incompleteSignature, "Unsupported AWS 'algorithm', want AWS4-HMAC-SHA256.", 0,
	}
	failMultiple = &failure{
		"InvalidArgument",
		"Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, " +
			"Signature query string parameter or the Authorization header should be specified", http.StatusBadRequest,
		incompleteSignature, "The request is signed twice, in its header and in its query.", 0,
	}
	failUnknownKey = &failure{
		"InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", http.StatusForbidden,
		"UnrecognizedClientException", "The security token included in the request is invalid.", 0,
	}
	failMismatch = &failure{
		"SignatureDoesNotMatch",
		"The request signature we calculated does not match the signature you provided. Check your key and signing method.",
		http.StatusForbidden,
		invalidSignature, mismatch, 0,
	}
	failSkewed = &failure{
		"RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", http.StatusForbidden,
		invalidSignature, "Signature expired or not yet current: the request's time is more than 15 minutes off.", 0,
	}
	failUncovered = &failure{
		accessDenied, "There were headers present in the request which were not signed", http.StatusForbidden,
		invalidSignature, "There were headers present in the request which were not signed.", 0,
	}
	failExpired = &failure{
		accessDenied, "Request has expired", http.StatusForbidden,
		invalidSignature, "Signature expired.", 0,
	}
	failBody = &failure{
		"XAmzContentSHA256Mismatch",
		"The provided 'x-amz-content-sha256' header does not match what was computed.", http.StatusBadRequest,
		invalidSignature, mismatch, 0,
	}
	failTooLarge = &failure{
		s3Code: "EntityTooLarge", s3Message: "Your proposed upload exceeds the maximum allowed size", s3Status: http.StatusBadRequest,
		jsonCode: "RequestEntityTooLargeException", jsonMessage: "The request is larger than any operation of this service takes.",
		statusJSON: http.StatusRequestEntityTooLarge,
	}
	failSlow = &failure{
		s3Code: "RequestTimeout", s3Message: "Your socket connection to the server was not read from within the timeout period.",
		s3Status: http.StatusBadRequest,
		jsonCode: "RequestTimeoutException", jsonMessage: "The request's body did not arrive in time.",
		statusJSON: http.StatusRequestTimeout,
	}
	failCutOff = &failure{
		s3Code: "IncompleteBody", s3Message: "You did not provide the number of bytes specified by the Content-Length HTTP header.",
		s3Status: http.StatusBadRequest,
		jsonCode: "SerializationException", jsonMessage: "The request's body ends before the announced length.",
		statusJSON: http.StatusBadRequest,
	}
)

// serviceCloudFront is a service with the protocol "AWS REST XML".
const serviceCloudFront = "cloudfront"

// write answers in the form of a protocol. The codes of the XML protocols are those of the
// JSON services without "Exception", with two differences.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
func (f *failure) write(w http.ResponseWriter, protocol awsapi.Protocol) {
	code := f.jsonCode

	switch {
	case !protocol.HasXML():
	case f == failUnknownKey:
		code = "InvalidClientTokenId"
	case f == failMismatch:
		code = "SignatureDoesNotMatch"
	default:
		code = strings.TrimSuffix(code, "Exception")
	}

	protocol.WriteError(w, &awsapi.Error{Code: code, Message: f.jsonMessage, Status: cmp.Or(f.statusJSON, jsonStatus)})
}

func (f *failure) writeS3(w http.ResponseWriter, r *http.Request) {
	s3wire.WriteError(w, r, &s3wire.Error{Code: f.s3Code, Message: f.s3Message, Status: f.s3Status})
}
