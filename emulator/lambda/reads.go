package lambda

import (
	"context"
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
		{"GetFunctionConcurrency", s.serveFunction("GetFunctionConcurrency", s.concurrencyOf), []string{settings}},
		{"GetPolicy", s.serveFunction("GetPolicy", s.policy), []string{function + "/policy"}},
		{"ListAliases", s.serveFunction("ListAliases", s.aliases), []string{function + "/aliases"}},
		{"ListEventSourceMappings", s.serveMappings, []string{mappings, mappings + "/{$}"}},
		{"ListTags", s.serveTags, []string{"GET /2017-03-31/tags/{arn}"}},
		{"ListVersionsByFunction", s.serveFunction("ListVersionsByFunction", s.versions), []string{function + "/versions"}},
	}
}

// serveFunction serves an operation on one function.
func (s *Service) serveFunction(name string, run func(r *http.Request, f *Function) (any, error)) http.HandlerFunc {
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

// concurrencyOf answers GetFunctionConcurrency. No function has reserved concurrency.
func (s *Service) concurrencyOf(*http.Request, *Function) (any, error) { return struct{}{}, nil }

// policy answers GetPolicy. No function has a policy of its own: the policies of roles decide.
func (s *Service) policy(*http.Request, *Function) (any, error) {
	return nil, &awsapi.Error{
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
}

func (s *Service) describeAlias(f *Function, name string) aliasConfiguration {
	return aliasConfiguration{
		AliasArn: FunctionARN(s.config.Region, s.config.Account, f.Name) + ":" + name, Name: name, FunctionVersion: aliasVersion,
		Description: "The alias that the state machines invoke.",
	}
}

func (s *Service) alias(r *http.Request, f *Function) (any, error) {
	name := r.PathValue("alias")
	if !slices.Contains(f.Aliases, name) {
		return nil, &awsapi.Error{
			Code: "ResourceNotFoundException", Status: http.StatusNotFound,
			Message: "Alias not found: " + FunctionARN(s.config.Region, s.config.Account, f.Name) + ":" + name,
		}
	}

	return s.describeAlias(f, name), nil
}

func (s *Service) aliases(r *http.Request, f *Function) (any, error) {
	list := []aliasConfiguration{}

	for _, name := range f.Aliases {
		if wanted := r.URL.Query().Get("FunctionVersion"); wanted == "" || wanted == aliasVersion {
			list = append(list, s.describeAlias(f, name))
		}
	}

	return map[string]any{"Aliases": list}, nil
}

// versions answers ListVersionsByFunction: $LATEST, and the version of the aliases.
func (s *Service) versions(_ *http.Request, f *Function) (any, error) {
	list := []configuration{s.describe(f)}
	list[0].FunctionArn += ":" + latest

	if len(f.Aliases) > 0 {
		published := s.describe(f)
		published.FunctionArn += ":" + aliasVersion
		published.Version = aliasVersion
		list = append(list, published)
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
func (s *Service) findNamed(ctx context.Context, action, name, qualifier string) (*Function, error) {
	ref, err := parseReference(name, qualifier)
	if err != nil {
		return nil, err
	}

	arn := FunctionARN(s.config.Region, s.config.Account, ref.name)
	if err := s.config.Authorize(ctx, action, arn); err != nil {
		return nil, err
	}

	at := slices.IndexFunc(s.config.Functions, func(f Function) bool { return f.Name == ref.name })
	if at < 0 {
		return nil, notFound(arn)
	}

	return &s.config.Functions[at], nil
}
