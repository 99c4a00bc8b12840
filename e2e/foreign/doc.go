// Package foreign runs Triptych on an independent AWS emulator.
//
// The emulator of this repository and the functions have the same authors, so both can
// have the same wrong idea of AWS. MiniStack is an independent implementation.
// [StartMiniStack] runs it on the loopback interface. [Deploy] creates the stack there
// from the state that Terraform applied (`tofu show -json`), so that the tests use the
// deployed definitions, event patterns, environment and packages, and not a copy of them.
// moto is another independent implementation. The tests compare its answers for S3,
// DynamoDB and SQS.
package foreign
