package resources

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// headersPolicyConfig is a ResponseHeadersPolicyConfig.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html
type headersPolicyConfig struct {
	CORS *struct {
		Credentials bool     `xml:"AccessControlAllowCredentials"`
		Origins     []string `xml:"AccessControlAllowOrigins>Items>Origin"`
		Exposed     []string `xml:"AccessControlExposeHeaders>Items>Header"`
		Override    bool     `xml:"OriginOverride"`
	} `xml:"CorsConfig"`
	Security *struct {
		ContentType *struct{}                               `xml:"ContentTypeOptions"`
		Policy      *struct{ ContentSecurityPolicy string } `xml:"ContentSecurityPolicy"`
		Frame       *struct{ FrameOption string }           `xml:"FrameOptions"`
		Referrer    *struct{ ReferrerPolicy string }        `xml:"ReferrerPolicy"`
	} `xml:"SecurityHeadersConfig"`
	Custom []struct{ Header, Value string } `xml:"CustomHeadersConfig>Items>ResponseHeadersPolicyCustomHeader"`
	Remove []struct{ Header string }        `xml:"RemoveHeadersConfig>Items>ResponseHeadersPolicyRemoveHeader"`
}

// headersOf returns the headers that a policy sets, and those that it sets unless the origin
// does. Strict-Transport-Security is left out: browsers ignore it without TLS (RFC 6797, 8.1).
func headersOf(inner string) (set, cors map[string]string) {
	var policy headersPolicyConfig
	if err := xml.Unmarshal([]byte(wrap("ResponseHeadersPolicyConfig", inner)), &policy); err != nil {
		return nil, nil
	}

	set, cors = map[string]string{}, map[string]string{}

	if policy.CORS != nil {
		to := cors
		if policy.CORS.Override {
			to = set
		}

		if len(policy.CORS.Origins) == 1 { // With several origins, the answer depends on the request; those are not set.
			to["Access-Control-Allow-Origin"] = policy.CORS.Origins[0]
		}

		if len(policy.CORS.Exposed) > 0 {
			to["Access-Control-Expose-Headers"] = strings.Join(policy.CORS.Exposed, ", ")
		}

		if policy.CORS.Credentials {
			to["Access-Control-Allow-Credentials"] = strconv.FormatBool(true)
		}
	}

	if policy.Security != nil {
		security := policy.Security

		if security.ContentType != nil {
			set["X-Content-Type-Options"] = "nosniff"
		}

		if security.Policy != nil {
			set["Content-Security-Policy"] = security.Policy.ContentSecurityPolicy
		}

		if security.Frame != nil {
			set["X-Frame-Options"] = security.Frame.FrameOption
		}

		if security.Referrer != nil {
			set["Referrer-Policy"] = security.Referrer.ReferrerPolicy
		}
	}

	for _, one := range policy.Custom {
		set[one.Header] = one.Value
	}

	return set, cors
}
