// Package console serves the web page of a stack: its images and its executions.
// `triptych up` serves it next to the emulator, and `triptych console` for any stack. It
// does not distinguish them: it reads everything with the AWS SDK, from the ledger in
// DynamoDB, Step Functions, S3 and SQS.
//
// Pages are rendered with html/template. The scripts update them by fetching the same
// parts again. Without scripts, everything can still be read.
//
// Each page is a package of its own, with its handlers, its view, its template and its
// script: gallery, image, executions, execution, failures and metrics. A page imports
// package page, which has the layout and everything else that the pages share, and no
// other page. Package feed sends them the changes of the ledger, and package variant
// serves the images that they show.
//
// Package guard decides which clients have access, and what a page may do.
package console
