package resources

import (
	"encoding/xml"
	"net/http"
	"strings"
	"time"
)

// Distribution is what the CDN needs in order to serve a distribution.
type Distribution struct {
	ID      string
	ARN     string
	Domain  string
	Aliases []string
	Enabled bool
	Origins map[string]Origin // By id.
	// Behaviors are in the order in which they are tried. The default one is the last.
	Behaviors []Behavior
}

// Origin is a bucket.
type Origin struct{ Bucket string }

// Behavior is a cache behavior.
type Behavior struct {
	Pattern  string // "*" for the default.
	Origin   string
	Methods  []string
	Keys     KeyGroup // nil if nobody needs a signature.
	Request  string   // The code of the function for viewer requests, or "".
	Response string   // The code of the function for viewer responses, or "".
	// Headers are those that a response headers policy sets; CORS those that it sets unless
	// the origin does. Both are nil without a policy.
	Headers, CORS map[string]string
}

var distributions = &kind{path: "distribution", name: "Distribution", noun: "distribution", no: "NoSuchDistribution"}

// distributionConfig is the part of a configuration that the emulator reads.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
type distributionConfig struct {
	CallerReference      string
	Comment              *string
	Enabled              *bool
	Aliases              []string       `xml:"Aliases>Items>CNAME"`
	Origins              []originConfig `xml:"Origins>Items>Origin"`
	OriginGroups         []string       `xml:"OriginGroups>Items>OriginGroup>Id"`
	DefaultCacheBehavior behaviorConfig
	CacheBehaviors       []behaviorConfig `xml:"CacheBehaviors>Items>CacheBehavior"`
	ErrorPages           []string         `xml:"CustomErrorResponses>Items>CustomErrorResponse>ResponsePagePath"`
	WebACL               string           `xml:"WebACLId"`
	Certificate          string           `xml:"ViewerCertificate>ACMCertificateArn"`
	IAMCertificate       string           `xml:"ViewerCertificate>IAMCertificateId"`
	Logging              bool             `xml:"Logging>Enabled"`
}

type originConfig struct {
	ID            string `xml:"Id"`
	DomainName    string
	OriginPath    string
	AccessControl string    `xml:"OriginAccessControlId"`
	Custom        *struct{} `xml:"CustomOriginConfig"`
}

type behaviorConfig struct {
	PathPattern    string
	TargetOriginID string   `xml:"TargetOriginId"`
	Groups         []string `xml:"TrustedKeyGroups>Items>KeyGroup"`
	Signers        []string `xml:"TrustedSigners>Items>AwsAccountNumber"`
	ViewerProtocol string   `xml:"ViewerProtocolPolicy"`
	Methods        []string `xml:"AllowedMethods>Items>Method"`
	Lambdas        []string `xml:"LambdaFunctionAssociations>Items>LambdaFunctionAssociation>LambdaFunctionARN"`
	Functions      []struct {
		ARN   string `xml:"FunctionARN"`
		Event string `xml:"EventType"`
	} `xml:"FunctionAssociations>Items>FunctionAssociation"`
	CachePolicy     string `xml:"CachePolicyId"`
	HeadersPolicy   string `xml:"ResponseHeadersPolicyId"`
	ForwardedValues *struct{}
}

// bucketOf returns the bucket of an S3 origin, or "".
func bucketOf(domain string) string {
	name, rest, found := strings.Cut(domain, ".s3.")
	if !found || !strings.HasSuffix(rest, "amazonaws.com") {
		return ""
	}

	return name
}

// read reads a configuration, and returns it for the CDN. The service is locked.
func (s *Service) read(id, inner string) (*distributionConfig, *Distribution, error) {
	in := &distributionConfig{}
	if err := xml.Unmarshal([]byte(wrap("DistributionConfig", inner)), in); err != nil {
		return nil, nil, malformed(err)
	}

	if err := in.check(); err != nil {
		return nil, nil, err
	}

	out := &Distribution{
		ID: id, ARN: s.arn("distribution", id), Domain: s.config.Domain(id), Aliases: in.Aliases, Enabled: *in.Enabled, Origins: map[string]Origin{},
	}

	for _, one := range in.Origins {
		if err := one.check(); err != nil {
			return nil, nil, err
		}

		out.Origins[one.ID] = Origin{Bucket: bucketOf(one.DomainName)}
	}

	in.DefaultCacheBehavior.PathPattern = "*"

	for _, one := range append(in.CacheBehaviors, in.DefaultCacheBehavior) {
		behavior, err := s.behavior(&one, out.Origins)
		if err != nil {
			return nil, nil, err
		}

		out.Behaviors = append(out.Behaviors, *behavior)
	}

	return in, out, nil
}

