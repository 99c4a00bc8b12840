package cdn

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"triptych/emulator/cdn/edge"
	"triptych/emulator/cdn/resources"
)

// Created is a distribution that a client has created. [NewCreated] makes it.
type Created struct {
	enabled   bool
	behaviors []createdBehavior
}

type createdBehavior struct {
	pattern *regexp.Regexp
	handler *Handler
}

// NewCreated makes the handler of a distribution. origin completes the configuration of a
// behavior: it sets Variants and Uploads, for the bucket of its origin.
func NewCreated(d resources.Distribution, c Config, origin func(c *Config, bucket string) error) (*Created, error) {
	c.withDefaults()
	c.DistributionID = d.ID

	made := &Created{enabled: d.Enabled}

	for _, one := range d.Behaviors {
		handler, err := newBehavior(one, c)
		if err != nil {
			return nil, fmt.Errorf("serve the distribution %s: %w", d.ID, err)
		}

		if err := origin(&handler.config, d.Origins[one.Origin].Bucket); err != nil {
			return nil, fmt.Errorf("serve the distribution %s: %w", d.ID, err)
		}

		made.behaviors = append(made.behaviors, createdBehavior{compilePattern(one.Pattern), handler})
	}

	return made, nil
}

// newBehavior makes the handler of a behavior.
func newBehavior(b resources.Behavior, c Config) (*Handler, error) {
	h := &Handler{config: c, key: anyKey, headers: func(header http.Header) { setCreatedHeaders(header, b) }}

	for _, one := range []struct {
		name, code string
		into       []**edge.Function
	}{{"viewer-request", b.Request, []**edge.Function{&h.viewer, &h.upload}}, {"viewer-response", b.Response, []**edge.Function{&h.response}}} {
		if one.code == "" {
			continue
		}

		compiled, err := edge.Compile(one.name, one.code)
		if err != nil {
			return nil, err
		}

		for _, into := range one.into {
			*into = compiled
		}
	}

	h.only = &behavior{methods: b.Methods, signed: b.Keys != nil, serve: h.serveViewer}
	if slices.Contains(b.Methods, http.MethodPut) {
		h.only.serve = h.serveUpload
	}

	if b.Keys != nil {
		h.config.Signers = b.Keys
	}

	return h, nil
}

// anyKey returns the key that a path names: S3 decides whether the object exists.
func anyKey(decoded string) (string, bool) {
	key, rooted := strings.CutPrefix(decoded, "/")

	return key, rooted && key != "" && !strings.ContainsRune(key, 0)
}

// compilePattern returns the path pattern of a behavior as an expression. A star stands for
// any characters, and a question mark for one.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
func compilePattern(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta("/" + strings.TrimPrefix(pattern, "/"))
	if strings.HasPrefix(pattern, "*") {
		quoted = regexp.QuoteMeta(pattern)
	}

	return regexp.MustCompile("(?s)^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(quoted) + "$")
}

// ServeHTTP implements [http.Handler].
func (c *Created) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := edge.Target(r)
	path := normal(raw)

	for _, one := range c.behaviors {
		if !one.pattern.MatchString(path) {
			continue
		}

		if !c.enabled {
			one.handler.headers(w.Header())
			refuse(w, http.StatusForbidden, "no-store", "This distribution is disabled.")

			return
		}

		one.handler.ServeHTTP(w, r)

		return
	}
}

// setCreatedHeaders sets the headers of a response headers policy, and CloudFront's own.
func setCreatedHeaders(header http.Header, b resources.Behavior) {
	for _, all := range []map[string]string{b.CORS, b.Headers} {
		for name, value := range all {
			header.Set(name, value)
		}
	}

	id := rand.Text()
	header.Set("Via", "1.1 "+id[:8]+".cloudfront.net (CloudFront)")
	header.Set("X-Amz-Cf-Id", id)
}
