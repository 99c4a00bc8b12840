// Package jsonata compiles and evaluates the JSONata of Step Functions' expressions.
//
// Expressions are those of JSONata 2.0.6, as on AWS, with AWS's own functions ($partition,
// $range, $hash, $random, $uuid, $parse) and without $eval. Tests compare the results and
// the errors with those of the reference implementation, npm's jsonata 2.0.6: the cases of
// its own test suite, and random expressions.
//
// Values are JSON: nil, bool, float64, string, []any and *[Object], whose members keep their
// order. Numbers are float64, and texts are compared by their UTF-16 code units, as in
// JavaScript.
//
// # Limits
//
// An evaluation has a [Budget], which is checked before a string or an array is built. The
// expressions that share a budget may together allocate 128 MiB, take 5 million steps and
// 10 seconds (AWS stops them after one second), nest 20,000 evaluations and return 8 MiB
// of JSON. An expression has at most 5,000 nested levels, a picture string (a format of
// numbers or times) at most 1,000 bytes, and the result of $pad at most 10 million
// characters. At most four evaluations run at the same time in a process.
//
// Regular expressions are translated to those of Go, whose time is proportional to the text.
// [Compile] rejects look-around, references to groups and repetitions over 1,000. A dot
// matches a whole character; in JavaScript, it matches one code unit of UTF-16. An expression
// whose result contains Infinity or NaN fails with D1001; the reference implementation
// returns null. A group-by does not change an empty array that it reads.
//
// Source: https://docs.jsonata.org and
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
package jsonata
