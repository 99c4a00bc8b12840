package signing

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"

	"triptych/shared/keys"
)

// UploadPath is where the CDN takes what is signed to be uploaded; a key follows.
const UploadPath = "-/upload/"

// Grant is what is signed: one URL, or all that begin like Resource, until Expires.
type Grant struct {
	// URL is the one to open, in the spelling of keys.Path: it has no raw * and no
	// raw ?, which are wildcards in a policy.
	URL string
	// Resource is the policy's, with its wildcard; "" means URL alone.
	Resource string
	// Network is the only one that may use it, in CIDR; "" means any.
	Network string
	Expires time.Time
}

// Upload lets who has it put an original under a key.
func Upload(cdn, key string, expires time.Time) Grant {
	return Grant{URL: keys.URL(cdn, UploadPath+key), Expires: expires}
}

// Manifest lets who has it read a picture's manifest.
func Manifest(cdn, key string, expires time.Time) Grant {
	return Grant{URL: keys.URL(cdn, keys.Manifest(key)), Expires: expires}
}

// WholeImage lets who has it read all that was made of a picture, now and later.
func WholeImage(cdn, key string, expires time.Time) Grant {
	return Grant{
		URL: keys.URL(cdn, keys.Manifest(key)), Resource: keys.URL(cdn, keys.Folder(key)) + "*", Expires: expires,
	}
}

// File lets who has it read one URL, which may have been written by hand.
func File(text string, expires time.Time) (Grant, error) {
	parsed, err := url.Parse(text)

	switch {
	case err != nil:
		return Grant{}, fmt.Errorf("read the URL: %w", err)
	case parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Host == "":
		return Grant{}, fmt.Errorf("the URL %q must begin with https:// and a host", text)
	case parsed.RawQuery != "" || parsed.ForceQuery || parsed.Fragment != "":
		return Grant{}, fmt.Errorf("the URL %q must have neither a query nor a fragment: no picture's address has", text)
	}

	return Grant{
		URL: keys.URL(parsed.Scheme+"://"+parsed.Host, strings.TrimPrefix(parsed.Path, "/")), Expires: expires,
	}, nil
}

// policy is the custom policy, or the canned one where that says it all.
func (g Grant) policy() (policy *sign.Policy, canned bool) {
	if g.Resource == "" && g.Network == "" {
		return sign.NewCannedPolicy(g.URL, g.Expires), true
	}

	resource := g.Resource
	if resource == "" {
		resource = g.URL
	}

	condition := sign.Condition{DateLessThan: sign.NewAWSEpochTime(g.Expires)}
	if g.Network != "" {
		condition.IPAddress = &sign.IPAddress{SourceIP: g.Network}
	}

	return &sign.Policy{Statements: []sign.Statement{{Resource: resource, Condition: condition}}}, false
}

// URL is the signed URL. With a Resource its query stands for every URL that the
// Resource does.
func (k Key) URL(grant Grant) (string, error) {
	signer := sign.NewURLSigner(k.ID, k.Private)

	policy, canned := grant.policy()
	if canned {
		signed, err := signer.Sign(grant.URL, grant.Expires)
		if err != nil {
			return "", fmt.Errorf("sign %s: %w", grant.URL, err)
		}

		return signed, nil
	}

	signed, err := signer.SignWithPolicy(grant.URL, policy)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", grant.URL, err)
	}

	return signed, nil
}

// Cookie is one of the three that say the same as a signed URL's query.
type Cookie struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Cookies are the signed cookies.
func (k Key) Cookies(grant Grant) ([]Cookie, error) {
	policy, canned := grant.policy()

	signature, text, err := policy.Sign(k.Private)
	if err != nil {
		return nil, fmt.Errorf("sign cookies for %s: %w", grant.URL, err)
	}

	said := Cookie{"CloudFront-Policy", string(text)}
	if canned {
		said = Cookie{"CloudFront-Expires", strconv.FormatInt(grant.Expires.Unix(), 10)}
	}

	return []Cookie{said, {"CloudFront-Signature", string(signature)}, {"CloudFront-Key-Pair-Id", k.ID}}, nil
}
