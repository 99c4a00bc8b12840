package resources

import (
	"encoding/xml"
	"net/http"
	"strings"
	"time"
)

// answer is the answer to a request.
type answer struct {
	status   int
	tag      string
	location string
	body     []byte // nil for an answer without a body.
	kind     string // The Content-Type; "" means text/xml.
}

// document is a resource in an answer.
type document struct {
	XMLName xml.Name
	XMLNS   string `xml:"xmlns,attr,omitempty"`
	Inner   string `xml:",innerxml"`
}

func encode(name, inner string) ([]byte, error) {
	return xml.Marshal(document{XMLName: xml.Name{Local: name}, XMLNS: Namespace, Inner: inner})
}

func wrap(name, inner string) string { return "<" + name + ">" + inner + "</" + name + ">" }

// stamp is a time in CloudFront's form.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

// inner returns the XML of a resource without its root.
func (k *kind) inner(r *resource) string {
	text := wrap("Id", r.ID)

	switch k.time {
	case "LastModifiedTime":
		text += wrap(k.time, stamp(r.Modified))
	case "CreatedTime":
		text += wrap(k.time, stamp(r.Created))
	}

	return text + wrap(k.name+"Config", r.Config)
}

func (s *Service) answerResource(k *kind, r *resource, status int) (*answer, error) {
	body, err := encode(k.name, k.inner(r))
	made := &answer{status: status, tag: r.ETag, body: body}

	if status == http.StatusCreated {
		made.location = "https://cloudfront.amazonaws.com/2020-05-31/" + k.path + "/" + r.ID
	}

	return made, err
}

// read reads and checks the configuration in a request.
func (k *kind) read(body []byte) (*config, error) {
	inner, err := element(body, k.name+"Config")
	if err != nil {
		return nil, err
	}

	c, err := parse(inner)
	if err != nil {
		return nil, err
	}

	return c, k.check(c)
}

// admit checks that no resource but besides has the name of a configuration, and that
// everything that the configuration names exists. The service is locked.
func (s *Service) admit(k *kind, c *config, besides *resource) error {
	for _, other := range s.of(k.path) {
		if other != besides && other.Name == c.text("Name") {
			return failure(k.exists, http.StatusConflict, "A %s with the name %s exists already.", k.noun, other.Name)
		}
	}

	return s.checkReferences(c)
}

// create answers Create….
func (s *Service) create(k *kind, _ *http.Request, body []byte) (*answer, error) {
	c, err := k.read(body)
	if err != nil {
		return nil, err
	}

	if err := s.admit(k, c, nil); err != nil {
		return nil, err
	}

	now := time.Now()
	made := &resource{Kind: k.path, ID: k.newID(), Name: c.text("Name"), Config: c.inner, ETag: newID("E"), Created: now, Modified: now}

	if err := s.put(made); err != nil {
		return nil, err
	}

	return s.answerResource(k, made, http.StatusCreated)
}

func (s *Service) get(k *kind, _ *http.Request, id string) (*answer, error) {
	found, err := s.find(k, id)
	if err != nil {
		return nil, err
	}

	return s.answerResource(k, found, http.StatusOK)
}

func (s *Service) getConfig(k *kind, _ *http.Request, id string) (*answer, error) {
	found, err := s.find(k, id)
	if err != nil {
		return nil, err
	}

	body, err := encode(k.name+"Config", found.Config)

	return &answer{status: http.StatusOK, tag: found.ETag, body: body}, err
}

// change answers Update….
func (s *Service) change(k *kind, r *http.Request, id string, body []byte) (*answer, error) {
	found, err := s.find(k, id)
	if err != nil {
		return nil, err
	}

	if err := matches(r, found.ETag); err != nil {
		return nil, err
	}

	c, err := k.read(body)
	if err != nil {
		return nil, err
	}

	if before, err := parse(found.Config); err == nil && k == publicKeys &&
		(before.text("EncodedKey") != c.text("EncodedKey") || before.text("CallerReference") != c.text("CallerReference")) {
		return nil, failure("CannotChangeImmutablePublicKeyFields", http.StatusBadRequest, "You can't change the value of a public key.")
	}

	if err := s.admit(k, c, found); err != nil {
		return nil, err
	}

	changed := *found
	changed.Name, changed.Config, changed.ETag, changed.Modified = c.text("Name"), c.inner, newID("E"), time.Now()

	if err := s.put(&changed); err != nil {
		return nil, err
	}

	return s.answerResource(k, &changed, http.StatusOK)
}

// delete answers Delete….
func (s *Service) delete(k *kind, r *http.Request, id string) (*answer, error) {
	found, err := s.find(k, id)
	if err != nil {
		return nil, err
	}

	if err := matches(r, found.ETag); err != nil {
		return nil, err
	}

	if s.users(k.element, id) {
		return nil, failure(k.inUse, http.StatusConflict, "Cannot delete the %s %s because it is in use.", k.noun, id)
	}

	return &answer{status: http.StatusNoContent}, s.remove(found)
}

// list answers List…. All resources are on one page.
func (s *Service) list(k *kind, r *http.Request) (*answer, error) {
	var summaries strings.Builder

	wanted := r.URL.Query().Get("Type")
	quantity := 0

	for _, one := range s.of(k.path) {
		if wanted == "managed" {
			break // Those that AWS manages have no configuration here.
		}

		quantity++

		switch {
		case k.flat:
			summary := wrap("Id", one.ID) + one.Config
			if k.time != "" {
				summary += wrap(k.time, stamp(one.Created))
			}

			summaries.WriteString(wrap(k.name+"Summary", summary))
		case k.typed:
			summaries.WriteString(wrap(k.name+"Summary", wrap("Type", "custom")+wrap(k.name, k.inner(one))))
		default:
			summaries.WriteString(wrap(k.name+"Summary", wrap(k.name, k.inner(one))))
		}
	}

	return listOf(k.name+"List", quantity, summaries.String())
}
