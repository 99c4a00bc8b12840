package lambda

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"triptych/emulator/awsapi"
)

// readOperations returns the operations that read a function, besides those of describe.go.
// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
func (s *Service) readOperations() []operation {
	const (
		function = "GET /2015-03-31/functions/{function}"
		settings = "GET /2019-09-30/functions/{function}/concurrency"
		mappings = "GET /2015-03-31/event-source-mappings"
	)

	return []operation{
		{"GetAlias", s.serveFunction("GetAlias", s.alias), []string{function + "/aliases/{alias}"}},
		{"GetFunctionCodeSigningConfig", s.serveFunction("GetFunctionCodeSigningConfig", s.codeSigning), []string{"GET /2020-06-30/functions/{function}/code-signing-config"}},
		{"GetFunctionConcurrency", s.serveFunction("GetFunctionConcurrency", s.concurrencyOf), []string{settings}},
		{"ListAliases", s.serveFunction("ListAliases", s.aliases), []string{function + "/aliases"}},
		{"ListEventSourceMappings", s.serveMappings, []string{mappings, mappings + "/{$}"}},
		{"ListTags", s.serveTags, []string{"GET /2017-03-31/tags/{arn}"}},
		{"ListVersionsByFunction", s.serveFunction("ListVersionsByFunction", s.versions), []string{function + "/versions"}},
	}
}

// serveFunction serves an operation on one function.
func (s *Service) serveFunction(name string, run func(r *http.Request, f *stored) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, err := s.find(r, "lambda:"+name)
		if err == nil {
			var value any
			if value, err = run(r, f); err == nil {
				answer(w, value)

				return
			}
		}

		refuse(w, err)
	}
}

// concurrencyOf answers GetFunctionConcurrency.
func (s *Service) concurrencyOf(_ *http.Request, f *stored) (any, error) {
	if f.Reserved == nil {
		return struct{}{}, nil
	}

	return reservation{*f.Reserved}, nil
}

// codeSigning answers GetFunctionCodeSigningConfig. No function has signed code.
func (s *Service) codeSigning(_ *http.Request, f *stored) (any, error) {
	return struct{ FunctionName, CodeSigningConfigArn string }{FunctionName: f.Name}, nil
}

// noSuchResource is the error for a part of a function that does not exist.
func noSuchResource() error {
	return &awsapi.Error{
		Code: "ResourceNotFoundException", Message: "The resource you requested does not exist.", Status: http.StatusNotFound,
	}
}

// aliasConfiguration is an alias in an answer.
// https://docs.aws.amazon.com/lambda/latest/api/API_AliasConfiguration.html
type aliasConfiguration struct {
	AliasArn        string
	Name            string
	FunctionVersion string
	Description     string
	RevisionID      string `json:"RevisionId"`
}

func (s *Service) describeAlias(f *stored, name string) aliasConfiguration {
	one := f.Aliases[name]

	return aliasConfiguration{
		AliasArn: s.arnOf(f.Name) + ":" + name, Name: name, FunctionVersion: one.Version, Description: one.Description, RevisionID: one.Revision,
	}
}

func (s *Service) alias(r *http.Request, f *stored) (any, error) {
	name := r.PathValue("alias")
	if _, known := f.Aliases[name]; !known {
		return nil, s.noAlias(f, name)
	}

	return s.describeAlias(f, name), nil
}

func (s *Service) noAlias(f *stored, name string) error {
	return &awsapi.Error{
		Code: "ResourceNotFoundException", Message: "Cannot find alias arn: " + s.arnOf(f.Name) + ":" + name, Status: http.StatusNotFound,
	}
}

func (s *Service) aliases(r *http.Request, f *stored) (any, error) {
	list := []aliasConfiguration{}

	for _, name := range slices.Sorted(maps.Keys(f.Aliases)) {
		if wanted := r.URL.Query().Get("FunctionVersion"); wanted == "" || wanted == f.Aliases[name].Version {
			list = append(list, s.describeAlias(f, name))
		}
	}

	return map[string]any{"Aliases": list}, nil
}

// versions answers ListVersionsByFunction.
func (s *Service) versions(_ *http.Request, f *stored) (any, error) {
	list := []configuration{}
	for _, one := range f.versions() {
		list = append(list, s.describe(f, one, one.Number))
	}

	return map[string]any{"Versions": list}, nil
}

// serveMappings answers ListEventSourceMappings with an empty list: the emulator has no
// event source mappings.
func (s *Service) serveMappings(w http.ResponseWriter, r *http.Request) {
	if err := s.config.Authorize(r.Context(), "lambda:ListEventSourceMappings", "*"); err != nil {
		refuse(w, err)

		return
	}

	answer(w, map[string]any{"EventSourceMappings": []struct{}{}})
}

// serveTags answers ListTags.
func (s *Service) serveTags(w http.ResponseWriter, r *http.Request) {
	arn, err := url.PathUnescape(r.PathValue("arn"))
	if err != nil {
		arn = r.PathValue("arn")
	}

	f, err := s.findNamed(r.Context(), "lambda:ListTags", arn, "")
	if err != nil {
		refuse(w, err)

		return
	}

	tags := f.Tags
	if tags == nil {
		tags = map[string]string{}
	}

	answer(w, map[string]any{"Tags": tags})
}

// findNamed authorizes an action on a function, which a name or an ARN names, and returns the
// function.
func (s *Service) findNamed(ctx context.Context, action, name, qualifier string) (*stored, error) {
	ref, err := parseReference(name, qualifier)
	if err != nil {
		return nil, err
	}

	arn := FunctionARN(s.config.Region, s.config.Account, ref.name)
	if err := s.config.Authorize(ctx, action, arn); err != nil {
		return nil, err
	}

	if f := s.created.get(ref.name); f != nil {
		return f, nil
	}

	declared := s.declared[ref.name]
	if declared == nil {
		return nil, notFound(arn)
	}

	return s.asStored(declared.function), nil
}
