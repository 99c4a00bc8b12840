package target

import (
	"context"
	"errors"
	"net"
	"net/url"
	"syscall"
	"time"

	"github.com/aws/smithy-go"
)

// Problem is an error with advice for the user.
type Problem struct {
	What  string // the problem
	Do    string // the advice
	Cause error  // may be nil
}

func (p *Problem) Error() string { return p.What + ": " + p.Do }

func (p *Problem) Unwrap() error { return p.Cause }

// Explain adds advice to an error of an AWS client. An error without advice is returned
// unchanged.
func (t *Target) Explain(err error) error {
	var problem *Problem

	switch {
	case err == nil || errors.As(err, &problem):
		return err
	case errors.Is(err, syscall.ECONNREFUSED):
		return silent(t.endpoint, err)
	}

	switch codeOf(err) {
	case "ExpiredToken", "ExpiredTokenException":
		return &Problem{What: "the AWS session has expired", Do: "log in again, for example with `aws sso login`", Cause: err}
	case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSignatureException":
		return &Problem{
			What: "the credentials are not valid here", Do: "check AWS_PROFILE or the keys; for the emulator, pass --local", Cause: err,
		}
	case "AccessDenied", "AccessDeniedException":
		return &Problem{What: messageOf(err), Do: "request this permission, or use other credentials", Cause: err}
	default:
		return err
	}
}

// answers checks that a server answers at an endpoint on this machine. If the emulator is not
// running, answers fails at once; the SDK would fail only after its retries.
func answers(ctx context.Context, endpoint string) error {
	parsed, err := url.Parse(endpoint)
	if endpoint == "" || err != nil || !loopback(parsed.Hostname()) || parsed.Port() == "" {
		return nil //nolint:nilerr // The SDK reports more about such an endpoint.
	}

	dialer := net.Dialer{Timeout: time.Second}

	connection, err := dialer.DialContext(ctx, "tcp", parsed.Host)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return silent(endpoint, err)
	}

	if err == nil {
		_ = connection.Close() // The connection was only a test.
	}

	return nil
}

func silent(endpoint string, err error) error {
	if endpoint == "" {
		return &Problem{What: "AWS cannot be reached", Do: "check the network", Cause: err}
	}

	do := "check AWS_ENDPOINT_URL"
	if parsed, parseErr := url.Parse(endpoint); parseErr == nil && loopback(parsed.Hostname()) {
		do = "start it with `triptych up` (or `make run`)"
	}

	return &Problem{What: "no server answers at " + endpoint, Do: do, Cause: err}
}

func loopback(host string) bool {
	address := net.ParseIP(host)

	return host == "localhost" || address != nil && address.IsLoopback()
}

// codeOf returns the AWS error code, or "".
func codeOf(err error) string {
	if failure, ok := errors.AsType[smithy.APIError](err); ok {
		return failure.ErrorCode()
	}

	return ""
}

func messageOf(err error) string {
	if failure, ok := errors.AsType[smithy.APIError](err); ok {
		return failure.ErrorMessage()
	}

	return err.Error()
}
