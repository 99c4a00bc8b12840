package cdn

import (
	"encoding/xml"
	"net/http"
)

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
	HTTPVersion   string `xml:"HttpVersion"`
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
		CallerReference: d.Stack, Comment: "Triptych: " + d.Stack, Enabled: true, HTTPVersion: "http2and3", IsIPV6Enabled: true, PriceClass: "PriceClass_100",
		Origins:              listOf(origin("variants", d.Variants, accessVariants), origin("uploads", d.Uploads, accessUploads)),
		DefaultCacheBehavior: view, CacheBehaviors: listOf(upload), CustomErrorResponses: listOf(failures...),
	}
	config.ViewerCertificate.CloudFrontDefaultCertificate = true
	config.ViewerCertificate.MinimumProtocolVersion = "TLSv1"
	config.Restrictions.GeoRestriction.RestrictionType = "none"

	return config
}
