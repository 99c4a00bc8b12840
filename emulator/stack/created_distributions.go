package stack

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/emulator/cdn"
	"triptych/emulator/cdn/edge"
	"triptych/emulator/cdn/resources"
	"triptych/emulator/iam"
	"triptych/emulator/origin"
)

// edges serves all distributions on the CDN's port: those that clients have created by their
// domain names and aliases, and the stack's own by every other name.
type edges struct {
	own http.Handler

	mu     sync.RWMutex
	byHost map[string]http.Handler // By name without a port, in lower case.
	roles  map[string]*iam.Principal
}

// ServeHTTP implements [http.Handler].
func (e *edges) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}

	e.mu.RLock()
	handler := e.byHost[strings.ToLower(host)]
	e.mu.RUnlock()

	if handler == nil {
		handler = e.own
	}

	handler.ServeHTTP(w, r)
}

// cdnDomain returns the domain name of a distribution that a client has created. Names that
// end with localhost mean this machine (RFC 6761, 6.3).
func cdnDomain(id, cdnURL string) string {
	address := strings.TrimPrefix(cdnURL, "http://")

	return strings.ToLower(id) + ".cloudfront.localhost" + address[strings.LastIndexByte(address, ':'):]
}

// startResources opens the resources of CloudFront that clients have created.
func (s *Stack) startResources(n names, who identities) error {
	s.edges = &edges{byHost: map[string]http.Handler{}, roles: map[string]*iam.Principal{}}

	var err error

	s.resources, err = resources.New(resources.Config{
		DB: s.db, Account: account, Authorize: authorize,
		Domain: func(id string) string { return cdnDomain(id, s.CDNURL) },
		Compile: func(name, code string) error {
			_, err := edge.Compile(name, code)

			return err
		},
		Check: func(d resources.Distribution) error {
			_, err := s.created(d, who)

			return err
		},
		Changed:  func() { s.serveCreated(who) },
		Reserved: func(id string) bool { return id == distributionID || n.isEdgeFunction(id) },
	})
	if err != nil {
		return fmt.Errorf("start CloudFront: %w", err)
	}

	s.invalidations.Serve(s.resources.Exists)

	return nil
}

// isEdgeFunction reports whether a name is that of an edge function of the stack.
func (n names) isEdgeFunction(name string) bool {
	short, ours := strings.CutPrefix(name, n.stack+"-")

	return ours && (short == "viewer" || short == "upload" || short == "response")
}

// serveCreated makes the CDN's port serve the distributions that exist now.
func (s *Stack) serveCreated(who identities) {
	byHost := map[string]http.Handler{}

	for _, d := range s.resources.Distributions() {
		handler, err := s.created(d, who)
		if err != nil {
			s.logs.log.Error("a distribution is not served", "distribution", d.ID, "error", err)

			continue
		}

		for _, host := range append(d.Aliases, strings.Split(d.Domain, ":")[0]) {
			byHost[strings.ToLower(host)] = handler
		}
	}

	s.edges.mu.Lock()
	defer s.edges.mu.Unlock()

	s.edges.byHost = byHost
}

// created makes the handler of a distribution. It calls S3 in CloudFront's name, on behalf
// of the distribution, as the stack's own distribution does.
func (s *Stack) created(d resources.Distribution, who identities) (http.Handler, error) {
	principal, err := s.edges.principal(d, who)
	if err != nil {
		return nil, err
	}

	hosts, err := origin.NewHosts(append([]string{strings.Split(d.Domain, ":")[0]}, d.Aliases...))
	if err != nil {
		return nil, err
	}

	keys := credentials.NewStaticCredentialsProvider(principal.AccessKey, principal.SecretKey, "")
	client := s3.New(s3.Options{Region: region, BaseEndpoint: aws.String(s.AWSURL), UsePathStyle: true, Credentials: keys})

	return cdn.NewCreated(d, cdn.Config{Hosts: hosts, Log: s.logs.log}, func(config *cdn.Config, bucket string) error {
		config.Variants = &cdn.S3Origin{Bucket: bucket, Client: client}
		config.UploadsCORS = func(ctx context.Context, origin, method string) bool {
			return s.objects.AllowsOrigin(ctx, bucket, origin, method)
		}

		var err error

		config.Uploads, err = cdn.S3Uploads{Endpoint: s.AWSURL, Region: region, Bucket: bucket, Credentials: keys, Log: s.logs.log}.Handler()

		return err
	})
}

// principal returns CloudFront as it acts on behalf of a distribution.
func (e *edges) principal(d resources.Distribution, who identities) (*iam.Principal, error) {
	e.mu.Lock()
	defer e.mu.Unlock()

	if known := e.roles[d.ID]; known != nil {
		return known, nil
	}

	made := withKeys(&iam.Principal{
		ARN: cloudFrontService, Service: cloudFrontService, OnDenied: who.access.denied(cloudFrontService),
		Attributes: append(overTLS(), iam.Attribute{Key: sourceARN, Value: d.ARN}),
	})
	if err := who.directory.Add(made); err != nil {
		return nil, err
	}

	e.roles[d.ID] = made

	return made, nil
}
