// Package jackson words the errors of JSON texts as the Java library Jackson does. AWS's
// services pass these texts on, for example StartExecution for an input that is not JSON,
// and Lambda for a payload.
//
// The words and the positions are those of Jackson 2.10 to 2.15 for a text in memory.
// https://github.com/FasterXML/jackson-core
package jackson
