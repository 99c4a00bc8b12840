package cdn

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"triptych/emulator/cdn/edge"
	"triptych/emulator/cdn/signing"
	"triptych/emulator/origin"
	"triptych/statemachine"
	"triptych/terraform"
)

// Config has the parts of a distribution.
type Config struct {
	// DistributionID is the id that edge functions see.
	DistributionID string
	// Variants is the bucket of the images. Required.
	Variants Origin
	// Uploads receives signed uploads, with the path /{key}; nil means that the
	// distribution has no such behavior. It needs Signers.
	Uploads http.Handler
	// UploadsCORS reports whether the CORS configuration of the uploads bucket allows a
	// page of this origin to send a request with this method; nil means that no page of
	// another site may upload.
	UploadsCORS func(ctx context.Context, origin, method string) bool
	// Hosts has the names by which the CDN may be reached; nil means loopback names.
	// CloudFront also rejects a name that is not one of the distribution's.
	Hosts *origin.Hosts
	// MaxUploadBytes is the largest upload. It is the recipe's limit.
	MaxUploadBytes int64
	// Signers has the public keys that verify signatures.
	Signers signing.Group
	// SignedViewing also requires a signature to view an image. It needs Signers.
	SignedViewing bool
	// BodyIdle is how long a viewer may send nothing during an upload; 0 means
	// clientbody.DefaultIdle.
	BodyIdle time.Duration
	// Log receives errors that the viewer does not see; nil means no log.
	Log *slog.Logger
	// Now is the clock for the expiry of signatures; nil means time.Now.
	Now func() time.Time
}

func (c *Config) withDefaults() {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}

	if c.Now == nil {
		c.Now = time.Now
	}
}

// Handler is a distribution. [New] creates it.
type Handler struct {
	config                   Config
	viewer, upload, response *edge.Function // nil if nothing runs.

	headers func(http.Header)                       // Sets the headers that every answer has.
	key     func(decodedPath string) (string, bool) // Returns the key of the object that a path names.
	only    *behavior                               // If it is set, every path has this behavior.
}

// New creates a distribution with the edge functions that Terraform deploys.
func New(c Config) (*Handler, error) {
	if c.Variants == nil {
		return nil, errors.New("the CDN's Variants are nil")
	}

	if c.Signers == nil && (c.Uploads != nil || c.SignedViewing) {
		return nil, errors.New("the CDN's Signers are nil: uploads, and signed viewing, need them")
	}

	c.withDefaults()

	h := &Handler{config: c, headers: setPolicyHeaders, key: objectKey}

	for name, function := range map[string]**edge.Function{"viewer": &h.viewer, "upload": &h.upload, "response": &h.response} {
		variables := map[string]string{}
		if name == "upload" {
			variables["max_upload_bytes"] = strconv.FormatInt(c.MaxUploadBytes, 10)
		}

		template, err := terraform.EdgeFunction(name)
		if err != nil {
			return nil, err
		}

		source, err := statemachine.Render(template, variables)
		if err != nil {
			return nil, fmt.Errorf("render the edge function %s: %w", name, err)
		}

		if *function, err = edge.Compile(name, source); err != nil {
			return nil, fmt.Errorf("start the CDN: %w", err)
		}
	}

	return h, nil
}
