package lambda

import (
	"encoding/json"
	"net/http"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
)

// DefaultAccountConcurrency is AWS's default quota of concurrent executions. New accounts
// have less, such as 10.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const DefaultAccountConcurrency = 1000

// throttled is Lambda's error for invocations above the account's concurrency.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func throttled() error {
	return &awsapi.Error{
		Code: "TooManyRequestsException", Message: "Rate Exceeded.",
		Status: http.StatusTooManyRequests, Fields: map[string]any{"Reason": "ConcurrentInvocationLimitExceeded"},
	}
}

// enter counts an invocation toward the account's concurrency, or rejects it. leave ends
// the count.
func (s *Service) enter() (leave func(), err error) {
	if s.config.AccountConcurrency == 0 {
		return func() {}, nil
	}

	select {
	case s.concurrent <- struct{}{}:
		return func() { <-s.concurrent }, nil
	default:
		return nil, throttled()
	}
}

// enterFunction counts an invocation toward the concurrency that is reserved for its
// function, or otherwise toward the account's.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
func (s *Service) enterFunction(name string) (leave func(), err error) {
	s.created.mu.RLock()

	var inUse chan struct{}
	if f := s.created.functions[name]; f != nil {
		inUse = f.inUse
	}

	s.created.mu.RUnlock()

	if inUse == nil {
		return s.enter()
	}

	select {
	case inUse <- struct{}{}:
		return func() { <-inUse }, nil
	default:
		return nil, &awsapi.Error{
			Code: "TooManyRequestsException", Message: "Rate Exceeded.", Status: http.StatusTooManyRequests,
			Fields: map[string]any{"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded"},
		}
	}
}

// serveAccountSettings answers with the account's quotas and their use.
// https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
func (s *Service) serveAccountSettings(w http.ResponseWriter, r *http.Request) {
	if err := s.config.Authorize(r.Context(), "lambda:GetAccountSettings", "*"); err != nil {
		refuse(w, err)

		return
	}

	limit := s.config.AccountConcurrency
	if limit == 0 {
		limit = DefaultAccountConcurrency
	}

	const gigabyte = 1 << 30

	w.Header().Set(headerContentType, contentTypeJSON)
	w.Header().Set(headerAPIRequest, uuid.NewString())
	_ = json.NewEncoder(w).Encode(map[string]any{ // An error means that the client has disconnected.
		"AccountLimit": map[string]any{
			"CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800, "TotalCodeSize": 75 * gigabyte, // Lambda's quotas, in bytes.
			"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": limit - s.created.reserved(""),
		},
		"AccountUsage": map[string]any{"FunctionCount": len(s.config.Functions) + len(s.created.names()), "TotalCodeSize": 0},
	})
}
