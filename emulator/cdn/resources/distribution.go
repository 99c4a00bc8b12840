package resources

import (
	"encoding/xml"
	"net/http"
	"strings"
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
