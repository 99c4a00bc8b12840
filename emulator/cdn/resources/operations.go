package resources

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"triptych/emulator/awsapi"
)

const (
	version  = "/2020-05-31/" // The prefix of all paths.
	maxBytes = 1 << 20        // Of a request.
)

// operation is an operation of the API.
type operation struct {
	name   string
	method string
	path   string // Below version. A star is an id.
	query  string // A parameter that the request must have, such as "Operation=Tag"; "" for none.
	run    func(r *http.Request, id string, body []byte) (*answer, error)
}

// operations returns all operations, sorted by name.
func (s *Service) operations() []operation {
	all := []operation{
		{"CreateDistribution", http.MethodPost, "distribution", "", s.createDistribution},
		{"CreateDistributionWithTags", http.MethodPost, "distribution", "WithTags", s.createDistribution},
		{"CreateFunction", http.MethodPost, "function", "", s.createFunction},
		{"DeleteDistribution", http.MethodDelete, "distribution/*", "", s.deleteDistribution},
		{"DeleteFunction", http.MethodDelete, "function/*", "", s.deleteFunction},
		{"DescribeFunction", http.MethodGet, "function/*/describe", "", s.describeFunction},
		{"GetDistribution", http.MethodGet, "distribution/*", "", s.getDistribution},
		{"GetDistributionConfig", http.MethodGet, "distribution/*/config", "", s.getDistributionConfig},
		{"GetFunction", http.MethodGet, "function/*", "", s.getFunction},
		{"ListFunctions", http.MethodGet, "function", "", s.listFunctions},
		{"ListTagsForResource", http.MethodGet, "tagging", "", s.listTags},
		{"PublishFunction", http.MethodPost, "function/*/publish", "", s.publishFunction},
		{"TagResource", http.MethodPost, "tagging", "Operation=Tag", s.changeTags},
		{"UntagResource", http.MethodPost, "tagging", "Operation=Untag", s.changeTags},
		{"UpdateDistribution", http.MethodPut, "distribution/*/config", "", s.updateDistribution},
		{"UpdateFunction", http.MethodPut, "function/*", "", s.updateFunction},
	}

	for _, k := range kinds() {
		all = append(all,
			operation{"Create" + k.name, http.MethodPost, k.path, "", func(r *http.Request, _ string, body []byte) (*answer, error) { return s.create(k, r, body) }},
			operation{"Delete" + k.name, http.MethodDelete, k.path + "/*", "", func(r *http.Request, id string, _ []byte) (*answer, error) { return s.delete(k, r, id) }},
			operation{"Get" + k.name, http.MethodGet, k.path + "/*", "", func(r *http.Request, id string, _ []byte) (*answer, error) { return s.get(k, r, id) }},
			operation{"Get" + k.name + "Config", http.MethodGet, k.path + "/*/config", "", func(r *http.Request, id string, _ []byte) (*answer, error) { return s.getConfig(k, r, id) }},
			operation{"List" + k.plural, http.MethodGet, k.path, "", func(r *http.Request, _ string, _ []byte) (*answer, error) { return s.list(k, r) }},
			operation{"Update" + k.name, http.MethodPut, k.path + "/*" + k.update, "", func(r *http.Request, id string, body []byte) (*answer, error) { return s.change(k, r, id, body) }},
		)
	}

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

// match returns the operation of a request, and the id in its path.
func (s *Service) match(r *http.Request) (*operation, string) {
	path, found := strings.CutPrefix(r.URL.Path, version)
	if !found {
		return nil, ""
	}

	got := strings.Split(path, "/")

	var (
		best   *operation
		bestID string
	)

	for _, one := range s.operations() {
		id, ok := one.matches(r, got)
		if ok && (best == nil || one.query != "") {
			best, bestID = &one, id
		}
	}

	return best, bestID
}

func (o *operation) matches(r *http.Request, got []string) (string, bool) {
	want := strings.Split(o.path, "/")
	if r.Method != o.method || len(got) != len(want) {
		return "", false
	}

	id := ""

	for i := range want {
		switch {
		case want[i] == "*" && got[i] != "":
			id = got[i]
		case want[i] != got[i]:
			return "", false
		}
	}

	name, value, hasValue := strings.Cut(o.query, "=")

	return id, o.query == "" || r.URL.Query().Has(name) && (!hasValue || r.URL.Query().Get(name) == value)
}

// Handles reports whether a request is for a resource of this service: an operation that
// names no resource of the stack.
func (s *Service) Handles(r *http.Request) bool {
	found, id := s.match(r)
	if found == nil {
		return false
	}

	arn := r.URL.Query().Get("Resource")

	return (id == "" || !s.config.Reserved(id) || r.Method != http.MethodGet) &&
		(found.path != "tagging" || r.Method != http.MethodGet || !s.config.Reserved(arn[strings.LastIndexByte(arn, '/')+1:]))
}

// ServeHTTP implements [http.Handler].
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	made, err := s.serve(w, r)
	if err != nil {
		if denied, ok := errors.AsType[*awsapi.Error](err); ok && denied.Code == "AccessDeniedException" {
			err = failure("AccessDenied", http.StatusForbidden, "%s", denied.Message)
		}

		awsapi.WriteXMLError(w, Namespace, err)

		return
	}

	header := w.Header()
	if made.tag != "" {
		header.Set("ETag", made.tag)
	}

	if made.location != "" {
		header.Set("Location", made.location)
	}

	body := made.body

	if made.kind != "" {
		header.Set("Content-Type", made.kind)
	} else if body != nil {
		header.Set("Content-Type", "text/xml")

		body = append([]byte(xml.Header), body...)
	}

	w.WriteHeader(made.status)
	_, _ = w.Write(body) // An error means that the client has disconnected.
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) (*answer, error) {
	found, id := s.match(r)
	if found == nil {
		return nil, failure("UnknownOperationException", http.StatusNotFound, "the emulator's CloudFront has no operation %s %s", r.Method, r.URL.Path)
	}

	if err := s.authorize(r.Context(), found, id); err != nil {
		return nil, err
	}

	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
	if err != nil {
		return nil, malformed(err)
	}

	if r.Method == http.MethodGet {
		s.mu.RLock()
		defer s.mu.RUnlock()

		return found.run(r, id, body)
	}

	made, err := s.write(found, r, id, body)
	if err == nil {
		s.config.Changed()
	}

	return made, err
}

func (s *Service) write(found *operation, r *http.Request, id string, body []byte) (*answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	return found.run(r, id, body)
}

func (s *Service) authorize(ctx context.Context, o *operation, id string) error {
	resource := "*"
	if id != "" {
		resource = s.arn(strings.Split(o.path, "/")[0], id)
	}

	return s.config.Authorize(ctx, "cloudfront:"+o.name, resource)
}
