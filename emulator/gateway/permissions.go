package gateway

import (
	"net/http"
	"slices"
	"strings"

	"triptych/emulator/iam"
	"triptych/emulator/objectstore/s3wire"
)

// Values that the tables below contain several times.
const (
	listBucket = "s3:ListBucket"
	getObject  = "s3:GetObject"
	putObject  = "s3:PutObject"
	putTagging = "s3:PutObjectTagging"
	putCORS    = "s3:PutBucketCORS" // Also for its removal.

	deleteObject = "s3:DeleteObject"

	// Each of these is also the action for the removal of the configuration.
	putBucketTagging = "s3:PutBucketTagging"
	putOwnership     = "s3:PutBucketOwnershipControls"
	putLifecycle     = "s3:PutLifecycleConfiguration"
	putEncryption    = "s3:PutEncryptionConfiguration"
	putPublicAccess  = "s3:PutBucketPublicAccessBlock"

	ownershipControls = "ownershipControls"

	uploadID = "uploadId"
	tagging  = "tagging"
)

// permission is one permission that a request needs.
type permission struct {
	action     string
	resource   string
	attributes []iam.Attribute
}

func bucketARN(bucket string) string { return "arn:aws:s3:::" + bucket }

// operation identifies an S3 operation: the method, whether it is about an object, and
// the subresource, which is the query parameter that names the operation.
type operation struct {
	method      string
	object      bool
	subresource string
}

// allowed is what a policy can allow: the names of the operations that a request of one
// form can be, separated by commas, and the action.
type allowed struct{ names, action string }

