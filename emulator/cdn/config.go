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

// Config is what a distribution is made of.
type Config struct {
	// DistributionID is told to the edge functions.
	DistributionID string
	// Variants has the pictures. Required.
	Variants Origin
	// Uploads takes what is signed to be uploaded, with the path /{key}; nil means
	// that there is no such behaviour. It needs Signers.
	Uploads http.Handler
	// UploadsCORS tells whether the uploads bucket's CORS configuration allows a page of
	// this origin to send a request of this method; nil means that no other site's page
	// may upload.
	UploadsCORS func(ctx context.Context, origin, method string) bool
	// Hosts are the names by which the CDN may be reached; nil means loopback's. CloudFront
	// too refuses a name that is not among the distribution's.
	Hosts *origin.Hosts
	// MaxUploadBytes is the largest upload; it is the recipe's limit.
	MaxUploadBytes int64
	// Signers are the keys that signatures are checked with.
	Signers signing.Group
	// SignedViewing asks for a signature of every picture too. It needs Signers.
	SignedViewing bool
	// BodyIdle is how long a viewer may send nothing of an upload; 0 means
	// clientbody.DefaultIdle.
	BodyIdle time.Duration
	// Log takes what went wrong behind the viewer's back; nil is silence.
	Log *slog.Logger
	// Now is the clock that signatures are held against; nil means time.Now.
	Now func() time.Time
}

// Handler is a distribution. It is made by [New].
type Handler struct {
	config                   Config
	viewer, upload, response *edge.Function
}

// New makes a distribution with the edge functions that Terraform deploys.
func New(c Config) (*Handler, error) {
	if c.Variants == nil {
		return nil, errors.New("the CDN's Variants are nil")
	}

	if c.Signers == nil && (c.Uploads != nil || c.SignedViewing) {
		return nil, errors.New("the CDN's Signers are nil: uploads, and signed viewing, need them")
	}

	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}

	if c.Now == nil {
		c.Now = time.Now
	}

	h := &Handler{config: c}

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
