// Package wildcard matches texts as AWS's policies do: IAM's and CloudFront's.
package wildcard

// Match says whether the pattern stands for the whole text, where * is any run of
// characters, also none, and ? any one character. It takes time linear in the text for
// every star that the pattern has: on a mismatch it goes back to the last star only.
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
