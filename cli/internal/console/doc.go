// Package console serves the web page of a stack: its images and its executions.
// `triptych up` serves it for the emulator, and `triptych console` serves it for any stack.
// The console does not distinguish the emulator from AWS: it reads everything with the AWS
// SDK, from the ledger in DynamoDB, Step Functions, S3 and SQS.
//
// Pages are rendered with html/template. The scripts update a page by fetching parts of it
// again. Without scripts, all content can still be read.
//
// Each page is a separate package with its handlers, its view, its template and its script:
// gallery, image, executions, execution, failures and metrics. A page imports package page,
// which has the layout and everything else that the pages share. It does not import another
// page. Package feed sends the changes of the ledger to the pages, and package variant serves
// the images that they show.
//
// Package guard decides which clients have access, and what a page may do.
package console
