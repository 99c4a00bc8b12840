package sqs

// queryCodes has the codes that SQS's errors had in its query protocol. Clients still see
// them (Amazon SQS Developer Guide, "AWS JSON protocol FAQs").
var queryCodes = map[string]string{
	"QueueNameExists":              "QueueAlreadyExists",
	"UnsupportedOperation":         "AWS.SimpleQueueService.UnsupportedOperation",
	"BatchEntryIdsNotDistinct":     "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
	"BatchRequestTooLong":          "AWS.SimpleQueueService.BatchRequestTooLong",
	"EmptyBatchRequest":            "AWS.SimpleQueueService.EmptyBatchRequest",
	"InvalidBatchEntryId":          "AWS.SimpleQueueService.InvalidBatchEntryId",
	"MessageNotInflight":           "AWS.SimpleQueueService.MessageNotInflight",
	"QueueDoesNotExist":            "AWS.SimpleQueueService.NonExistentQueue",
	"TooManyEntriesInBatchRequest": "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
}
