package lambda

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"time"

	"triptych/emulator/awsapi"
)

func (s *Service) noAsync(f *stored, qualifier string) error {
	return &awsapi.Error{
		Code: "ResourceNotFoundException", Status: http.StatusNotFound,
		Message: "The function " + s.arnOf(f.Name) + ":" + qualifier + " doesn't have an EventInvokeConfig",
	}
}

func (s *Service) getAsync(r *http.Request, f *stored) (any, error) {
	qualifier := asyncQualifier(r)
	if _, exists := f.Async[qualifier]; !exists {
		return nil, s.noAsync(f, qualifier)
	}

	return s.describeAsync(f, qualifier), nil
}

func (s *Service) listAsync(_ *http.Request, f *stored) (any, error) {
	list := []asyncDocument{}
	for _, qualifier := range slices.Sorted(maps.Keys(f.Async)) {
		list = append(list, s.describeAsync(f, qualifier))
	}

	return map[string]any{"FunctionEventInvokeConfigs": list}, nil
}

func (s *Service) deleteAsync(r *http.Request) (any, error) {
	return nil, s.changed(r, "DeleteFunctionEventInvokeConfig", func(f *stored) error {
		qualifier := asyncQualifier(r)
		if _, exists := f.Async[qualifier]; !exists {
			return s.noAsync(f, qualifier)
		}

		delete(f.Async, qualifier)

		return nil
	})
}

// async returns how often a failed Event invocation is retried, and for how long.
func (r *registry) async(ref reference) (retries int, age time.Duration) {
	retries, age = asyncRetries, asyncAge*time.Second

	f := r.get(ref.name)
	if f == nil {
		return retries, age
	}

	one := f.Async[cmp.Or(ref.qualifier, latest)]
	if one.Retries != nil {
		retries = *one.Retries
	}

	if one.Seconds != nil {
		age = time.Duration(*one.Seconds) * time.Second
	}

	return retries, age
}
