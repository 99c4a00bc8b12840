package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"triptych/cli/internal/signing"
	"triptych/cli/internal/target"
	"triptych/shared/keys"
)

// The environment variables that replace --key and --key-pair-id.
const (
	signingKeyVariable   = "TRIPTYCH_SIGNING_KEY"
	signingKeyIDVariable = "TRIPTYCH_SIGNING_KEY_ID"
)

type signOptions struct {
	expires        time.Duration
	wholeImage     bool
	upload         bool
	cookies        bool
	network        string
	key, keyPairID string
}

// signed is what `triptych sign --json` prints.
type signed struct {
	Method    string           `json:"method"`
	URL       string           `json:"url"` // without a signature if cookies contain it
	Resource  string           `json:"resource"`
	Expires   time.Time        `json:"expires"`
	KeyPairID string           `json:"keyPairId"`
	Cookies   []signing.Cookie `json:"cookies,omitempty"`
}

func (s *session) sign() *cobra.Command {
	var options signOptions

	cmd := &cobra.Command{
		Use:   "sign KEY|URL",
		Short: "Sign a URL to upload a photo, or to view an image",
		Long: `Sign creates a URL that the CDN accepts until --expires has passed. With --upload, it
allows the PUT of an original. With a URL, it allows reading this file; with a KEY, the
manifest. With --whole-image, it allows reading every URL below KEY/-/ (a wildcard
policy).

The private key is read from the first of these that exists: the file of --key, the file
that ` + signingKeyVariable + ` names, the newest key of the emulator. CloudFront assigns an id
to the public key. The id is --key-pair-id, or ` + signingKeyIDVariable + `, or the only key that
the stack trusts. With a URL, a key and an id, no request is sent to AWS.

A signature is valid for a URL and a time, and for anyone who has it. The size of an
upload is limited by the recipe.`,
		Example: `  curl -T photo.jpg "$(triptych sign users/17/photo.jpg --upload --expires 10m)"
  triptych sign https://d111111abcdef8.cloudfront.net/photo.jpg/-/743dae1b9838/large.jpg
  triptych sign photo.jpg --whole-image --cookies --expires 24h
  triptych sign photo.jpg --upload --key private.pem --key-pair-id K2JCJMDEHXQW5F`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := options.check(); err != nil {
				return err
			}

			return s.runSign(cmd.Context(), args[0], options)
		},
	}

	flags := cmd.Flags()
	flags.DurationVar(&options.expires, "expires", time.Hour, "how long the signature is valid, such as 10m or 24h")
	flags.BoolVar(&options.upload, "upload", false, "sign the upload of KEY, by PUT")
	flags.BoolVar(&options.wholeImage, "whole-image", false, "sign everything that was generated from KEY")
	flags.BoolVar(&options.cookies, "cookies", false, "print cookies instead of a signed URL")
	flags.StringVar(&options.network, "ip", "", "valid only for this IPv4 `address` or network (192.0.2.0/24)")
	flags.StringVar(&options.key, "key", "", "the PEM `file` of the private key")
	flags.StringVar(&options.keyPairID, "key-pair-id", "", "CloudFront's `id` of the public key")

	return cmd
}

func (o *signOptions) check() error {
	if o.expires <= 0 {
		return wrongUsage("--expires must be more than 0")
	}

	if o.upload && o.wholeImage {
		return wrongUsage("--upload and --whole-image cannot be combined")
	}

	if o.network != "" {
		if address, err := netip.ParseAddr(o.network); err == nil {
			o.network = address.String() + "/32"
		}

		if network, err := netip.ParsePrefix(o.network); err != nil || !network.Addr().Is4() {
			return wrongUsage("--ip %s: it must be an IPv4 address or network: CloudFront's policies do not support IPv6", o.network)
		}
	}

	o.key = cmp.Or(o.key, os.Getenv(signingKeyVariable))
	o.keyPairID = cmp.Or(o.keyPairID, os.Getenv(signingKeyIDVariable))

	return nil
}