// actions has every operation that a policy can allow in the emulator. An operation that
// is not in this table is denied to callers with a policy.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
var actions = map[operation]allowed{
	{http.MethodGet, false, ""}:           {"ListObjects", listBucket},
	{http.MethodGet, false, "list-type"}:  {"ListObjectsV2", listBucket},
	{http.MethodHead, false, ""}:          {"HeadBucket", listBucket},
	{http.MethodGet, false, "versions"}:   {"ListObjectVersions", "s3:ListBucketVersions"},
	{http.MethodGet, false, "uploads"}:    {"ListMultipartUploads", "s3:ListBucketMultipartUploads"},
	{http.MethodGet, false, "versioning"}: {"GetBucketVersioning", "s3:GetBucketVersioning"},
	{http.MethodPut, false, "versioning"}: {"PutBucketVersioning", "s3:PutBucketVersioning"},
	{http.MethodGet, false, "location"}:   {"GetBucketLocation", "s3:GetBucketLocation"},
	{http.MethodGet, false, "cors"}:       {"GetBucketCors", "s3:GetBucketCORS"},
	{http.MethodPut, false, "cors"}:       {"PutBucketCors", putCORS},
	{http.MethodDelete, false, "cors"}:    {"DeleteBucketCors", putCORS},
	{http.MethodGet, true, ""}:            {"GetObject", getObject},
	{http.MethodHead, true, ""}:           {"HeadObject", getObject},
	{http.MethodGet, true, "attributes"}:  {"GetObjectAttributes", "s3:GetObjectAttributes"},
	{http.MethodPut, true, ""}:            {"PutObject, CopyObject", putObject},
	{http.MethodDelete, true, ""}:         {"DeleteObject", deleteObject},
	{http.MethodPost, true, "uploads"}:    {"CreateMultipartUpload", putObject},
	{http.MethodPut, true, uploadID}:      {"UploadPart, UploadPartCopy", putObject},
	{http.MethodPost, true, uploadID}:     {"CompleteMultipartUpload", putObject},
	{http.MethodGet, true, uploadID}:      {"ListParts", "s3:ListMultipartUploadParts"},
	{http.MethodDelete, true, uploadID}:   {"AbortMultipartUpload", "s3:AbortMultipartUpload"},
	{http.MethodGet, true, tagging}:       {"GetObjectTagging", "s3:GetObjectTagging"},
	{http.MethodPut, true, tagging}:       {"PutObjectTagging", putTagging},
	{http.MethodDelete, true, tagging}:    {"DeleteObjectTagging", "s3:DeleteObjectTagging"},
	{http.MethodPut, false, ""}:           {"CreateBucket", "s3:CreateBucket"},
	{http.MethodDelete, false, ""}:        {"DeleteBucket", "s3:DeleteBucket"},

	{http.MethodGet, false, tagging}:                {"GetBucketTagging", "s3:GetBucketTagging"},
	{http.MethodPut, false, tagging}:                {"PutBucketTagging", putBucketTagging},
	{http.MethodDelete, false, tagging}:             {"DeleteBucketTagging", putBucketTagging},
	{http.MethodGet, false, ownershipControls}:      {"GetBucketOwnershipControls", "s3:GetBucketOwnershipControls"},
	{http.MethodPut, false, ownershipControls}:      {"PutBucketOwnershipControls", putOwnership},
	{http.MethodDelete, false, ownershipControls}:   {"DeleteBucketOwnershipControls", putOwnership},
	{http.MethodGet, false, "notification"}:         {"GetBucketNotificationConfiguration", "s3:GetBucketNotification"},
	{http.MethodPut, false, "notification"}:         {"PutBucketNotificationConfiguration", "s3:PutBucketNotification"},
	{http.MethodGet, false, "lifecycle"}:            {"GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"},
	{http.MethodPut, false, "lifecycle"}:            {"PutBucketLifecycleConfiguration", putLifecycle},
	{http.MethodDelete, false, "lifecycle"}:         {"DeleteBucketLifecycle", putLifecycle},
	{http.MethodGet, false, "encryption"}:           {"GetBucketEncryption", "s3:GetEncryptionConfiguration"},
	{http.MethodPut, false, "encryption"}:           {"PutBucketEncryption", putEncryption},
	{http.MethodDelete, false, "encryption"}:        {"DeleteBucketEncryption", putEncryption},
	{http.MethodGet, false, "publicAccessBlock"}:    {"GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"},
	{http.MethodPut, false, "publicAccessBlock"}:    {"PutPublicAccessBlock", putPublicAccess},
	{http.MethodDelete, false, "publicAccessBlock"}: {"DeletePublicAccessBlock", putPublicAccess},
	{http.MethodGet, false, "policy"}:               {"GetBucketPolicy", "s3:GetBucketPolicy"},
	{http.MethodPut, false, "policy"}:               {"PutBucketPolicy", "s3:PutBucketPolicy"},
	{http.MethodDelete, false, "policy"}:            {"DeleteBucketPolicy", "s3:DeleteBucketPolicy"},
	{http.MethodGet, false, "policyStatus"}:         {"GetBucketPolicyStatus", "s3:GetBucketPolicyStatus"},
	{http.MethodGet, false, "logging"}:              {"GetBucketLogging", "s3:GetBucketLogging"},
	{http.MethodPut, false, "logging"}:              {"PutBucketLogging", "s3:PutBucketLogging"},
	{http.MethodGet, false, "replication"}:          {"GetBucketReplication", "s3:GetReplicationConfiguration"},
	{http.MethodGet, false, "accelerate"}:           {"GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration"},
	{http.MethodPut, false, "accelerate"}:           {"PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration"},
	{http.MethodGet, false, "requestPayment"}:       {"GetBucketRequestPayment", "s3:GetBucketRequestPayment"},
	{http.MethodPut, false, "requestPayment"}:       {"PutBucketRequestPayment", "s3:PutBucketRequestPayment"},

	{http.MethodPost, false, "delete"}: {"DeleteObjects", ""}, // One permission for each key, which the object store checks.
}

// OperationNames returns the names of the operations of S3 that a policy can allow, sorted.
func OperationNames() []string {
	names := []string{"ListBuckets"} // Its request names no bucket.
	for _, one := range actions {
		names = append(names, strings.Split(one.names, ", ")...)
	}

	slices.Sort(names)

	return names
}

// versionActions replaces the action if the request names a version.
var versionActions = map[string]string{
	getObject:                "s3:GetObjectVersion",
	"s3:GetObjectAttributes": "s3:GetObjectVersionAttributes",
	deleteObject:             "s3:DeleteObjectVersion",
	"s3:GetObjectTagging":    "s3:GetObjectVersionTagging",
	putTagging:               "s3:PutObjectVersionTagging",
	"s3:DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
}

