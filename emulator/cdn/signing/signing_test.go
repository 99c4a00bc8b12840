package signing_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"

	"triptych/emulator/cdn/signing"
)

// group trusts keys by their ids.
type group map[string]crypto.Signer

func (g group) Key(id string) (crypto.PublicKey, bool) {
	key, known := g[id]
	if !known {
		return nil, false
	}

	return key.Public(), true
}

var (
	now  = time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
	soon = now.Add(time.Hour)
)

func keyPairs(t testing.TB) group {
	t.Helper()

	one, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}

	two, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}

	return group{"KRSA": one, "KECDSA": two}
}

// request returns a request for a URL, from 192.0.2.7, with cookies in pairs.
func request(url string, cookies ...string) signing.Request {
	scheme, rest, _ := strings.Cut(url, "://")
	rest, query, _ := strings.Cut(rest, "?")
	host, path, _ := strings.Cut(rest, "/")

	return signing.Request{
		Scheme: scheme, Host: host, Path: "/" + path, RawQuery: query, IP: netip.MustParseAddr("192.0.2.7"),
		Cookie: func(name string) string {
			for i := 0; i < len(cookies); i += 2 {
				if cookies[i] == name {
					return cookies[i+1]
				}
			}

			return ""
		},
	}
}

// TestSDK signs as AWS's SDK does: canned and custom policies, in URLs and in cookies.
func TestSDK(t *testing.T) {
	t.Parallel()

	const url = "https://d111.cloudfront.net/a%20b.jpg/-/manifest.json"

	pairs := keyPairs(t)

	for id, key := range pairs {
		canned, err := sign.NewURLSigner(id, key).Sign(url, soon)
		if err != nil {
			t.Fatal(err)
		}

		custom, err := sign.NewURLSigner(id, key).SignWithPolicy(url, policyOf("https://d111.cloudfront.net/a%20b.jpg/-/*", nil))
		if err != nil {
			t.Fatal(err)
		}

		for _, signed := range []string{canned, custom} {
			if refusal := signing.Check(request(signed), pairs, now); refusal != nil {
				t.Errorf("%s: %v", id, refusal)
			}

			if refusal := signing.Check(request(signed), pairs, soon); refusal == nil {
				t.Errorf("%s, at the very end of its time: allowed", id)
			}

			for at := range signed {
				if signed[at] == '&' || signed[at] == '?' || signed[at] == '=' || at < len("https://") {
					continue
				}

				// The wildcard matches any text here.
				if signed == custom && at >= strings.Index(signed, "/-/")+len("/-/") && at < strings.Index(signed, "?") {
					continue
				}

				// The last digit of base64 may have unused bits.
				if next := signed[at+1:]; next == "" || next[0] == '&' || next[0] == '_' {
					continue
				}

				changed := signed[:at] + string(signed[at]^1) + signed[at+1:]
				if refusal := signing.Check(request(changed), pairs, now); refusal == nil {
					t.Errorf("%s: allowed though byte %d is another: %s", id, at, changed)
				}
			}
		}
	}

	cookies, err := sign.NewCookieSigner("KRSA", pairs["KRSA"].(*rsa.PrivateKey)).SignWithPolicy(policyOf("https://d111.cloudfront.net/a*", nil))
	if err != nil {
		t.Fatal(err)
	}

	var named []string
	for _, cookie := range cookies {
		named = append(named, cookie.Name, cookie.Value)
	}

	if refusal := signing.Check(request(url, named...), pairs, now); refusal != nil {
		t.Errorf("by cookies: %v", refusal)
	}

	if refusal := signing.Check(request("https://d111.cloudfront.net/b", named...), pairs, now); refusal == nil {
		t.Error("by cookies for another path: allowed")
	}

	// A URL's signature takes precedence over a cookie's, even if only the cookie's is
	// valid.
	if refusal := signing.Check(request(url+"?Key-Pair-Id=KRSA&Expires=1&Signature=AAAA", named...), pairs, now); refusal == nil {
		t.Error("by a URL that is over, and cookies that are not: allowed")
	}
}

func policyOf(resource string, change func(*sign.Condition)) *sign.Policy {
	condition := sign.Condition{DateLessThan: sign.NewAWSEpochTime(soon)}
	if change != nil {
		change(&condition)
	}

	return &sign.Policy{Statements: []sign.Statement{{Resource: resource, Condition: condition}}}
}

// hand signs the unchanged text of a policy, over SHA-256.
func hand(t testing.TB, key crypto.Signer, text string) string {
	t.Helper()

	sum := sha256.Sum256([]byte(text))

	signature, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}

	toURL := strings.NewReplacer("+", "-", "=", "_", "/", "~")
	encode := func(raw []byte) string { return toURL.Replace(base64.StdEncoding.EncodeToString(raw)) }

	return "Policy=" + encode([]byte(text)) + "&Signature=" + encode(signature) + "&Key-Pair-Id=KECDSA&Hash-Algorithm=SHA256"
}

