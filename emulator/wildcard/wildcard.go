// Package wildcard matches text against the patterns that IAM policies and CloudFront
// policies use.
package wildcard

// Match reports whether the pattern matches the whole text. * matches any number of
// characters, including none, and ? matches any one character. The time is proportional
// to the length of the text for each * of the pattern, because on a mismatch Match
// continues after the last * and never returns to an earlier one.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func Match(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	star, resume := -1, 0
	i, j := 0, 0

	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, resume = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}

	for i < len(p) && p[i] == '*' {
		i++
	}

	return i == len(p)
}
