package resources

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

const (
	functionPath = "function"
	development  = "DEVELOPMENT"
	stageLive    = "LIVE"

	// maxFunctionBytes is the largest code of a function.
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
	maxFunctionBytes = 10 << 10
)

var functions = &kind{path: functionPath, name: "Function", noun: "function", no: "NoSuchFunctionExists", exists: "FunctionAlreadyExists", inUse: "FunctionInUse"}

// functionOf returns the function with an ARN, or nil. The service is locked.
func (s *Service) functionOf(arn string) *resource {
	name, found := strings.CutPrefix(arn, s.arn(functionPath, ""))
	if !found {
		return nil
	}

	return s.all[key(functionPath, name)]
}

// stage returns a stage of a function; nil if the function was not published.
func (r *resource) stage(name string) *live {
	if name == stageLive {
		return r.Live
	}

	return &live{Code: r.Code, Config: r.Config, ETag: r.ETag, Modified: r.Modified}
}

// summary returns the XML of a FunctionSummary without its root.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_FunctionSummary.html
func (s *Service) summary(r *resource, stage string) string {
	status := "UNPUBLISHED"

	switch {
	case stage == stageLive:
		status = "DEPLOYED"
	case r.Live != nil && r.Live.Code == r.Code && r.Live.Config == r.Config:
		status = "UNASSOCIATED"
		if s.users("FunctionARN", s.arn(functionPath, r.ID)) {
			status = "DEPLOYED"
		}
	}

	shown := r.stage(stage)

	return wrap("Name", r.ID) + wrap("Status", status) + wrap("FunctionConfig", shown.Config) + wrap("FunctionMetadata",
		wrap("FunctionARN", s.arn(functionPath, r.ID))+wrap("Stage", stage)+wrap("CreatedTime", stamp(r.Created))+wrap("LastModifiedTime", stamp(shown.Modified)))
}

// functionRequest is a request to create or change a function.
type functionRequest struct {
	name, code, config string
}

// readFunction reads a request and checks the function.
func (s *Service) readFunction(body []byte, root, name string) (*functionRequest, error) {
	inner, err := element(body, root)
	if err != nil {
		return nil, err
	}

	c, err := parse(inner)
	if err != nil {
		return nil, err
	}

	if name == "" {
		name = c.text("Name")
	}

	code, err := base64.StdEncoding.DecodeString(strings.TrimSpace(c.text("FunctionCode")))

	switch {
	case !functionName.MatchString(name):
		return nil, invalid("The function's name %q must have 1 to 64 letters, digits, hyphens and underscores", name)
	case err != nil || len(code) == 0:
		return nil, invalid("The parameter FunctionCode is required, in base64.")
	case len(code) > maxFunctionBytes:
		return nil, failure("FunctionSizeLimitExceeded", http.StatusRequestEntityTooLarge, "The function has %d bytes, more than %d.", len(code), maxFunctionBytes)
	case len(c.values["KeyValueStoreARN"]) > 0:
		return nil, invalid("CloudFront in the emulator has no key value stores: associate none")
	case c.text("Runtime") != "cloudfront-js-2.0":
		return nil, invalid("CloudFront in the emulator has only the runtime cloudfront-js-2.0, and not %q", c.text("Runtime"))
	}

	if err := s.config.Compile(name, string(code)); err != nil {
		return nil, invalid("The function's code cannot run: %v", err)
	}

	return &functionRequest{name, string(code), wrap("Comment", escape(c.text("Comment"))) + wrap("Runtime", c.text("Runtime"))}, nil
}

func (s *Service) answerFunction(r *resource, stage string, status int) (*answer, error) {
	body, err := encode("FunctionSummary", s.summary(r, stage))
	made := &answer{status: status, tag: r.stage(stage).ETag, body: body}

	if status == http.StatusCreated {
		made.location = "https://cloudfront.amazonaws.com/2020-05-31/function/" + s.arn(functionPath, r.ID)
	}

	return made, err
}

