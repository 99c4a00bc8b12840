package cdn

import (
	"context"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Description has the settings of the distribution that its API reports besides those that
// terraform/cdn.tf fixes.
type Description struct {
	ARN        string
	Stack      string
	DomainName string // The host and port of the CDN.
	Account    string
	// Variants and Uploads are the names of the buckets.
	Variants, Uploads string
	SignedViewing     bool
	Automatic         bool // A variant has the format `auto`, so the function `response` runs.
	Modified          time.Time
	Tags              map[string]string
}

// list is a list with its length, as CloudFront writes it.
type list[T any] struct {
	Quantity int
	Items    *items[T] `xml:",omitempty"`
}

type items[T any] struct {
	Members []T
}

// MarshalXML implements [xml.Marshaler]. The elements have the names of their type's XMLName,
// or are texts.
func (i items[T]) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if err := e.EncodeToken(start); err != nil {
		return err
	}

	for _, member := range i.Members {
		if err := e.Encode(member); err != nil {
			return err
		}
	}

	return e.EncodeToken(start.End())
}

func listOf[T any](members ...T) list[T] {
	if len(members) == 0 {
		return list[T]{}
	}

	return list[T]{Quantity: len(members), Items: &items[T]{members}}
}

// The members of lists of texts.
type (
	method struct {
		XMLName xml.Name `xml:"Method"`
		Name    string   `xml:",chardata"`
	}
	keyGroup struct {
		XMLName xml.Name `xml:"KeyGroup"`
		ID      string   `xml:",chardata"`
	}
	alias struct {
		XMLName xml.Name `xml:"CNAME"`
		Name    string   `xml:",chardata"`
	}
)

func methodsOf(names ...string) list[method] {
	var methods []method
	for _, name := range names {
		methods = append(methods, method{Name: name})
	}

	return listOf(methods...)
}

// distributionConfig is the configuration of a distribution.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
type distributionConfig struct {
	CallerReference      string
	Aliases              list[alias]
	DefaultRootObject    string
	Origins              list[s3Origin]
	OriginGroups         list[alias]
	DefaultCacheBehavior cacheBehavior
	CacheBehaviors       list[orderedBehavior]
	CustomErrorResponses list[errorResponse]
	Comment              string
	Logging              struct {
		Enabled, IncludeCookies bool
		Bucket, Prefix          string
	}
	PriceClass        string
	Enabled           bool
	ViewerCertificate struct {
		CloudFrontDefaultCertificate bool
		MinimumProtocolVersion       string
	}
	Restrictions struct {
		GeoRestriction struct {
			RestrictionType string
			Quantity        int
		}
	}
	WebACLId      string
	HttpVersion   string
	IsIPV6Enabled bool
	Staging       bool
}

type s3Origin struct {
	XMLName               xml.Name `xml:"Origin"`
	ID                    string   `xml:"Id"`
	DomainName            string
	OriginPath            string
	CustomHeaders         list[alias]
	S3OriginConfig        struct{ OriginAccessIdentity string }
	ConnectionAttempts    int
	ConnectionTimeout     int
	OriginShield          struct{ Enabled bool }
	OriginAccessControlID string `xml:"OriginAccessControlId"`
}

type functionAssociation struct {
	XMLName     xml.Name `xml:"FunctionAssociation"`
	FunctionARN string
	EventType   string
}

type allowedMethods struct {
	Quantity      int
	Items         *items[method]
	CachedMethods list[method]
}

type cacheBehavior struct {
	TargetOriginID       string `xml:"TargetOriginId"`
	TrustedSigners       disabled
	TrustedKeyGroups     trustedGroups
	ViewerProtocolPolicy string
	AllowedMethods       allowedMethods
	SmoothStreaming      bool
	Compress             bool
	LambdaAssociations   list[alias] `xml:"LambdaFunctionAssociations"`
	FunctionAssociations list[functionAssociation]
	FieldLevelEncryption string `xml:"FieldLevelEncryptionId"`
	CachePolicy          string `xml:"CachePolicyId"`
	OriginRequestPolicy  string `xml:"OriginRequestPolicyId,omitempty"`
	ResponseHeaders      string `xml:"ResponseHeadersPolicyId"`
}

type disabled struct {
	Enabled  bool
	Quantity int
}

