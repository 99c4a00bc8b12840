package signing_test

import (
	"testing"

	"triptych/emulator/cdn/signing"
)

// FuzzCheck checks that no request without a valid signature is allowed, and that no
// request crashes the CDN.
func FuzzCheck(f *testing.F) {
	f.Add("/a", "Expires=9999999999&Signature=AAAA&Key-Pair-Id=KRSA", "")
	f.Add("/a", "Policy=eyJTdGF0ZW1lbnQiOltdfQ__&Signature=AAAA&Key-Pair-Id=KECDSA&Hash-Algorithm=SHA256", "")
	f.Add("/%", "Policy=_&Signature=~&Key-Pair-Id=KRSA&&=&", "KRSA")

	pairs := keyPairs(f)

	f.Fuzz(func(t *testing.T, path, query, cookie string) {
		asked := request("https://d111.cloudfront.net" + path)
		asked.RawQuery = query
		asked.Cookie = func(string) string { return cookie }

		if signing.Check(asked, pairs, now) == nil {
			t.Errorf("allowed: %q ? %q", path, query)
		}
	})
}

// FuzzPolicy signs any text as a policy: an unreadable policy is rejected and has no
// other effect.
func FuzzPolicy(f *testing.F) {
	f.Add(`{"Statement":[{"Resource":"https://d111.cloudfront.net/*","Condition":{"DateLessThan":{"AWS:EpochTime":9999999999}}}]}`)
	f.Add(`{"Statement":[{"Resource":"*?*://?","Condition":{"DateLessThan":{"AWS:EpochTime":1},"IpAddress":{"AWS:SourceIp":"0.0.0.0/0"}}}]}`)
	f.Add(`{"Statement":null}`)

	pairs := keyPairs(f)

	f.Fuzz(func(t *testing.T, policy string) {
		refusal := signing.Check(request("https://d111.cloudfront.net/a?"+hand(t, pairs["KECDSA"], policy)), pairs, now)
		if refusal != nil && refusal.Status() != 403 {
			t.Errorf("%v", refusal)
		}
	})
}