// TestPolicies has policies that a person might write.
func TestPolicies(t *testing.T) {
	t.Parallel()

	const url = "https://d111.cloudfront.net/a/b.jpg"

	pairs := keyPairs(t)
	until := fmt.Sprintf(`"DateLessThan":{"AWS:EpochTime":%d}`, soon.Unix())

	for name, test := range map[string]struct{ policy, code string }{
		"plain":                {`{"Statement":[{"Resource":"` + url + `","Condition":{` + until + `}}]}`, ""},
		"with spaces":          {` { "Statement": [ { "Resource": "` + url + `", "Condition": { ` + until + ` } } ] } `, ""},
		"for everything":       {`{"Statement":[{"Condition":{` + until + `}}]}`, ""},
		"from its start on":    {fmt.Sprintf(`{"Statement":[{"Condition":{%s,"DateGreaterThan":{"AWS:EpochTime":%d}}}]}`, until, now.Unix()-1), ""},
		"at its start":         {fmt.Sprintf(`{"Statement":[{"Condition":{%s,"DateGreaterThan":{"AWS:EpochTime":%d}}}]}`, until, now.Unix()), "AccessDenied"},
		"over":                 {fmt.Sprintf(`{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":%d}}}]}`, now.Unix()), "AccessDenied"},
		"from its network":     {`{"Statement":[{"Condition":{` + until + `,"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}}}]}`, ""},
		"from its address":     {`{"Statement":[{"Condition":{` + until + `,"IpAddress":{"AWS:SourceIp":"192.0.2.7"}}}]}`, ""},
		"from another network": {`{"Statement":[{"Condition":{` + until + `,"IpAddress":{"AWS:SourceIp":"192.0.3.0/24"}}}]}`, "AccessDenied"},
		"of IPv6":              {`{"Statement":[{"Condition":{` + until + `,"IpAddress":{"AWS:SourceIp":"::/0"}}}]}`, "MalformedPolicy"},
		"without an end":       {`{"Statement":[{"Resource":"` + url + `","Condition":{}}]}`, "MalformedPolicy"},
		"an end in quotes":     {`{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":"9999999999"}}}]}`, "MalformedPolicy"},
		"two statements":       {`{"Statement":[{"Condition":{` + until + `}},{"Condition":{` + until + `}}]}`, "MalformedPolicy"},
		"none":                 {`{"Statement":[]}`, "MalformedPolicy"},
		"a name in other case": {`{"Statement":[{"resource":"` + url + `","Condition":{` + until + `}}]}`, "MalformedPolicy"},
		"a condition more":     {`{"Statement":[{"Condition":{` + until + `,"Referer":{}}}]}`, "MalformedPolicy"},
		"no JSON":              {`until tomorrow`, "MalformedPolicy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			refusal := signing.Check(request(url+"?"+hand(t, pairs["KECDSA"], test.policy)), pairs, now)

			var code string
			if refusal != nil {
				code = refusal.Code
			}

			if code != test.code {
				t.Errorf("%v, want the code %q", refusal, test.code)
			}
		})
	}
}

// TestResources checks the meaning of a Resource with the guide's own examples.
func TestResources(t *testing.T) {
	t.Parallel()

	pairs := keyPairs(t)

	for _, test := range []struct {
		resource, url string
		want          bool
	}{
		{"https://d111.cloudfront.net/*game_download.zip*", "https://d111.cloudfront.net/game_download.zip", true},
		{"https://d111.cloudfront.net/*game_download.zip*", "https://d111.cloudfront.net/example_game_download.zip?license=yes", true},
		{"https://d111.cloudfront.net/images/horizon.jpg?size=large&license=yes", "https://d111.cloudfront.net/images/horizon.jpg?size=large&license=yes", true},
		{"https://d111.cloudfront.net/images/horizon.jpg?size=large", "https://d111.cloudfront.net/images/horizon.jpg?size=small", false},
		{"https://www.example.com/hello*world", "https://www.example.com/hello-world", true},
		{"https://www.example.com/hello*world", "https://www.example.net/hello?world", false},
		{"http://example.com/hello*", "http://example.com/hello/there?a=b", true},
		{"http://example.com*", "http://example.com.evil.example/any?thing", true}, // From the guide, which therefore recommends to write the slash.
		{"http://example.com/*", "http://example.com.evil.example/any", false},
		{"*example.com/a", "https://www.example.com/a", true},
		{"*", "https://any.example/thing?at=all", true},
		{"*://d111.cloudfront.net/a", "http://d111.cloudfront.net/a", true},
		{"https://d111.cloudfront.net/a", "http://d111.cloudfront.net/a", false},
		{"https://d111.cloudfront.net/a?", "https://d111.cloudfront.net/ab", true},
		{"https://d111.cloudfront.net/a", "https://d111.cloudfront.net/a?b=c", false},
		{"https://d111.cloudfront.net/a.jpg/-/*", "https://d111.cloudfront.net/a.jpg2/-/manifest.json", false},
		{"https://d111.cloudfront.net/a%2A.jpg/-/*", "https://d111.cloudfront.net/ab.jpg/-/manifest.json", false},
		{"https://d111.cloudfront.net/a%2A.jpg/-/*", "https://d111.cloudfront.net/a%2A.jpg/-/manifest.json", true},
		{"d111.cloudfront.net/a", "https://d111.cloudfront.net/a", false},
	} {
		policy := fmt.Sprintf(`{"Statement":[{"Resource":%q,"Condition":{"DateLessThan":{"AWS:EpochTime":%d}}}]}`, test.resource, soon.Unix())

		separator := "?"
		if strings.Contains(test.url, "?") {
			separator = "&"
		}

		refusal := signing.Check(request(test.url+separator+hand(t, pairs["KECDSA"], policy)), pairs, now)
		if (refusal == nil) != test.want {
			t.Errorf("%s for %s: %v, want allowed: %v", test.resource, test.url, refusal, test.want)
		}
	}
}