// plain has the parameters that only qualify an operation.
var plain = map[string]bool{
	"x-id": true, "versionId": true, "partNumber": true,
	"prefix": true, "delimiter": true, "marker": true, "max-keys": true, "encoding-type": true,
	"continuation-token": true, "start-after": true, "fetch-owner": true,
	"key-marker": true, "version-id-marker": true, "upload-id-marker": true, "max-uploads": true,
	"max-parts": true, "part-number-marker": true,
}

// headerActions has the actions that a header requires in addition to the request's own.
var headerActions = map[string]string{ //nolint:gosec // Actions, not credentials.
	"X-Amz-Tagging":                     putTagging,
	"X-Amz-Acl":                         "s3:PutObjectAcl",
	"X-Amz-Object-Lock-Mode":            "s3:PutObjectRetention",
	"X-Amz-Object-Lock-Legal-Hold":      "s3:PutObjectLegalHold",
	"X-Amz-Bypass-Governance-Retention": "s3:BypassGovernanceRetention",
}

// permissions returns the permissions that a request needs. It returns false for an
// unknown operation, and for one with an unknown parameter.
func permissions(r *http.Request, request *s3wire.Request) ([]permission, bool) {
	if request.Bucket == "" {
		return []permission{{action: "s3:ListAllMyBuckets", resource: "*"}}, r.Method == http.MethodGet && noParameters(request)
	}

	subresource, known := subresource(request)
	if !known {
		return nil, false
	}

	found, known := actions[operation{r.Method, request.Key != "", subresource}]
	if !known || found.action == "" {
		return nil, known
	}

	action := found.action

	needed := permission{action: action, resource: bucketARN(request.Bucket)}

	if request.Key == "" {
		needed.attributes = listAttributes(request)

		return []permission{needed}, true
	}

	needed.resource += "/" + request.Key

	if versioned, has := versionActions[action]; has && request.Query.Get("versionId") != "" {
		needed.action = versioned
	}

	return append([]permission{needed}, furtherPermissions(r, request, needed)...), true
}

func noParameters(request *s3wire.Request) bool {
	name, known := subresource(request)

	return known && name == ""
}

// subresource finds the one parameter that names the operation.
func subresource(request *s3wire.Request) (name string, known bool) {
	for parameter := range request.Query {
		lower := strings.ToLower(parameter)

		switch {
		case plain[parameter], strings.HasPrefix(lower, "x-amz-"), strings.HasPrefix(parameter, "response-"):
		case name == "":
			name = parameter
		default:
			return "", false
		}
	}

	return name, true
}

// listAttributes returns the condition keys of a listing.
func listAttributes(request *s3wire.Request) []iam.Attribute {
	if request.Method != http.MethodGet {
		return nil
	}

	return []iam.Attribute{
		{Key: "s3:prefix", Value: request.Query.Get("prefix")},
		{Key: "s3:delimiter", Value: request.Query.Get("delimiter")},
	}
}

// furtherPermissions returns the permissions that a request's headers require.
func furtherPermissions(r *http.Request, request *s3wire.Request, first permission) []permission {
	var more []permission

	writes := first.action == putObject && r.Method != http.MethodGet

	// A condition on the content needs read permission: otherwise a caller could find out
	// the content by guessing. A condition on existence needs no further permission:
	// If-None-Match, and a deletion's If-Match: *.
	//
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
	match := r.Header.Get("If-Match")
	if match != "" && (writes || first.action == deleteObject && match != "*") {
		more = append(more, permission{action: getObject, resource: first.resource})
	}

	for header, action := range headerActions {
		if r.Header.Get(header) != "" {
			more = append(more, permission{action: action, resource: first.resource})
		}
	}

	if request.Source != nil {
		action := getObject
		if request.Source.VersionID != "" {
			action = "s3:GetObjectVersion"
		}

		more = append(more, permission{action: action, resource: bucketARN(request.Source.Bucket) + "/" + request.Source.Key})
	}

	return more
}