// check checks what does not concern an origin or a behavior.
func (in *distributionConfig) check() error {
	switch {
	case in.CallerReference == "":
		return invalid("The parameter CallerReference is required.")
	case in.Comment == nil:
		return invalid("The parameter Comment is required.")
	case in.Enabled == nil:
		return invalid("The parameter Enabled is required.")
	case len(in.Origins) == 0:
		return invalid("The parameter Origins must have at least one origin.")
	case len(in.OriginGroups) > 0:
		return invalid("CloudFront in the emulator has no origin groups: send none")
	case in.WebACL != "":
		return failure("InvalidWebACLId", http.StatusBadRequest, "There is no AWS WAF in the emulator: send no WebACLId")
	case in.Certificate != "" || in.IAMCertificate != "":
		return failure("InvalidViewerCertificate", http.StatusBadRequest, "The emulator has no TLS: send no certificate")
	case in.Logging:
		return invalid("CloudFront in the emulator writes no access logs: disable Logging")
	}

	for _, page := range in.ErrorPages {
		if page != "" {
			return invalid("CloudFront in the emulator has no custom error pages: send no ResponsePagePath")
		}
	}

	return nil
}

func (o *originConfig) check() error {
	switch {
	case o.Custom != nil || bucketOf(o.DomainName) == "":
		return failure("InvalidOrigin", http.StatusBadRequest, "CloudFront in the emulator has only S3 origins, with a domain name such as bucket.s3.us-east-1.amazonaws.com, and not %s", o.DomainName)
	case o.OriginPath != "":
		return failure("InvalidOrigin", http.StatusBadRequest, "CloudFront in the emulator has no OriginPath: send none")
	case o.AccessControl == "":
		return failure("InvalidOrigin", http.StatusBadRequest, "The origin %s needs an OriginAccessControlId: the buckets of the emulator are not public", o.ID)
	default:
		return nil
	}
}

// behavior returns a behavior for the CDN. The service is locked.
func (s *Service) behavior(in *behaviorConfig, origins map[string]Origin) (*Behavior, error) {
	switch _, known := origins[in.TargetOriginID]; {
	case !known:
		return nil, failure("NoSuchOrigin", http.StatusNotFound, "One or more of your origins or origin groups do not exist: %s", in.TargetOriginID)
	case len(in.Signers) > 0:
		return nil, invalid("CloudFront in the emulator has no trusted signers: use trusted key groups")
	case len(in.Lambdas) > 0:
		return nil, invalid("CloudFront in the emulator has no Lambda@Edge: use CloudFront Functions")
	case in.ForwardedValues != nil || in.CachePolicy == "":
		return nil, invalid("CloudFront in the emulator needs a CachePolicyId for each behavior, instead of ForwardedValues")
	}

	out := &Behavior{Pattern: in.PathPattern, Origin: in.TargetOriginID, Methods: in.Methods}
	if len(out.Methods) == 0 {
		out.Methods = []string{http.MethodGet, http.MethodHead}
	}

	if len(in.Groups) > 0 {
		out.Keys = s.groups(in.Groups)
	}

	for _, one := range in.Functions {
		function := s.functionOf(one.ARN)
		if function == nil || function.Live == nil {
			continue // checkReferences returns the error.
		}

		switch one.Event {
		case "viewer-request":
			out.Request = function.Live.Code
		case "viewer-response":
			out.Response = function.Live.Code
		default:
			return nil, failure("InvalidFunctionAssociation", http.StatusBadRequest, "A CloudFront function runs for viewer-request or viewer-response, and not for %q", one.Event)
		}
	}

	if policy := s.all[key(headersPolicies.path, in.HeadersPolicy)]; policy != nil {
		out.Headers, out.CORS = headersOf(policy.Config)
	}

	return out, nil
}

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
