// Package awsapi holds what all services of the AWS emulator share: the shape of an
// error, and the JSON protocol that most of them use.
//
// The protocol is "AWS JSON 1.0/1.1": POST /, the operation in X-Amz-Target
// ("DynamoDB_20120810.GetItem"), a JSON body in each direction, and errors as {"__type":
// "...", "message": "..."} with the code in the type.
package awsapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// MaxBodyBytes is the largest body of a JSON request. AWS's own limits are lower for
// every operation that the emulator supports (DynamoDB: 16 MB for a batch, 1 MB
// otherwise).
const MaxBodyBytes = 16 << 20

// Error is an error in AWS's shape. An operation returns it. Any other error is answered
// as InternalFailure.
type Error struct {
	Code    string         // AWS's exception name, such as "ExecutionDoesNotExist".
	Message string         // A message for people.
	Status  int            // HTTP status; 0 means 400.
	Fields  map[string]any // Further members of the error's shape, for errors that have them on AWS.
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf returns an Error with status 400.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Operation answers one call. It receives the request's JSON and returns the value of the
// response.
type Operation func(ctx context.Context, body []byte) (any, error)

// Op adapts a typed operation. It ignores unknown members of the input, as AWS does. An
// input that is not JSON is a SerializationException.
func Op[In, Out any](run func(context.Context, In) (Out, error)) Operation {
	return func(ctx context.Context, body []byte) (any, error) {
		var in In
		if len(body) > 0 {
			if err := json.Unmarshal(body, &in); err != nil {
				return nil, Errorf("SerializationException", "the request is not valid JSON for this operation: %v", err)
			}
		}

		return run(ctx, in)
	}
}

// Service is one JSON-protocol service.
type Service struct {
	Name        string // The service's name in errors: "Step Functions".
	ContentType string // "application/x-amz-json-1.0" or "-1.1".
	Operations  map[string]Operation

	// QueryCodes maps exception names to the error codes of the service's former query
	// protocol, where the two differ. A service that replaced that protocol sends these
	// codes in X-Amzn-Query-Error, and SDKs report them instead of the exception's name
	// (Smithy, "awsQueryCompatible trait"). It is nil for a service that had no query
	// protocol.
	QueryCodes map[string]string
}

// OperationNames returns the names of the operations, sorted.
func (s *Service) OperationNames() []string { return slices.Sorted(maps.Keys(s.Operations)) }

// ServeHTTP implements [http.Handler]. It answers an unknown operation with
// UnknownOperationException, whose message names the operation.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protocol := ProtocolOf(r, "")
	writeError := func(w http.ResponseWriter, err error) {
		s.setQueryError(w, err)
		protocol.WriteError(w, err)
	}

	w.Header().Set("Content-Type", s.ContentType)
	w.Header().Set("X-Amzn-Requestid", requestID())

	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")

	if protocol != ProtocolJSON {
		writeError(w, Errorf("UnknownOperationException", "%s in the emulator has only the protocol AWS JSON", s.Name))

		return
	}

	operation, known := s.Operations[name]
	if !known {
		writeError(w, Errorf("UnknownOperationException", "%s in the emulator has no operation %q", s.Name, name))

		return
	}

	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBodyBytes))
	if err != nil {
		writeError(w, Errorf("SerializationException", "read the request: %v", err))

		return
	}

	out, err := operation(r.Context(), body)
	if err != nil {
		writeError(w, err)

		return
	}

	if out == nil {
		out = struct{}{}
	}

	reply, err := json.Marshal(out)
	if err != nil {
		writeError(w, err)

		return
	}

	writeReply(w, http.StatusOK, reply)
}

// setQueryError sets the header that names the error as the query protocol did.
func (s *Service) setQueryError(w http.ResponseWriter, cause error) {
	var failure *Error
	if s.QueryCodes == nil || !errors.As(cause, &failure) {
		return
	}

	code := s.QueryCodes[failure.Code]
	if code == "" {
		code = failure.Code
	}

	w.Header().Set("X-Amzn-Query-Error", code+";Sender")
}

// WriteError answers with err in the JSON protocol's shape.
func WriteError(w http.ResponseWriter, err error) { writeError(w, err) }

func writeError(w http.ResponseWriter, cause error) {
	failure := failureOf(cause)

	members := map[string]any{"__type": failure.Code, "message": failure.Message}
	maps.Copy(members, failure.Fields)

	reply, err := json.Marshal(members)
	if err != nil { // A member cannot be encoded as JSON: send only the code and the message.
		reply = fmt.Appendf(nil, `{"__type":%q,"message":%q}`, failure.Code, failure.Message)
	}

	w.Header().Set("X-Amzn-Errortype", failure.Code)
	writeReply(w, failure.Status, reply)
}

// writeReply sends a body with its checksum. DynamoDB clients log a warning for every
// answer without X-Amz-Crc32.
func writeReply(w http.ResponseWriter, status int, reply []byte) {
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(reply)), 10))
	w.WriteHeader(status)
	_, _ = w.Write(reply) // An error means that the client has disconnected.
}

func requestID() string {
	var id [16]byte

	_, _ = rand.Read(id[:]) // crypto/rand.Read never fails.

	return hex.EncodeToString(id[:])
}
