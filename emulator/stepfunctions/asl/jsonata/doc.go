// Package jsonata compiles and evaluates the JSONata of Step Functions' expressions.
//
// Expressions are those of JSONata 2.0.6, as on AWS, with AWS's own functions ($partition,
// $range, $hash, $random, $uuid, $parse) and without $eval. The parser is jsonata-go's, and
// this package evaluates the syntax tree. A test compares the results with those of the
// reference implementation. These differences remain: $keys, $each, $spread, * and **
// return an object's members in alphabetical order; [Compile] rejects the operators @ and #
// and the parent operator %.
//
// Values are JSON as Go decodes it: nil, bool, float64, string, []any and map[string]any.
// Numbers are float64, as in AWS's JSONata. Go prints them as JavaScript does (an integer
// below 1e21 has no exponent).
//
// # Limits
//
// An evaluation has a [Budget], which is checked before a string or an array is built. The
// expressions that share a budget may together allocate 128 MiB, take 5 million steps and
// 10 seconds (AWS stops them after one second), nest 20,000 evaluations and return 16 MiB
// of JSON. A format picture has at most 1,000 bytes. At most four evaluations run at the
// same time in a process.
//
// Source: https://docs.jsonata.org and
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
package jsonata
