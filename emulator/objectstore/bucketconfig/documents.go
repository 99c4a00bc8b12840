package bucketconfig

import (
	"net/http"

	"triptych/emulator/objectstore/s3wire"
)

const namespace = ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`

// Documents that the emulator writes itself.
const (
	eventsDocument = "<NotificationConfiguration" + namespace + "><EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>"

	// A new bucket is encrypted, and public access is blocked.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
	encryptionDocument = "<ServerSideEncryptionConfiguration" + namespace + "><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>" +
		"</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>"
	blockDocument = "<PublicAccessBlockConfiguration" + namespace + "><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>" +
		"<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>"
)

// initial maps the name of a configuration to its document before the first change.
var initial = map[string]string{
	notification:      "<NotificationConfiguration" + namespace + "></NotificationConfiguration>",
	encryption:        encryptionDocument,
	publicAccessBlock: blockDocument,
	logging:           "<BucketLoggingStatus" + namespace + "></BucketLoggingStatus>",
	accelerate:        "<AccelerateConfiguration" + namespace + "></AccelerateConfiguration>",
	requestPayment:    "<RequestPaymentConfiguration" + namespace + "><Payer>BucketOwner</Payer></RequestPaymentConfiguration>",
}

// missing has S3's errors for configurations that a bucket does not have.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
var missing = map[string]*s3wire.Error{
	lifecycle:         {Code: "NoSuchLifecycleConfiguration", Message: "The lifecycle configuration does not exist", Status: http.StatusNotFound},
	policy:            {Code: "NoSuchBucketPolicy", Message: "The bucket policy does not exist", Status: http.StatusNotFound},
	policyStatus:      {Code: "NoSuchBucketPolicy", Message: "The bucket policy does not exist", Status: http.StatusNotFound},
	publicAccessBlock: {Code: "NoSuchPublicAccessBlockConfiguration", Message: "The public access block configuration was not found", Status: http.StatusNotFound},
	replication:       {Code: "ReplicationConfigurationNotFoundError", Message: "The replication configuration was not found", Status: http.StatusNotFound},
}

func malformedXML() *s3wire.Error {
	return &s3wire.Error{
		Code: "MalformedXML", Status: http.StatusBadRequest,
		Message: "The XML you provided was not well-formed or did not validate against our published schema",
	}
}

func notImplemented(what string) *s3wire.Error {
	return &s3wire.Error{
		Code: "NotImplemented", Status: http.StatusNotImplemented, Message: "The emulator's S3 does not have this function: " + what,
	}
}
