package resources

import (
	"net/http"
	"strings"
	"time"
)

// Distributions returns every distribution, for the CDN.
func (s *Service) Distributions() []Distribution {
	s.mu.RLock()
	defer s.mu.RUnlock()

	var list []Distribution

	for _, one := range s.of(distributions.path) {
		if _, made, err := s.read(one.ID, one.Config); err == nil {
			list = append(list, *made)
		}
	}

	return list
}

// Exists reports whether there is a distribution with this id.
func (s *Service) Exists(id string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()

	return s.all[key(distributions.path, id)] != nil
}

// distributionInner returns the XML of a distribution without its root.
func (s *Service) distributionInner(r *resource) string {
	off := wrap("Enabled", "false") + wrap("Quantity", "0")

	return wrap("Id", r.ID) + wrap("ARN", s.arn("distribution", r.ID)) + wrap("Status", "Deployed") + wrap("LastModifiedTime", stamp(r.Modified)) +
		wrap("InProgressInvalidationBatches", "0") + wrap("DomainName", s.config.Domain(r.ID)) + wrap("ActiveTrustedSigners", off) +
		wrap("ActiveTrustedKeyGroups", off) + wrap("DistributionConfig", r.Config)
}

func (s *Service) answerDistribution(r *resource, status int) (*answer, error) {
	body, err := encode("Distribution", s.distributionInner(r))
	made := &answer{status: status, tag: r.ETag, body: body}

	if status == http.StatusCreated {
		made.location = "https://cloudfront.amazonaws.com/2020-05-31/distribution/" + r.ID
	}

	return made, err
}

// createDistribution answers CreateDistribution and CreateDistributionWithTags.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html
func (s *Service) createDistribution(r *http.Request, _ string, body []byte) (*answer, error) {
	inner, tags, err := readTagged(body, r.URL.Query().Has("WithTags"))
	if err != nil {
		return nil, err
	}

	c, err := parse(inner)
	if err != nil {
		return nil, err
	}

	for _, other := range s.of(distributions.path) {
		if other.Reference == c.text("CallerReference") {
			if other.Sent == c.inner {
				return s.answerDistribution(other, http.StatusCreated)
			}

			return nil, failure("DistributionAlreadyExists", http.StatusConflict,
				"The caller reference that you are using to create a distribution is associated with another distribution. Already exists: %s", other.ID)
		}
	}

	now := time.Now()
	made := &resource{Kind: distributions.path, ID: newID("E"), Sent: c.inner, ETag: newID("E"), Created: now, Modified: now, Tags: tags}

	if err := s.accept(made, c); err != nil {
		return nil, err
	}

	return s.answerDistribution(made, http.StatusCreated)
}

// accept checks a distribution, and stores it.
func (s *Service) accept(made *resource, c *config) error {
	if err := s.checkReferences(c); err != nil {
		return err
	}

	var err error
	if made.Config, err = complete(c.inner); err != nil {
		return err
	}

	in, out, err := s.read(made.ID, made.Config)
	if err != nil {
		return err
	}

	for _, alias := range in.Aliases {
		for _, other := range s.of(distributions.path) {
			if other.ID != made.ID && strings.Contains(other.Config, wrap("CNAME", alias)) {
				return failure("CNAMEAlreadyExists", http.StatusConflict, "One or more of the CNAMEs you provided are already associated with a different resource: %s", alias)
			}
		}
	}

	if err := s.config.Check(*out); err != nil {
		return invalid("%v", err)
	}

	made.Reference = in.CallerReference

	return s.put(made)
}

// getDistribution answers GetDistribution.
func (s *Service) getDistribution(_ *http.Request, id string, _ []byte) (*answer, error) {
	found, err := s.find(distributions, id)
	if err != nil {
		return nil, err
	}

	return s.answerDistribution(found, http.StatusOK)
}

// getDistributionConfig answers GetDistributionConfig.
func (s *Service) getDistributionConfig(_ *http.Request, id string, _ []byte) (*answer, error) {
	found, err := s.find(distributions, id)
	if err != nil {
		return nil, err
	}

	body, err := encode("DistributionConfig", found.Config)

	return &answer{status: http.StatusOK, tag: found.ETag, body: body}, err
}

// updateDistribution answers UpdateDistribution.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html
func (s *Service) updateDistribution(r *http.Request, id string, body []byte) (*answer, error) {
	found, err := s.find(distributions, id)
	if err != nil {
		return nil, err
	}

	if err := matches(r, found.ETag); err != nil {
		return nil, err
	}

	inner, err := element(body, "DistributionConfig")
	if err != nil {
		return nil, err
	}

	c, err := parse(inner)
	if err != nil {
		return nil, err
	}

	if c.text("CallerReference") != found.Reference {
		return nil, failure("IllegalUpdate", http.StatusBadRequest, "The update contains modifications that are not allowed: the CallerReference is %s.", found.Reference)
	}

	changed := *found
	changed.Sent, changed.ETag, changed.Modified = c.inner, newID("E"), time.Now()

	if err := s.accept(&changed, c); err != nil {
		return nil, err
	}

	return s.answerDistribution(&changed, http.StatusOK)
}

// deleteDistribution answers DeleteDistribution.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteDistribution.html
func (s *Service) deleteDistribution(r *http.Request, id string, _ []byte) (*answer, error) {
	found, err := s.find(distributions, id)
	if err != nil {
		return nil, err
	}

	if err := matches(r, found.ETag); err != nil {
		return nil, err
	}

	if _, out, err := s.read(id, found.Config); err != nil || out.Enabled {
		return nil, failure("DistributionNotDisabled", http.StatusConflict, "The distribution you are trying to delete has not been disabled.")
	}

	return &answer{status: http.StatusNoContent}, s.remove(found)
}

// Summaries returns the distributions as elements of a DistributionList.
func (s *Service) Summaries() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()

	var list []string

	for _, one := range s.of(distributions.path) {
		list = append(list, wrap("DistributionSummary", wrap("Id", one.ID)+wrap("ARN", s.arn("distribution", one.ID))+wrap("ETag", one.ETag)+
			wrap("Status", "Deployed")+wrap("LastModifiedTime", stamp(one.Modified))+wrap("DomainName", s.config.Domain(one.ID))+one.Config))
	}

	return list
}
