package bucketconfig

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"

	"triptych/emulator/iam"
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

// initial has the documents of configurations that nobody has set.
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

// element is an XML element with everything in it.
type element struct {
	XMLName  xml.Name
	Children []element `xml:",any"`
	Text     string    `xml:",chardata"`
}

// child returns the first child with a name; nil if there is none.
func (e *element) child(names ...string) *element {
	for _, name := range names {
		var found *element

		for i := range e.Children {
			if e.Children[i].XMLName.Local == name {
				found = &e.Children[i]

				break
			}
		}

		if found == nil {
			return nil
		}

		e = found
	}

	return e
}

// value returns the text of a descendant, or "".
func (e *element) value(names ...string) string {
	found := e.child(names...)
	if found == nil {
		return ""
	}

	return strings.TrimSpace(found.Text)
}

// parse parses a document with this root.
func parse(body []byte, root string) (*element, *s3wire.Error) {
	const maxDepth = 64

	// The depth is limited before the document is decoded.
	depth, tokens := 0, xml.NewDecoder(bytes.NewReader(body))

	for {
		token, err := tokens.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}

		if err != nil {
			return nil, malformedXML()
		}

		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.Directive:
			return nil, malformedXML()
		}

		if depth > maxDepth {
			return nil, malformedXML()
		}
	}

	var document element
	if err := xml.Unmarshal(body, &document); err != nil || document.XMLName.Local != root {
		return nil, malformedXML()
	}

	return &document, nil
}

// check checks a configuration, and returns the text to store.
func check(subresource string, body []byte) (string, *s3wire.Error) {
	var failure *s3wire.Error

	switch subresource {
	case policy:
		return checkPolicy(body)
	case notification:
		return checkNotification(body)
	case lifecycle:
		failure = checkLifecycle(body)
	case encryption:
		failure = checkEncryption(body)
	case publicAccessBlock:
		failure = checkBlock(body)
	case logging:
		failure = checkDefault(body, "BucketLoggingStatus", "access logs", func(e *element) bool { return e.child("LoggingEnabled") == nil })
	case accelerate:
		failure = checkDefault(body, "AccelerateConfiguration", "transfer acceleration", func(e *element) bool { return e.value("Status") != "Enabled" })
	case requestPayment:
		failure = checkDefault(body, "RequestPaymentConfiguration", "requester pays", func(e *element) bool { return e.value("Payer") == "BucketOwner" })
	default:
		failure = notImplemented("the configuration " + subresource)
	}

	return string(body), failure
}

func checkPolicy(body []byte) (string, *s3wire.Error) {
	if _, err := iam.ParseResourcePolicy(body); err != nil {
		return "", &s3wire.Error{Code: "MalformedPolicy", Message: err.Error(), Status: http.StatusBadRequest}
	}

	return string(body), nil
}

// checkNotification accepts EventBridge as the only receiver of events.
func checkNotification(body []byte) (string, *s3wire.Error) {
	document, failure := parse(body, "NotificationConfiguration")
	if failure != nil {
		return "", failure
	}

	events := false

	for i := range document.Children {
		name := document.Children[i].XMLName.Local
		if name != "EventBridgeConfiguration" {
			return "", notImplemented("the receiver " + name + " of events; only EventBridgeConfiguration is supported")
		}

		events = true
	}

	if !events {
		return "", nil
	}

	return eventsDocument, nil
}

func checkLifecycle(body []byte) *s3wire.Error {
	document, failure := parse(body, "LifecycleConfiguration")
	if failure != nil {
		return failure
	}

	const maxRules, maxID = 1000, 255

	if len(document.Children) == 0 || len(document.Children) > maxRules {
		return malformedXML()
	}

	for i := range document.Children {
		rule := &document.Children[i]
		status := rule.value("Status")

		if rule.XMLName.Local != "Rule" || status != "Enabled" && status != "Disabled" || rule.child("Filter") == nil && rule.child("Prefix") == nil {
			return malformedXML()
		}

		if len(rule.value("ID")) > maxID {
			return &s3wire.Error{Code: "InvalidArgument", Message: "ID length should not exceed allowed limit of 255", Status: http.StatusBadRequest}
		}

		actions := []string{
			"Expiration", "Transition", "NoncurrentVersionExpiration", "NoncurrentVersionTransition", "AbortIncompleteMultipartUpload",
		}

		has := false
		for _, action := range actions {
			has = has || rule.child(action) != nil
		}

		if !has {
			return &s3wire.Error{
				Code: "InvalidRequest", Message: "At least one action needs to be specified in a rule", Status: http.StatusBadRequest,
			}
		}
	}

	return nil
}

func checkEncryption(body []byte) *s3wire.Error {
	document, failure := parse(body, "ServerSideEncryptionConfiguration")
	if failure != nil {
		return failure
	}

	switch algorithm := document.value("Rule", "ApplyServerSideEncryptionByDefault", "SSEAlgorithm"); algorithm {
	case "AES256":
		return nil
	case "":
		return malformedXML()
	default:
		return notImplemented("encryption with " + algorithm + "; the emulator has no KMS")
	}
}

func checkBlock(body []byte) *s3wire.Error {
	document, failure := parse(body, "PublicAccessBlockConfiguration")
	if failure != nil {
		return failure
	}

	for i := range document.Children {
		if text := strings.TrimSpace(document.Children[i].Text); text != "true" && text != "false" {
			return malformedXML()
		}
	}

	return nil
}

// checkDefault accepts only the state that a new bucket has.
func checkDefault(body []byte, root, what string, isDefault func(*element) bool) *s3wire.Error {
	document, failure := parse(body, root)

	switch {
	case failure != nil:
		return failure
	case !isDefault(document):
		return notImplemented(what)
	default:
		return nil
	}
}