func (s *session) runSign(ctx context.Context, what string, options signOptions) error {
	isURL := strings.Contains(what, "://")

	if isURL && (options.upload || options.wholeImage) {
		return wrongUsage("--upload and --whole-image require a KEY, not a URL")
	}

	if err := keys.Validate(what); !isURL && err != nil {
		return wrongUsage("the key %q is not valid: %w", what, err)
	}

	var stack *target.Target

	if !isURL || options.key == "" || options.keyPairID == "" {
		var err error
		if stack, err = s.connect(ctx); err != nil {
			return err
		}
	}

	key, err := signingKey(stack, options)
	if err != nil {
		return err
	}

	grant, err := grantOf(stack, what, isURL, options)
	if err != nil {
		return err
	}

	return s.showSigned(key, grant, options)
}

func grantOf(stack *target.Target, what string, isURL bool, options signOptions) (signing.Grant, error) {
	// The times of policies are whole seconds.
	expires := time.Now().Add(options.expires).Truncate(time.Second)

	var grant signing.Grant

	switch {
	case isURL:
		var err error
		if grant, err = signing.File(what, expires); err != nil {
			return grant, wrongUsage("%w", err)
		}
	case options.upload:
		grant = signing.Upload(stack.Stack.CDN, what, expires)
	case options.wholeImage:
		grant = signing.WholeImage(stack.Stack.CDN, what, expires)
	default:
		grant = signing.Manifest(stack.Stack.CDN, what, expires)
	}

	grant.Network = options.network

	return grant, nil
}

func (s *session) showSigned(key signing.Key, grant signing.Grant, options signOptions) error {
	method := http.MethodGet
	if options.upload {
		method = http.MethodPut
	}

	out := signed{
		Method: method, URL: grant.URL, Resource: cmp.Or(grant.Resource, grant.URL), Expires: grant.Expires.UTC(), KeyPairID: key.ID,
	}

	var err error

	if options.cookies {
		out.Cookies, err = key.Cookies(grant)
	} else {
		out.URL, err = key.URL(grant)
	}

	switch {
	case err != nil:
		return err
	case s.json:
		return s.object(out)
	case !options.cookies:
		return s.text(out.URL + "\n")
	}

	// The pairs are formatted as a Cookie header, for `curl --cookie`.
	pairs := make([]string, 0, len(out.Cookies))
	for _, cookie := range out.Cookies {
		pairs = append(pairs, cookie.Name+"="+cookie.Value)
	}

	return s.text(strings.Join(pairs, "; ") + "\n")
}

// signingKey returns the key to sign with; stack may be nil if the options name the key.
func signingKey(stack *target.Target, options signOptions) (signing.Key, error) {
	id := options.keyPairID

	if stack != nil {
		trusted := stack.Stack.SigningKeyIDs

		if options.key == "" && stack.Stack.SigningKeyFolder != "" {
			return emulatorKey(stack.Stack.SigningKeyFolder, id)
		}

		switch {
		case len(trusted) == 0:
			return signing.Key{}, &target.Problem{
				What: "the stack " + stack.Stack.Stack + " trusts no signing key", Do: "give its Terraform module a public key: see docs/operations.md",
			}
		case id == "" && len(trusted) == 1:
			id = trusted[0]
		case id == "":
			return signing.Key{}, wrongUsage("the stack trusts several keys (%s): select one with --key-pair-id",
				strings.Join(trusted, ", "))
		}
	}

	if options.key == "" {
		return signing.Key{}, wrongUsage("no private key: give its file with --key, or in %s", signingKeyVariable)
	}

	return signing.ReadKey(options.key, id)
}

// emulatorKey returns a private key from the emulator's folder: the key with this id, or,
// without an id, the newest key. A rotation creates the newest key.
func emulatorKey(folder, id string) (signing.Key, error) {
	pattern := cmp.Or(id, "*") + ".pem"

	found, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil || len(found) == 0 {
		return signing.Key{}, &target.Problem{
			What: "there is no key " + pattern + " in " + folder, Do: "select another key with --key-pair-id, or restart `triptych up`, which creates a key", Cause: err,
		}
	}

	var (
		newest   signing.Key
		at       time.Time
		problems []error
	)

	for _, path := range found {
		info, err := os.Stat(path)
		if err != nil || info.ModTime().Before(at) {
			continue
		}

		key, err := signing.ReadKey(path, strings.TrimSuffix(filepath.Base(path), ".pem"))
		if err != nil { // The folder also contains public keys, which cannot sign.
			problems = append(problems, err)

			continue
		}

		newest, at = key, info.ModTime()
	}

	if newest.Private == nil {
		return newest, fmt.Errorf("find a private key: %w", errors.Join(problems...))
	}

	return newest, nil
}
