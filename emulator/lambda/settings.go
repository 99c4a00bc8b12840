package lambda

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// minUnreserved is the concurrency that reservations must leave.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
const minUnreserved = 100

type reservation struct{ ReservedConcurrentExecutions int }

// asyncPolicy is what happens to Event invocations that fail.
type asyncPolicy struct {
	Retries  *int
	Seconds  *int // The maximum age of an event.
	Modified float64
}

// settingOperations returns the operations on a function's concurrency, asynchronous
// invocations, tags and permissions.
func (s *Service) settingOperations() []operation {
	const (
		concurrency = "/2017-10-31/functions/{function}/concurrency"
		async       = "/2019-09-25/functions/{function}/event-invoke-config"
		tags        = "/2017-03-31/tags/{arn}"
	)

	all := []operation{
		{"DeleteFunctionConcurrency", s.serveChange(http.StatusNoContent, s.deleteConcurrency), []string{"DELETE " + concurrency}},
		{"DeleteFunctionEventInvokeConfig", s.serveChange(http.StatusNoContent, s.deleteAsync), []string{"DELETE " + async}},
		{"GetFunctionEventInvokeConfig", s.serveFunction("GetFunctionEventInvokeConfig", s.getAsync), []string{"GET " + async}},
		{"ListFunctionEventInvokeConfigs", s.serveFunction("ListFunctionEventInvokeConfigs", s.listAsync), []string{"GET " + async + "/list"}},
		{"PutFunctionConcurrency", s.serveChange(http.StatusOK, s.putConcurrency), []string{"PUT " + concurrency}},
		{"PutFunctionEventInvokeConfig", s.serveChange(http.StatusOK, s.setAsync(true)), []string{"PUT " + async}},
		{"TagResource", s.serveChange(http.StatusNoContent, s.tag), []string{"POST " + tags}},
		{"UntagResource", s.serveChange(http.StatusNoContent, s.untag), []string{"DELETE " + tags}},
		{"UpdateFunctionEventInvokeConfig", s.serveChange(http.StatusOK, s.setAsync(false)), []string{"POST " + async}},
	}

	return append(all, s.permissionOperations()...)
}

// putConcurrency answers PutFunctionConcurrency.
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
func (s *Service) putConcurrency(r *http.Request) (any, error) {
	var in struct{ ReservedConcurrentExecutions *int }

	if err := read(r, &in); err != nil {
		return nil, err
	}

	wanted := in.ReservedConcurrentExecutions

	switch {
	case wanted == nil:
		return nil, missing("reservedConcurrentExecutions")
	case *wanted < 0:
		return nil, outside("reservedConcurrentExecutions", *wanted, 0, DefaultAccountConcurrency)
	}

	limit := s.config.AccountConcurrency
	if limit == 0 {
		limit = DefaultAccountConcurrency
	}

	ref, err := parseReference(r.PathValue("function"), "")
	if err != nil {
		return nil, err
	}

	if *wanted > 0 && limit-s.created.reserved(ref.name)-*wanted < minUnreserved {
		return nil, invalidParameter("Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [%d].", minUnreserved)
	}

	err = s.changed(r, "PutFunctionConcurrency", func(f *stored) error {
		f.Reserved = wanted

		return nil
	})

	return reservation{*wanted}, err
}

// reserved returns the concurrency that is reserved for the other functions.
func (r *registry) reserved(except string) int {
	r.mu.RLock()
	defer r.mu.RUnlock()

	sum := 0

	for name, f := range r.functions {
		if name != except && f.Reserved != nil {
			sum += *f.Reserved
		}
	}

	return sum
}

func (s *Service) deleteConcurrency(r *http.Request) (any, error) {
	return nil, s.changed(r, "DeleteFunctionConcurrency", func(f *stored) error {
		f.Reserved = nil

		return nil
	})
}

// tag answers TagResource.
func (s *Service) tag(r *http.Request) (any, error) {
	var in struct{ Tags map[string]string }

	if err := read(r, &in); err != nil {
		return nil, err
	}

	return nil, s.changeTags(r, "TagResource", func(tags map[string]string) { maps.Copy(tags, in.Tags) })
}