// createFunction answers CreateFunction.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html
func (s *Service) createFunction(_ *http.Request, _ string, body []byte) (*answer, error) {
	in, err := s.readFunction(body, "CreateFunctionRequest", "")
	if err != nil {
		return nil, err
	}

	if s.all[key(functionPath, in.name)] != nil || s.config.Reserved(in.name) {
		return nil, failure(functions.exists, http.StatusConflict, "A function with the name %s exists already.", in.name)
	}

	now := time.Now()
	made := &resource{Kind: functionPath, ID: in.name, Name: in.name, Config: in.config, Code: in.code, ETag: newID("E"), Created: now, Modified: now}

	if err := s.put(made); err != nil {
		return nil, err
	}

	return s.answerFunction(made, development, http.StatusCreated)
}

// found returns the function of a request, and the stage that the request asks for.
func (s *Service) found(r *http.Request, name string) (*resource, string, error) {
	found, err := s.find(functions, name)
	if err != nil {
		return nil, "", err
	}

	stage := r.URL.Query().Get("Stage")
	if stage == "" {
		stage = development
	}

	if stage != development && stage != stageLive {
		return nil, "", invalid("The parameter Stage is %q, want DEVELOPMENT or LIVE", stage)
	}

	if found.stage(stage) == nil {
		return nil, "", functions.missing()
	}

	return found, stage, nil
}

// describeFunction answers DescribeFunction.
func (s *Service) describeFunction(r *http.Request, name string, _ []byte) (*answer, error) {
	found, stage, err := s.found(r, name)
	if err != nil {
		return nil, err
	}

	return s.answerFunction(found, stage, http.StatusOK)
}

// getFunction answers GetFunction with the code.
func (s *Service) getFunction(r *http.Request, name string, _ []byte) (*answer, error) {
	found, stage, err := s.found(r, name)
	if err != nil {
		return nil, err
	}

	shown := found.stage(stage)

	return &answer{status: http.StatusOK, tag: shown.ETag, body: []byte(shown.Code), kind: "application/octet-stream"}, nil
}

// updateFunction answers UpdateFunction, which changes the stage DEVELOPMENT.
func (s *Service) updateFunction(r *http.Request, name string, body []byte) (*answer, error) {
	found, err := s.find(functions, name)
	if err != nil {
		return nil, err
	}

	if err := matches(r, found.ETag); err != nil {
		return nil, err
	}

	in, err := s.readFunction(body, "UpdateFunctionRequest", name)
	if err != nil {
		return nil, err
	}

	changed := *found
	changed.Code, changed.Config, changed.ETag, changed.Modified = in.code, in.config, newID("E"), time.Now()

	if err := s.put(&changed); err != nil {
		return nil, err
	}

	return s.answerFunction(&changed, development, http.StatusOK)
}

// publishFunction answers PublishFunction: the stage LIVE becomes that of DEVELOPMENT.
func (s *Service) publishFunction(r *http.Request, name string, _ []byte) (*answer, error) {
	found, err := s.find(functions, name)
	if err != nil {
		return nil, err
	}

	if err := matches(r, found.ETag); err != nil {
		return nil, err
	}

	changed := *found
	changed.Live = &live{Code: found.Code, Config: found.Config, ETag: newID("E"), Modified: time.Now()}

	if err := s.put(&changed); err != nil {
		return nil, err
	}

	body, err := encode("FunctionSummary", s.summary(&changed, stageLive))

	return &answer{status: http.StatusOK, body: body}, err
}

// deleteFunction answers DeleteFunction.
func (s *Service) deleteFunction(r *http.Request, name string, _ []byte) (*answer, error) {
	found, err := s.find(functions, name)
	if err != nil {
		return nil, err
	}

	if err := matches(r, found.ETag); err != nil {
		return nil, err
	}

	if s.users("FunctionARN", s.arn(functionPath, name)) {
		return nil, failure(functions.inUse, http.StatusConflict, "Cannot delete the function, it is in use by at least one distribution.")
	}

	return &answer{status: http.StatusNoContent}, s.remove(found)
}

// listFunctions answers ListFunctions.
func (s *Service) listFunctions(r *http.Request, _ string, _ []byte) (*answer, error) {
	var summaries strings.Builder

	quantity := 0

	for _, one := range s.of(functionPath) {
		for _, stage := range []string{development, stageLive} {
			if wanted := r.URL.Query().Get("Stage"); (wanted == "" || wanted == stage) && one.stage(stage) != nil {
				summaries.WriteString(wrap("FunctionSummary", s.summary(one, stage)))

				quantity++
			}
		}
	}

	return listOf("FunctionList", quantity, summaries.String())
}
