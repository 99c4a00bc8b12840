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

// UploadPath is the path of signed uploads on the CDN; a key follows.
const UploadPath = "-/upload/"

// Grant is the access that a signature gives, until Expires. It is for one URL, or for all
// URLs that match Resource.
type Grant struct {
	// URL is the URL to open. Its path is encoded by keys.Path, so it contains no * and no
	// ?, which are wildcards in a policy.
	URL string
	// Resource is the resource of the policy, with its wildcard; "" means only URL.
	Resource string
	// Network is the only network that may use the grant, in CIDR notation; "" means any.
	Network string
	Expires time.Time
}

// Upload grants the upload of an original under a key.
func Upload(cdn, key string, expires time.Time) Grant {
	return Grant{URL: keys.URL(cdn, UploadPath+key), Expires: expires}
}

// Manifest grants access to the manifest of a key.
func Manifest(cdn, key string, expires time.Time) Grant {
	return Grant{URL: keys.URL(cdn, keys.Manifest(key)), Expires: expires}
}

// WholeImage grants access to everything that is generated from a key, even after the grant
// was signed.
func WholeImage(cdn, key string, expires time.Time) Grant {
	return Grant{
		URL: keys.URL(cdn, keys.Manifest(key)), Resource: keys.URL(cdn, keys.Folder(key)) + "*", Expires: expires,
	}
}

// File grants access to one URL, which the user may have typed.
func File(text string, expires time.Time) (Grant, error) {
	parsed, err := url.Parse(text)

	switch {
	case err != nil:
		return Grant{}, fmt.Errorf("read the URL: %w", err)
	case parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Host == "":
		return Grant{}, fmt.Errorf("the URL %q must begin with https:// and a host", text)
	case parsed.RawQuery != "" || parsed.ForceQuery || parsed.Fragment != "":
		return Grant{}, fmt.Errorf("the URL %q must have neither a query nor a fragment", text)
	}

	return Grant{
		URL: keys.URL(parsed.Scheme+"://"+parsed.Host, strings.TrimPrefix(parsed.Path, "/")), Expires: expires,
	}, nil
}

// policy returns the custom policy, or the canned policy if it is sufficient.
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

// URL returns the signed URL. If the grant has a Resource, the query of the signed URL is
// valid for every URL that matches the Resource.
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

// Cookie is one of three cookies. Together, they have the same effect as the query of a signed
// URL.
type Cookie struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Cookies returns the signed cookies.
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
