package stack

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/emulator/cdn"
	"triptych/emulator/cdn/signing"
	"triptych/shared/recipe"
)

// keysFolder is the folder, in the data folder, of the keys that sign URLs, if the
// configuration names no other folder.
const keysFolder = "cdn-keys"

// distribution creates the CDN. Like CloudFront with an origin access control, the CDN
// reads the variants and writes the uploads in its own name, through the gateway.
func (s *Stack) distribution(n names, c Config, who identities) (*cdn.Handler, error) {
	keys := credentials.NewStaticCredentialsProvider(who.cdn.AccessKey, who.cdn.SecretKey, "")

	uploads, err := cdn.S3Uploads{
		Endpoint: s.AWSURL, Region: region, Bucket: n.uploads(), Credentials: keys, Log: s.logs.log,
	}.Handler()
	if err != nil {
		return nil, fmt.Errorf("start CloudFront: %w", err)
	}

	limits, err := recipe.Parse(c.Recipe)
	if err != nil {
		return nil, fmt.Errorf("start CloudFront: %w", err)
	}

	made, err := cdn.New(cdn.Config{
		DistributionID: distributionID,
		Variants: &cdn.S3Origin{Bucket: n.variants(), Client: s3.New(s3.Options{
			Region: region, BaseEndpoint: aws.String(s.AWSURL), UsePathStyle: true, Credentials: keys,
		})},
		Uploads: uploads, MaxUploadBytes: limits.Limits.MaxBytes,
		UploadsCORS: func(ctx context.Context, origin, method string) bool {
			return s.objects.AllowsOrigin(ctx, n.uploads(), origin, method)
		},
		Hosts:   c.hosts,
		Signers: s.signers, SignedViewing: c.SignedViewing,
		Log: s.logs.log,
	})
	if err != nil {
		return nil, fmt.Errorf("start CloudFront: %w", err)
	}

	return made, nil
}

// describeDistribution returns what CloudFront's API reports about the distribution.
func (s *Stack) describeDistribution(n names, c Config) cdn.Description {
	parsed, err := recipe.Parse(c.Recipe)
	automatic := err == nil && slices.ContainsFunc(parsed.Variants, func(v recipe.Variant) bool { return v.Format == recipe.Auto })

	return cdn.Description{
		ARN: n.distributionARN(), Stack: n.stack, DomainName: strings.TrimPrefix(s.CDNURL, "http://"), Account: account,
		Variants: n.variants(), Uploads: n.uploads(), SignedViewing: c.SignedViewing, Automatic: automatic,
		Modified: time.Now().Truncate(time.Second), Tags: n.tags(),
	}
}

// openSigners reads the trusted keys, and creates the first one if there is none.
func (s *Stack) openSigners(c Config) error {
	var err error

	s.signers, err = signing.OpenFolder(c.keys())

	return err
}

func (c Config) keys() string {
	if c.CDNKeys != "" {
		return c.CDNKeys
	}

	return filepath.Join(c.Data, keysFolder)
}
