package lambda

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"strconv"
)

// Paths and headers of the Runtime API:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
const (
	runtimeRoot = "/2018-06-01/runtime"

	headerRequestID   = "Lambda-Runtime-Aws-Request-Id"
	headerDeadline    = "Lambda-Runtime-Deadline-Ms"
	headerInvokedARN  = "Lambda-Runtime-Invoked-Function-Arn"
	headerTraceID     = "Lambda-Runtime-Trace-Id"
	trailerErrorType  = "Lambda-Runtime-Function-Error-Type"
	contentTypeJSON   = "application/json"
	headerContentType = "Content-Type"
)

var discardLog = log.New(io.Discard, "", 0)

// runtimeAPI is the Runtime API that the process calls. It answers every accepted report
// with 202, which runtimes require.
func (in *instance) runtimeAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+runtimeRoot+"/invocation/next", in.next)
	mux.HandleFunc("POST "+runtimeRoot+"/invocation/{id}/response", in.response)
	mux.HandleFunc("POST "+runtimeRoot+"/invocation/{id}/error", in.failed)
	mux.HandleFunc("POST "+runtimeRoot+"/init/error", in.initFailed)

	return mux
}

// next ends the current invocation, and waits for the next one.
func (in *instance) next(w http.ResponseWriter, r *http.Request) {
	in.mu.Lock()
	last, first := in.current, !in.asked

	if last != nil {
		if _, answered := last.outcome(); !answered {
			in.mu.Unlock()
			report(w, http.StatusForbidden, "InvalidStateTransition", "the current invocation has no answer yet")

			return
		}
	}

	in.current, in.asked = nil, true
	in.mu.Unlock()

	switch {
	case last != nil:
		close(last.freed)
		in.freed(in)
	case first:
		close(in.ready)
	}

	select {
	case v := <-in.work:
		in.hand(w, v)
	case <-r.Context().Done(): // The process has exited or was ended.
	}
}

// hand gives the invocation to the process.
func (in *instance) hand(w http.ResponseWriter, v *invocation) {
	in.mu.Lock()
	in.current, in.last = v, v
	in.mu.Unlock()

	v.log.add("START RequestId: " + v.requestID + " Version: " + v.version)

	v.take()

	const base = 10

	header := w.Header()
	header.Set(headerContentType, contentTypeJSON)
	header.Set(headerRequestID, v.requestID)
	header.Set(headerDeadline, strconv.FormatInt(v.deadline.UnixMilli(), base))
	header.Set(headerInvokedARN, v.arn)
	header.Set(headerTraceID, "Root="+traceRoot(v.requestID, v.deadline)+";Sampled=0")
	_, _ = w.Write(v.payload) // The exit of the process reports an error.
}

func (in *instance) response(w http.ResponseWriter, r *http.Request) {
	v, ok := in.reported(w, r)
	if !ok {
		return
	}

	if v.how.Cut != Uncut {
		in.cut(v)

		return
	}

	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayloadBytes))

	var over *http.MaxBytesError

	switch {
	case errors.As(err, &over):
		v.answer(tooLarge())
		report(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the response is over the limit")

		return
	case err != nil:
		return // The process has exited; its exit is the result.
	}

	if in.overLimit() {
		return // The process exited before it answered; its exit is the result.
	}

	result := Result{Payload: body}
	if kind := r.Trailer.Get(trailerErrorType); kind != "" {
		result = failure(kind, "the function failed while it sent its response")
	}

	v.answer(result)
	accept(w)
}

func (in *instance) failed(w http.ResponseWriter, r *http.Request) {
	v, ok := in.reported(w, r)
	if !ok {
		return
	}

	if v.how.Cut != Uncut {
		in.cut(v)

		return
	}

	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayloadBytes))
	if err != nil || in.overLimit() {
		return // The process has exited; its exit is the result.
	}

	v.answer(Result{Payload: body, FunctionError: unhandled})
	accept(w)
}

func (in *instance) initFailed(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayloadBytes))
	if err != nil {
		return // The process has exited; its exit is the result.
	}

	in.mu.Lock()
	in.initError = body
	in.mu.Unlock()

	accept(w)
}

// reported finds the invocation that a report refers to.
func (in *instance) reported(w http.ResponseWriter, r *http.Request) (*invocation, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()

	if in.current == nil || in.current.requestID != r.PathValue("id") {
		report(w, http.StatusBadRequest, "InvalidRequestID", "no such invocation is under way here")

		return nil, false
	}

	return in.current, true
}

func accept(w http.ResponseWriter) {
	w.Header().Set(headerContentType, contentTypeJSON)
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`) // The exit of the process reports an error.
}

func report(w http.ResponseWriter, status int, kind, message string) {
	body, _ := json.Marshal(errorDocument{Type: kind, Message: message}) // Two strings can always be encoded.

	w.Header().Set(headerContentType, contentTypeJSON)
	w.WriteHeader(status)
	_, _ = w.Write(body) // The exit of the process reports an error.
}
