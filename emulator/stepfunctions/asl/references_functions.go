package asl

import (
	"slices"
	"strings"
)

// functionNames are the functions that every expression has. A higher-order function can
// take one of them as an argument, without a call: $map(list, $string).
// https://docs.jsonata.org/overview
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
var functionNames = strings.Fields(`
		abs append assert average base64decode base64encode boolean ceil clone contains count
		decodeUrl decodeUrlComponent distinct each encodeUrl encodeUrlComponent error eval exists
		filter floor formatBase formatInteger formatNumber fromMillis join keys length lookup
		lowercase map match max merge millis min not now number pad parseInteger power random reduce
		replace reverse round shuffle sift single sort split spread sqrt string substring
		substringAfter substringBefore sum toMillis trim type uppercase zip
		hash parse partition range uuid`)

func isFunction(name string) bool { return slices.Contains(functionNames, name) }
