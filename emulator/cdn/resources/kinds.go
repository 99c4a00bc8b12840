package resources

import (
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// kind is a kind of resource whose operations have the same form.
type kind struct {
	path   string // In the API, and in ARNs.
	name   string // Of the operations and of the XML elements: "CachePolicy".
	plural string
	noun   string // In messages.

	no, exists, inUse string // Codes of errors.

	update    string // What follows the id in the path of the update: "/config" or "".
	time      string // The element with a time: "LastModifiedTime", "CreatedTime" or "".
	element   string // In another resource's configuration, the element that names this one.
	newID     func() string
	check     func(c *config) error
	reference bool // The configuration has a CallerReference.
	// flat means that a summary in a list has the members of the configuration itself.
	flat  bool
	typed bool // A summary in a list has a Type.
}

func randomUUID() string { return uuid.NewString() }

// The kinds, besides functions and distributions.
var (
	accessControls = &kind{
		path: "origin-access-control", name: "OriginAccessControl", plural: "OriginAccessControls", noun: "origin access control",
		no: "NoSuchOriginAccessControl", exists: "OriginAccessControlAlreadyExists", inUse: "OriginAccessControlInUse",
		update: "/config", element: "OriginAccessControlId", newID: func() string { return newID("E") }, check: checkAccessControl, flat: true,
	}
	cachePolicies = &kind{
		path: "cache-policy", name: "CachePolicy", plural: "CachePolicies", noun: "cache policy",
		no: "NoSuchCachePolicy", exists: "CachePolicyAlreadyExists", inUse: "CachePolicyInUse",
		time: "LastModifiedTime", element: "CachePolicyId", newID: randomUUID, check: checkCachePolicy, typed: true,
	}
	requestPolicies = &kind{
		path: "origin-request-policy", name: "OriginRequestPolicy", plural: "OriginRequestPolicies", noun: "origin request policy",
		no: "NoSuchOriginRequestPolicy", exists: "OriginRequestPolicyAlreadyExists", inUse: "OriginRequestPolicyInUse",
		time: "LastModifiedTime", element: "OriginRequestPolicyId", newID: randomUUID, check: checkName, typed: true,
	}
	headersPolicies = &kind{
		path: "response-headers-policy", name: "ResponseHeadersPolicy", plural: "ResponseHeadersPolicies", noun: "response headers policy",
		no: "NoSuchResponseHeadersPolicy", exists: "ResponseHeadersPolicyAlreadyExists", inUse: "ResponseHeadersPolicyInUse",
		time: "LastModifiedTime", element: "ResponseHeadersPolicyId", newID: randomUUID, check: checkName, typed: true,
	}
	publicKeys = &kind{
		path: "public-key", name: "PublicKey", plural: "PublicKeys", noun: "public key",
		no: "NoSuchPublicKey", exists: "PublicKeyAlreadyExists", inUse: "PublicKeyInUse",
		update: "/config", time: "CreatedTime", element: "PublicKey", newID: func() string { return newID("K") }, check: checkPublicKey, reference: true, flat: true,
	}
	keyGroups = &kind{
		path: "key-group", name: "KeyGroup", plural: "KeyGroups", noun: "key group",
		no: "NoSuchResource", exists: "KeyGroupAlreadyExists", inUse: "ResourceInUse",
		time: "LastModifiedTime", element: "KeyGroup", newID: randomUUID, check: checkKeyGroup,
	}
)

func kinds() []*kind {
	return []*kind{accessControls, cachePolicies, requestPolicies, headersPolicies, publicKeys, keyGroups}
}

func (k *kind) missing() error {
	return failure(k.no, http.StatusNotFound, "The specified %s does not exist.", k.noun)
}

// managed lists the policies that AWS manages, and whose ids are the same in every account.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
func managed(element, id string) bool {
	const ids = "" +
		// Cache policies: Amplify, CachingDisabled, CachingOptimized, CachingOptimizedForUncompressedObjects,
		// Elemental-MediaPackage, UseOriginCacheControlHeaders, UseOriginCacheControlHeaders-QueryStrings.
		"CachePolicyId/2e54312d-136d-493c-8eb9-b001f22f67d2 CachePolicyId/4135ea2d-6df8-44a3-9df3-4b5a84be39ad " +
		"CachePolicyId/658327ea-f89d-4fab-a63d-7e88639e58f6 CachePolicyId/b2884449-e4de-46a7-ac36-70bc7f1ddd6d " +
		"CachePolicyId/08627262-05a9-4f76-9ded-b50ca2e3a84f CachePolicyId/83da9c7e-98b4-4e11-a168-04f0df8e2c65 " +
		"CachePolicyId/4cc15a8a-d715-48a4-82b8-cc0b614638fe " +
		// Origin request policies: AllViewer, AllViewerExceptHostHeader, CORS-CustomOrigin, CORS-S3Origin,
		// UserAgentRefererHeaders.
		"OriginRequestPolicyId/216adef6-5c7f-47e4-b989-5492eafa07d3 OriginRequestPolicyId/b689b0a8-53d0-40ab-baf2-68738e2966ac " +
		"OriginRequestPolicyId/59781a5b-3903-41f3-afcb-af62929ccde1 OriginRequestPolicyId/88a5eaf4-2fd4-4709-b370-b4c650ea3fcf " +
		"OriginRequestPolicyId/acba4595-bd28-49b8-b9fe-13317c0390fa " +
		// Response headers policies: CORS-and-SecurityHeadersPolicy, CORS-With-Preflight,
		// CORS-with-preflight-and-SecurityHeadersPolicy, SecurityHeadersPolicy, SimpleCORS.
		"ResponseHeadersPolicyId/e61eb60c-9c35-4d20-a928-2b84e02af89c ResponseHeadersPolicyId/5cc3b908-e619-4b99-88e5-2cf7f45965bd " +
		"ResponseHeadersPolicyId/eaab4381-ed33-4a86-88ca-d9558dc6cd63 ResponseHeadersPolicyId/67f7725c-6f97-4210-82d7-5512b31e9d03 " +
		"ResponseHeadersPolicyId/60669652-455b-4ae9-85a4-c4c02393f86c "

	return strings.Contains(ids, element+"/"+id+" ")
}
