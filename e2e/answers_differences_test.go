package e2e_test

// These pages of AWS's documentation say which of two different answers is correct.
const (
	pageDeleteMarkers = "(S3 User Guide, \"Working with delete markers\")"
	pageS3Errors      = "(S3 API Reference, \"Error responses\")"
	pageCopyObject    = "(S3 API Reference, CopyObject)"
	pageDeleteObjects = "(S3 API Reference, DeleteObjects)"
	pageDataTypes     = "(DynamoDB Developer Guide, \"Supported data types and naming rules in Amazon DynamoDB\")"
	pageReserved      = "(DynamoDB Developer Guide, \"Reserved words in DynamoDB\")"
	pageQuery         = "(DynamoDB API Reference, Query, KeyConditionExpression)"
	pageUpdates       = "(DynamoDB Developer Guide, \"Update expressions\")"
	pageReceive       = "(SQS API Reference, ReceiveMessage, WaitTimeSeconds)"
	pageSend          = "(SQS API Reference, SendMessage)"
)

// differences has the answers of the other emulators that differ from those of Triptych's
// emulator. A key is the other emulator, the script and the call. A value says which answer
// is correct, and names the page of AWS that says so.
var differences = map[string]string{
	// No page of AWS says which answer is correct.
	"ministack s3 listings/list no keys": "undecided: the page does not say what IsTruncated is for max-keys=0 (S3 API Reference, ListObjectsV2)",

	// MiniStack differs from AWS.
	"ministack s3 versions/get a malformed version":          "a malformed version id is an invalid argument " + pageS3Errors,
	"ministack s3 copies/copy onto itself":                   "a copy onto itself that changes nothing is refused " + pageCopyObject,
	"ministack dynamodb updates/of another type":             "the operands of + are numbers " + pageUpdates,
	"ministack dynamodb updates/twice":                       "two paths of one expression may not overlap " + pageUpdates,
	"ministack dynamodb queries/filtered by a reserved word": "SIZE is a reserved word " + pageReserved,
	"ministack dynamodb queries/by or":                       "key conditions are joined by AND only " + pageQuery,
	"ministack sqs messages/delete again":                    "the deletion of a deleted message succeeds (SQS API Reference, DeleteMessage)",
	"ministack sqs refusals/wait for a negative time":        "the wait is 0 to 20 seconds " + pageReceive,
	"ministack sqs refusals/delay for too long":              "the delay is at most 900 seconds " + pageSend,
	"ministack sqs refusals/an unknown attribute":            "an unknown attribute is InvalidAttributeName (SQS API Reference, GetQueueAttributes)",

	// moto differs from AWS.
	"moto s3 versions/get a malformed version":            "a malformed version id is an invalid argument " + pageS3Errors,
	"moto s3 versions/get the marker":                     "a delete marker answers 405 " + pageDeleteMarkers,
	"moto s3 versions/delete the marker":                  "x-amz-delete-marker says that a marker was deleted " + pageDeleteMarkers,
	"moto s3 listings/delete one, quiet":                  "the quiet mode reports failures only " + pageDeleteObjects,
	"moto s3 multipart/upload a part late":                "the upload no longer exists: NoSuchUpload " + pageS3Errors,
	"moto dynamodb items/get":                             "numbers come back in their shortest form " + pageDataTypes,
	"moto dynamodb items/get some":                        "a projection may name elements of lists and maps (DynamoDB Developer Guide, \"Using projection expressions\")",
	"moto dynamodb items/delete":                          "numbers come back in their shortest form " + pageDataTypes,
	"moto dynamodb queries/filtered by a reserved word":   "SIZE is a reserved word " + pageReserved,
	"moto dynamodb queries/of an unknown index":           "an unknown index is a ValidationException (DynamoDB API Reference, \"Common errors\")",
	"moto dynamodb queries/by or":                         "key conditions are joined by AND only " + pageQuery,
	"moto dynamodb refusals/a number of too many digits":  "a number has at most 38 digits " + pageDataTypes,
	"moto dynamodb refusals/values without an expression": "values need an expression (DynamoDB Developer Guide, \"Expression attribute values\")",
	"moto sqs refusals/send an empty body":                "a body has at least one character " + pageSend,
	"moto sqs refusals/send a control character":          "a body has the characters of XML 1.0 only " + pageSend,
}
