package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
	"triptych/emulator/awsapi/jackson"
)

// rearmTime is how long an answer waits for its instance to ask for more work or to
// exit. A well-behaved instance does this immediately.
const rearmTime = 50 * time.Millisecond

// Service is the emulator's Lambda. It is an [http.Handler] for Lambda's REST API, and it
// is safe for concurrent use.
type Service struct {
	config   Config
	pool     *pool
	spawner  *spawner
	api      http.Handler
	declared map[string]*functionPool // The functions of the configuration, by name.
	created  *registry                // The functions that clients have created.
	async    chan struct{}            // Limits the Event invocations in progress.

	// concurrent has an element for every invocation that runs or waits, if the account's
	// concurrency is limited.
	concurrent chan struct{}

	ctx     context.Context //nolint:containedctx // The lifetime of the service, which is longer than that of any call.
	cancel  context.CancelFunc
	mu      sync.Mutex     // Held while running grows from zero, and by Close.
	running sync.WaitGroup // Invocations and processes.
	closing sync.Once
}

// New creates the service. It starts no process: the first invocation does.
func New(config Config) (*Service, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("configure Lambda: %w", err)
	}

	config, err := config.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("configure Lambda: %w", err)
	}

	s := &Service{config: config, spawner: newSpawner(), async: make(chan struct{}, maxAsync), concurrent: make(chan struct{}, config.AccountConcurrency)}
	s.pool, s.declared = newPool(&s.config), map[string]*functionPool{}

	for _, one := range s.pool.functions {
		s.declared[one.function.Name] = one
	}

	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.api = s.routes()

	if s.created, err = s.openRegistry(); err != nil {
		return nil, fmt.Errorf("configure Lambda: %w", err)
	}

	return s, nil
}

// Close ends every process and waits until all have exited. Invocations in progress end
// with an error, as if they had never been tried, because their effects are not known.
func (s *Service) Close() error {
	s.closing.Do(func() {
		s.mu.Lock()
		s.cancel()
		s.mu.Unlock()

		s.pool.close()
		s.running.Wait()
		s.spawner.close()
	})

	return nil
}

// background runs work that Close waits for, unless the service is closed.
func (s *Service) background(work func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()

	if s.ctx.Err() != nil {
		return ErrClosed
	}

	s.running.Go(work)

	return nil
}

// Invoke runs a function and returns its result. The function is named by its name,
// partial ARN or ARN, with or without a qualifier. The payload is JSON; empty means {}.
//
// If all instances are busy, Invoke waits until ctx ends. If ctx ends while the function
// runs, Invoke returns and the function continues, as on AWS.
//
// An error is an *[awsapi.Error] with one of Lambda's codes (ResourceNotFoundException,
// InvalidRequestContentException, RequestTooLargeException, ValidationException,
// TooManyRequestsException above Config.AccountConcurrency, or the error of Authorize),
// the error of ctx, or [ErrClosed].
func (s *Service) Invoke(ctx context.Context, function string, payload []byte) (Result, error) {
	ref, err := parseReference(function, "")
	if err != nil {
		return Result{}, err
	}

	return s.invoke(ctx, ref, payload)
}

// admit checks a request, and returns what is needed to run it.
func (s *Service) admit(ctx context.Context, ref reference, payload []byte) (*functionPool, *invocation, error) {
	arn := FunctionARN(s.config.Region, s.config.Account, ref.name)
	if ref.qualifier != "" {
		arn += ":" + ref.qualifier
	}

	if err := s.authorizeInvoke(ctx, ref, arn); err != nil {
		return nil, nil, err
	}

	functionPool, version := s.resolve(ref)
	if functionPool == nil {
		return nil, nil, notFound(arn)
	}

	if len(payload) == 0 {
		payload = []byte("{}")
	}

	if len(payload) > MaxPayloadBytes {
		return nil, nil, &awsapi.Error{
			Code:    "RequestTooLargeException",
			Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", MaxPayloadBytes),
			Status:  http.StatusRequestEntityTooLarge,
		}
	}

	if !json.Valid(payload) {
		return nil, nil, awsapi.Errorf("InvalidRequestContentException",
			"Could not parse request body into json: Could not parse payload into json: %v", jackson.Check(payload, jackson.Bytes))
	}

	v := newInvocation(uuid.NewString(), arn, payload, functionPool.function.Timeout)
	v.version = version

	return functionPool, v, nil
}

