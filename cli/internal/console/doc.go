// Package console serves the web page of a stack: its images and its executions.
// `triptych up` serves it next to the emulator, and `triptych console` for any stack. It
// does not distinguish them: it reads everything with the AWS SDK, from the ledger in
// DynamoDB, Step Functions, S3 and SQS.
//
// Pages are rendered with html/template. The scripts update them by fetching the same
// parts again. Without scripts, everything can still be read.
//
// Package guard decides which clients have access, and what a page may do.
package console
