package lambda

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
)

const (
	maxAsync          = 1000    // Event invocations in progress at one time; further ones are throttled.
	maxEventBytes     = 1 << 20 // The payload of an Event invocation.
	asyncRetryDelay   = time.Minute
	asyncRetries      = 2        // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
	asyncAge          = 6 * 3600 // Seconds.
	headerErrorType   = "X-Amzn-Errortype"
	headerAPIRequest  = "X-Amzn-Requestid"
	invocationTypeKey = "X-Amz-Invocation-Type"
)

// ServeHTTP implements [http.Handler].
// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.api.ServeHTTP(w, r) }

// operation is an operation of the API with the patterns of its requests.
type operation struct {
	name     string
	serve    http.HandlerFunc
	patterns []string
}

func (s *Service) operations() []operation {
	const (
		root     = "GET /2015-03-31/functions"
		settings = "GET /2016-08-19/account-settings"
	)

	all := []operation{
		{"GetAccountSettings", s.serveAccountSettings, []string{settings, settings + "/{$}"}},
		{"GetFunction", s.serveGet, []string{root + "/{function}"}},
		{"GetFunctionConfiguration", s.serveConfiguration, []string{root + "/{function}/configuration"}},
		{"Invoke", s.serveInvoke, []string{"POST /2015-03-31/functions/{function}/invocations"}},
		{"ListFunctions", s.serveList, []string{root, root + "/{$}"}},
	}

	all = append(all, s.readOperations()...)
	all = append(all, s.changeOperations()...)
	all = append(all, s.settingOperations()...)
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.name, b.name) })

	return all
}

// OperationNames returns the names of the operations, sorted.
func (s *Service) OperationNames() []string {
	var names []string
	for _, one := range s.operations() {
		names = append(names, one.name)
	}

	return names
}

func (s *Service) routes() http.Handler {
	mux := http.NewServeMux()

	for _, one := range s.operations() {
		for _, pattern := range one.patterns {
			mux.HandleFunc(pattern, one.serve)
		}
	}

	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, &awsapi.Error{
			Code: "UnknownOperationException", Message: "the emulator's Lambda has no operation " + r.Method + " " + r.URL.Path,
			Status: http.StatusNotFound,
		})
	})

	return mux
}

func (s *Service) serveInvoke(w http.ResponseWriter, r *http.Request) {
	ref, err := parseReference(r.PathValue("function"), r.URL.Query().Get("Qualifier"))
	if err != nil {
		refuse(w, err)

		return
	}

	// One byte more than the limit is enough to detect a payload that is too large.
	payload, err := io.ReadAll(io.LimitReader(r.Body, MaxPayloadBytes+1))
	if err != nil {
		refuse(w, awsapi.Errorf("InvalidRequestContentException", "read the payload: %v", err))

		return
	}

	switch kind := r.Header.Get(invocationTypeKey); kind {
	case "", "RequestResponse":
		s.answerInvoke(w, r, ref, payload)
	case "Event":
		err = s.enqueue(r.Context(), ref, payload)
		answerEmpty(w, http.StatusAccepted, err)
	case "DryRun":
		_, _, err = s.admit(r.Context(), ref, payload)
		answerEmpty(w, http.StatusNoContent, err)
	default:
		refuse(w, awsapi.Errorf("InvalidParameterValueException", "there is no InvocationType %q", kind))
	}
}

func (s *Service) answerInvoke(w http.ResponseWriter, r *http.Request, ref reference, payload []byte) {
	ctx := r.Context()

	withLog := r.Header.Get("X-Amz-Log-Type") == "Tail"
	if withLog {
		ctx = WithLogTail(ctx)
	}

	result, err := s.invoke(ctx, ref, payload)
	if err != nil {
		refuse(w, err)

		return
	}

	header := w.Header()
	header.Set("X-Amz-Executed-Version", result.ExecutedVersion)
	header.Set(headerAPIRequest, result.RequestID)
	header.Set("X-Amzn-Trace-Id", "root="+result.TraceRoot+";sampled=0")
	header.Set(headerContentType, contentTypeJSON)

	if withLog {
		header.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(result.LogTail))
	}

	if result.FunctionError != "" {
		header.Set("X-Amz-Function-Error", result.FunctionError)
	}

	_, _ = w.Write(result.Payload) // An error means that the client has disconnected.
}

func answerEmpty(w http.ResponseWriter, status int, err error) {
	if err != nil {
		refuse(w, err)

		return
	}

	w.Header().Set(headerAPIRequest, uuid.NewString())
	w.WriteHeader(status)
}

// enqueue runs an Event invocation in the background, with AWS's two retries. The
// invocation is only in memory and is lost when the process ends.
func (s *Service) enqueue(ctx context.Context, ref reference, payload []byte) error {
	if len(payload) > maxEventBytes {
		return &awsapi.Error{
			Code: "RequestTooLargeException", Message: "an Event invocation's payload is bounded by 1 MB",
			Status: http.StatusRequestEntityTooLarge,
		}
	}

	if _, _, err := s.admit(ctx, ref, payload); err != nil {
		return err
	}

	select {
	case s.async <- struct{}{}:
	default:
		return throttled()
	}

	// The caller's permission was checked above. The invocation continues after its call
	// ends.
	ctx = context.WithoutCancel(ctx)

	return s.background(func() {
		defer func() { <-s.async }()

		s.retryAsync(ctx, ref, payload)
	})
}

func (s *Service) retryAsync(ctx context.Context, ref reference, payload []byte) {
	retries, age := s.created.async(ref)
	began := time.Now()

	for attempt := range retries + 1 {
		result, err := s.invoke(ctx, ref, payload)
		if err != nil || result.FunctionError == "" || attempt == retries || time.Since(began)+time.Duration(attempt+1)*asyncRetryDelay > age {
			return
		}

		select {
		case <-time.After(time.Duration(attempt+1) * asyncRetryDelay):
		case <-s.ctx.Done():
			return
		}
	}
}

func answer(w http.ResponseWriter, value any) { answerWith(w, http.StatusOK, value) }

func answerWith(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		refuse(w, err)

		return
	}

	w.Header().Set(headerContentType, contentTypeJSON)
	w.Header().Set(headerAPIRequest, uuid.NewString())
	w.WriteHeader(status)
	_, _ = w.Write(body) // An error means that the client has disconnected.
}

// refuse answers with an error in the shape of REST-JSON services.
func refuse(w http.ResponseWriter, err error) {
	var failure *awsapi.Error
	if !errors.As(err, &failure) {
		failure = &awsapi.Error{Code: "ServiceException", Message: err.Error(), Status: http.StatusInternalServerError}
	}

	status := failure.Status
	if status == 0 {
		status = http.StatusBadRequest
	}

	kind := "User"
	if status >= http.StatusInternalServerError {
		kind = "Service"
	}

	members := map[string]any{"Type": kind, "Message": failure.Message}
	maps.Copy(members, failure.Fields)

	body, _ := json.Marshal(members) // Strings and plain values can always be encoded.

	w.Header().Set(headerContentType, contentTypeJSON)
	w.Header().Set(headerErrorType, failure.Code)
	w.Header().Set(headerAPIRequest, uuid.NewString())
	w.WriteHeader(status)
	_, _ = w.Write(body) // An error means that the client has disconnected.
}
