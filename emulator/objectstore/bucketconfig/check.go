package bucketconfig

import (
	"net/http"
	"strings"

	"triptych/emulator/iam"
	"triptych/emulator/objectstore/s3wire"
)

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
