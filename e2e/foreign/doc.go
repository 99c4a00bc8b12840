// Package foreign runs Triptych on an AWS emulator that other people wrote.
//
// The emulator of this repository and the functions were written by the same hands,
// so both can share a wrong idea of AWS. MiniStack is a second opinion: [StartMiniStack]
// runs it on the loopback interface, and [Deploy] creates the stack there from what
// Terraform applied (`tofu show -json`), so that the tests see the deployed
// definitions, event patterns, environment and packages and not a copy of them. moto
// is a third one, for the answers of S3, DynamoDB and SQS.
package foreign