type trustedGroups struct {
	Enabled bool

	list[keyGroup] //nolint:embeddedstructfieldcheck // The order of the XML.
}

type orderedBehavior struct {
	XMLName     xml.Name `xml:"CacheBehavior"`
	PathPattern string

	cacheBehavior //nolint:embeddedstructfieldcheck // The order of the XML.
}

type errorResponse struct {
	XMLName            xml.Name `xml:"CustomErrorResponse"`
	ErrorCode          int
	ResponsePagePath   string
	ResponseCode       string
	ErrorCachingMinTTL int
}

// Values of terraform/cdn.tf.
const (
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	corsS3Origin    = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"
	errorTTL        = 5

	// The ids of the stack's own policies, key group and access controls. CloudFront's API
	// for these does not exist in the emulator.
	picturesPolicy  = "00000000-0000-4000-8000-000000000001"
	headersPolicy   = "00000000-0000-4000-8000-000000000002"
	signersGroup    = "00000000-0000-4000-8000-000000000003"
	accessVariants  = "E1TRIPTYCHVARI"
	accessUploads   = "E1TRIPTYCHUPLO"
	distributionTag = "E1TRIPTYCHETAG" // The ETag of the configuration, which does not change.
)

// config returns the configuration of the distribution, as terraform/cdn.tf sets it.
func (d Description) config() distributionConfig {
	function := func(name, event string) functionAssociation {
		return functionAssociation{FunctionARN: "arn:aws:cloudfront::" + d.Account + ":function/" + d.Stack + "-" + name, EventType: event}
	}
	origin := func(id, bucket, access string) s3Origin {
		return s3Origin{
			ID: id, DomainName: bucket + ".s3.us-east-1.amazonaws.com", ConnectionAttempts: 3, ConnectionTimeout: 10, OriginAccessControlID: access,
		}
	}
	methods := func(names ...string) allowedMethods {
		all := methodsOf(names...)

		return allowedMethods{all.Quantity, all.Items, methodsOf("HEAD", "GET")}
	}
	groups := trustedGroups{Enabled: true, list: listOf(keyGroup{ID: signersGroup})}

	view := cacheBehavior{
		TargetOriginID: "variants", ViewerProtocolPolicy: "https-only", AllowedMethods: methods("HEAD", "GET", "OPTIONS"), Compress: true,
		FunctionAssociations: listOf(function("viewer", "viewer-request")), CachePolicy: picturesPolicy, ResponseHeaders: headersPolicy,
	}
	if d.Automatic {
		view.FunctionAssociations = listOf(function("viewer", "viewer-request"), function("response", "viewer-response"))
	}

	if d.SignedViewing {
		view.TrustedKeyGroups = groups
	}

	upload := orderedBehavior{PathPattern: "/-/upload/*", cacheBehavior: cacheBehavior{
		TargetOriginID: "uploads", ViewerProtocolPolicy: "https-only", TrustedKeyGroups: groups,
		AllowedMethods:       methods("HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH"),
		FunctionAssociations: listOf(function("upload", "viewer-request")),
		CachePolicy:          cachingDisabled, OriginRequestPolicy: corsS3Origin, ResponseHeaders: headersPolicy,
	}}

	var failures []errorResponse
	for _, code := range []int{http.StatusForbidden, http.StatusNotFound, 500, 502, 503, 504} {
		failures = append(failures, errorResponse{ErrorCode: code, ErrorCachingMinTTL: errorTTL})
	}

	config := distributionConfig{
		CallerReference: d.Stack, Comment: "Triptych: " + d.Stack, Enabled: true, HttpVersion: "http2and3", IsIPV6Enabled: true, PriceClass: "PriceClass_100",
		Origins:              listOf(origin("variants", d.Variants, accessVariants), origin("uploads", d.Uploads, accessUploads)),
		DefaultCacheBehavior: view, CacheBehaviors: listOf(upload), CustomErrorResponses: listOf(failures...),
	}
	config.ViewerCertificate.CloudFrontDefaultCertificate = true
	config.ViewerCertificate.MinimumProtocolVersion = "TLSv1"
	config.Restrictions.GeoRestriction.RestrictionType = "none"

	return config
}

type configDocument struct {
	XMLName xml.Name `xml:"DistributionConfig"`
	XMLNS   string   `xml:"xmlns,attr"`

	distributionConfig //nolint:embeddedstructfieldcheck // The order of the XML.
}