func notFound(arn string) error {
	return &awsapi.Error{
		Code: "ResourceNotFoundException", Message: "Function not found: " + arn,
		Status: http.StatusNotFound,
	}
}

func (s *Service) invoke(ctx context.Context, ref reference, payload []byte) (Result, error) {
	functionPool, v, err := s.admit(ctx, ref, payload)
	if err != nil {
		return Result{}, err
	}

	if result, over, err := s.injectFault(ctx, ref.name, v); over {
		return result, err
	}

	leave, err := s.enterFunction(ref.name)
	if err != nil {
		return Result{}, err
	}

	slot, err := s.pool.get(ctx, functionPool)
	if err != nil {
		leave()

		return Result{}, fmt.Errorf("invoke %s: %w", ref.name, err)
	}

	over := make(chan struct{})

	if err := s.background(func() { defer close(over); defer leave(); s.run(functionPool, slot, v) }); err != nil {
		leave()

		return Result{}, fmt.Errorf("invoke %s: %w", ref.name, err)
	}

	select {
	case <-v.answered:
	case <-ctx.Done():
		return Result{}, fmt.Errorf("invoke %s: %w", ref.name, ctx.Err())
	}

	select { // The instance should be free for the caller's next invocation.
	case <-over:
	case <-time.After(rearmTime):
	}

	if s.ctx.Err() != nil {
		return Result{}, fmt.Errorf("invoke %s: %w", ref.name, ErrClosed)
	}

	result, _ := v.outcome()
	result.RequestID = v.requestID
	result.ExecutedVersion = v.version
	result.TraceRoot = traceRoot(v.requestID, v.deadline)
	result.LogTail = logTail(ctx, v)

	return result, nil
}

// run executes the invocation. It uses another instance if a warm one has exited.
func (s *Service) run(functionPool *functionPool, slot slot, v *invocation) {
	f := functionPool.function
	stream := newStream(time.Now(), f.version) // If no instance starts.

	defer func() {
		if result, _ := v.outcome(); result.platform != "" && s.ctx.Err() == nil {
			s.log(f, stream, result.platform)
		}
	}()

	for {
		in := slot.warm
		if in == nil {
			var ok bool
			if in, ok = s.initialize(functionPool, v); !ok {
				return
			}
		}

		stream = in.stream

		if in.serve(v) {
			return
		}

		var err error
		if slot, err = s.pool.get(s.ctx, functionPool); err != nil {
			v.answer(exited(v.requestID, nil)) // The service is being closed; the caller learns it.

			return
		}
	}
}

// initialize starts an instance. If that fails, the failure is the result.
func (s *Service) initialize(functionPool *functionPool, v *invocation) (*instance, bool) {
	in, err := s.launch(functionPool)

	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		s.pool.fail(functionPool)
		v.answer(noEntrypoint(v.requestID, err))

		return nil, false
	case err != nil:
		s.pool.fail(functionPool)
		v.answer(failure(exitError, fmt.Sprintf("RequestId: %s Error: %v", v.requestID, err)))

		return nil, false
	}

	s.pool.add(functionPool, in)

	if result, ok := in.initialized(v.requestID, s.config.InitTimeout); !ok {
		v.answer(result)

		return nil, false
	}

	return in, true
}

// traceRoot creates an X-Ray trace id: a time and 96 bits.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids
func traceRoot(requestID string, at time.Time) string {
	const uniqueDigits = 24

	return fmt.Sprintf("1-%08x-%s", at.Unix(), strings.ReplaceAll(requestID, "-", "")[:uniqueDigits])
}