// untag answers UntagResource.
func (s *Service) untag(r *http.Request) (any, error) {
	keys := r.URL.Query()["tagKeys"]

	return nil, s.changeTags(r, "UntagResource", func(tags map[string]string) {
		maps.DeleteFunc(tags, func(key, _ string) bool { return slices.Contains(keys, key) })
	})
}

func (s *Service) changeTags(r *http.Request, action string, change func(tags map[string]string)) error {
	arn, err := url.PathUnescape(r.PathValue("arn"))
	if err != nil {
		arn = r.PathValue("arn")
	}

	f, err := s.findNamed(r.Context(), "lambda:"+action, arn, "")
	if err != nil {
		return err
	}

	return s.created.change(f.Name, func(f *stored) error {
		if f.Tags == nil {
			f.Tags = map[string]string{}
		}

		change(f.Tags)

		return nil
	})
}

// asyncDocument is an EventInvokeConfig.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionEventInvokeConfig.html
type asyncDocument struct {
	FunctionArn              string
	LastModified             float64
	MaximumRetryAttempts     *int `json:",omitempty"`
	MaximumEventAgeInSeconds *int `json:",omitempty"`
	DestinationConfig        struct {
		OnSuccess, OnFailure struct {
			Destination string `json:",omitempty"`
		}
	}
}

// setAsync answers PutFunctionEventInvokeConfig, which replaces the configuration, and
// UpdateFunctionEventInvokeConfig.
func (s *Service) setAsync(replace bool) func(r *http.Request) (any, error) {
	const leastAge = 60

	return func(r *http.Request) (any, error) {
		var in asyncDocument
		if err := read(r, &in); err != nil {
			return nil, err
		}

		switch retries, age := in.MaximumRetryAttempts, in.MaximumEventAgeInSeconds; {
		case retries != nil && (*retries < 0 || *retries > asyncRetries):
			return nil, outside("maximumRetryAttempts", *retries, 0, asyncRetries)
		case age != nil && (*age < leastAge || *age > asyncAge):
			return nil, outside("maximumEventAgeInSeconds", *age, leastAge, asyncAge)
		case in.DestinationConfig.OnFailure.Destination+in.DestinationConfig.OnSuccess.Destination != "":
			return nil, invalidParameter("Lambda in the emulator sends the results of Event invocations to no destination")
		}

		qualifier := asyncQualifier(r)

		var out asyncDocument

		err := s.changed(r, map[bool]string{true: "Put", false: "Update"}[replace]+"FunctionEventInvokeConfig", func(f *stored) error {
			one, exists := f.Async[qualifier]

			switch {
			case f.version(strings.TrimPrefix(qualifier, latest)) == nil:
				return notFound(s.arnOf(f.Name) + ":" + qualifier)
			case replace:
				one = asyncPolicy{}
			case !exists:
				return s.noAsync(f, qualifier)
			}

			if in.MaximumRetryAttempts != nil {
				one.Retries = in.MaximumRetryAttempts
			}

			if in.MaximumEventAgeInSeconds != nil {
				one.Seconds = in.MaximumEventAgeInSeconds
			}

			one.Modified = float64(time.Now().UnixMilli()) / time.Second.Seconds() / 1000 //nolint:mnd // Milliseconds.

			if f.Async == nil {
				f.Async = map[string]asyncPolicy{}
			}

			f.Async[qualifier] = one
			out = s.describeAsync(f, qualifier)

			return nil
		})

		return out, err
	}
}

func asyncQualifier(r *http.Request) string {
	if qualifier := r.URL.Query().Get("Qualifier"); qualifier != "" {
		return qualifier
	}

	return latest
}

func (s *Service) describeAsync(f *stored, qualifier string) asyncDocument {
	one := f.Async[qualifier]

	return asyncDocument{
		FunctionArn: s.arnOf(f.Name) + ":" + qualifier, LastModified: one.Modified, MaximumRetryAttempts: one.Retries, MaximumEventAgeInSeconds: one.Seconds,
	}
}