type distributionDocument struct {
	XMLName                       xml.Name `xml:"Distribution"`
	XMLNS                         string   `xml:"xmlns,attr"`
	ID                            string   `xml:"Id"`
	ARN                           string
	Status                        string
	LastModifiedTime              time.Time
	InProgressInvalidationBatches int
	DomainName                    string
	ActiveTrustedSigners          disabled
	ActiveTrustedKeyGroups        disabled
	DistributionConfig            distributionConfig
}

func (a *API) getConfig(w http.ResponseWriter, _ *http.Request, distribution, _ string) (int, any, error) {
	if err := a.Distribution.knows(distribution); err != nil {
		return 0, nil, err
	}

	w.Header().Set("ETag", distributionTag)

	return http.StatusOK, configDocument{XMLNS: apiNamespace, distributionConfig: a.Description.config()}, nil
}

func (a *API) getDistribution(w http.ResponseWriter, _ *http.Request, distribution, _ string) (int, any, error) {
	if err := a.Distribution.knows(distribution); err != nil {
		return 0, nil, err
	}

	all, err := a.Distribution.Invalidations()
	if err != nil {
		return 0, nil, err
	}

	running := 0

	for i := range all {
		if all[i].Status == inProgress {
			running++
		}
	}

	w.Header().Set("ETag", distributionTag)

	return http.StatusOK, distributionDocument{
		XMLNS: apiNamespace, ID: distribution, ARN: a.Description.ARN, Status: "Deployed", LastModifiedTime: a.Description.Modified.UTC(),
		InProgressInvalidationBatches: running, DomainName: a.Description.DomainName, DistributionConfig: a.Description.config(),
	}, nil
}

type distributionSummary struct {
	XMLName          xml.Name `xml:"DistributionSummary"`
	ID               string   `xml:"Id"`
	ARN              string
	ETag             string
	Status           string
	LastModifiedTime time.Time
	DomainName       string

	distributionConfig //nolint:embeddedstructfieldcheck // The order of the XML.
}

// listDistributions answers ListDistributions. There is one distribution.
func (a *API) listDistributions(_ http.ResponseWriter, r *http.Request, _, _ string) (int, any, error) {
	answer := struct {
		XMLName     xml.Name `xml:"DistributionList"`
		XMLNS       string   `xml:"xmlns,attr"`
		Marker      string
		MaxItems    int
		IsTruncated bool

		list[distributionSummary] //nolint:embeddedstructfieldcheck // The order of the XML.
	}{XMLNS: apiNamespace, Marker: r.URL.Query().Get("Marker"), MaxItems: mostListed}

	if answer.Marker < a.Distribution.id {
		answer.list = listOf(distributionSummary{
			ID: a.Distribution.id, ARN: a.Description.ARN, ETag: distributionTag, Status: "Deployed",
			LastModifiedTime: a.Description.Modified.UTC(), DomainName: a.Description.DomainName, distributionConfig: a.Description.config(),
		})
	}

	return http.StatusOK, answer, nil
}

type tagElement struct {
	XMLName    xml.Name `xml:"Tag"`
	Key, Value string
}

// listTags answers ListTagsForResource.
func (a *API) listTags(_ http.ResponseWriter, r *http.Request, _, _ string) (int, any, error) {
	if arn := r.URL.Query().Get("Resource"); arn != a.Description.ARN {
		return 0, nil, failure("NoSuchResource", http.StatusNotFound, "The specified resource does not exist: %s", arn)
	}

	var tags []tagElement
	for _, key := range slices.Sorted(maps.Keys(a.Description.Tags)) {
		tags = append(tags, tagElement{Key: key, Value: a.Description.Tags[key]})
	}

	return http.StatusOK, struct {
		XMLName xml.Name `xml:"Tags"`
		XMLNS   string   `xml:"xmlns,attr"`
		Items   *items[tagElement]
	}{XMLNS: apiNamespace, Items: &items[tagElement]{tags}}, nil
}

// authorize checks the permission that an operation needs.
func (a *API) authorize(ctx context.Context, operation, distribution string) error {
	resource := "arn:aws:cloudfront::" + a.Account + ":distribution/" + distribution
	if strings.HasPrefix(operation, "ListDistributions") {
		resource = "*"
	}

	return a.Authorize(ctx, "cloudfront:"+operation, resource)
}
