// Package console is the page of a stack: its images first, their executions
// second. `triptych up` serves it beside the laptop's AWS, and `triptych console`
// against any stack; it knows neither, and asks for everything through the AWS SDK:
// the ledger in DynamoDB, Step Functions, S3, SQS.
//
// Pages are rendered here, by html/template; the scripts make them live by fetching
// the same parts again. Without scripts all of it can still be read.
//
// What may call it, and what a page may do, is package guard's affair.
package console
