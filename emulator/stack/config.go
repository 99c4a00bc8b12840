// Package stack is the complete AWS emulator. It gives Triptych's parts the names that
// Terraform gives them, connects the services, and serves them on two ports until it is
// closed.
package stack

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"regexp"
	"time"

	"triptych/emulator/inject"
	"triptych/emulator/origin"
	"triptych/shared/recipe"
)

// DefaultAWSAddr and DefaultCDNAddr have the ports that AWS emulators commonly use and
// this project's documentation names.
const (
	DefaultAWSAddr = "127.0.0.1:4566"
	DefaultCDNAddr = "127.0.0.1:8080"
)

// DefaultName is the stack's name if the configuration sets none.
const DefaultName = "triptych"

// Config configures a [Stack].
type Config struct {
	// Name is the prefix of all names in the stack; "" means DefaultName.
	Name string
	// Data is the folder of all state: objects, ledger, executions, logs. It is created
	// if it is missing. Required.
	Data string
	// FunctionsDir contains each function as {name}/bootstrap. Required.
	FunctionsDir string
	// Recipe is the recipe's JSON text; nil means the default recipe.
	Recipe []byte
	// CDNKeys is the folder of the keys that sign URLs, {key pair id}.pem each; "" means
	// {Data}/cdn-keys. A key is created if the folder has none.
	CDNKeys string
	// SignedViewing makes the CDN require a signed URL or cookie to view images.
	SignedViewing bool
	// Hosts has additional names by which both ports may be reached, "name" or
	// "name:port", besides loopback addresses and localhost.
	Hosts []string
	// CORSOrigins has the origins of web pages that may upload from a browser, as
	// Terraform's uploads.cors_origins. An empty list leaves the CORS configuration of
	// the uploads bucket unchanged.
	CORSOrigins []string
	// LambdaConcurrency is the account's quota of concurrent executions, above which
	// Lambda throttles; 0 means that invocations wait instead.
	LambdaConcurrency int
	// InvalidationTime is how long each of the CDN's invalidations is in progress; 0 means
	// cdn.DefaultInvalidationTime.
	InvalidationTime time.Duration
	// Faults is the plan of fault injection; nil means no faults.
	Faults *inject.Plan
	// KeepExecutions is how many of the newest ended executions Step Functions keeps; 0
	// means its default.
	KeepExecutions int
	// AWSAddr and CDNAddr are the host:port to listen on. The host must be a loopback
	// address; port 0 selects a free port.
	AWSAddr, CDNAddr string
	// Log receives the stack's own messages; nil means that they go only to
	// {Data}/logs/stack.log.
	Log *slog.Logger

	hosts *origin.Hosts
}

// corsOrigin is Terraform's rule for uploads.cors_origins.
var corsOrigin = regexp.MustCompile(`^https?://[^/*]+$`)

var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

// withDefaults returns the configuration with all defaults set, and reports all problems
// together.
func (c Config) withDefaults() (Config, error) {
	var problems []error

	if c.Name == "" {
		c.Name = DefaultName
	}

	if !namePattern.MatchString(c.Name) {
		problems = append(problems, fmt.Errorf("the stack's name %q must be 1 to 32 lower-case letters, digits and inner hyphens", c.Name))
	}

	for _, folder := range []struct {
		name string
		path *string
	}{{"Data", &c.Data}, {"FunctionsDir", &c.FunctionsDir}} {
		if *folder.path == "" {
			problems = append(problems, fmt.Errorf("%s is empty", folder.name))

			continue
		}

		absolute, err := filepath.Abs(*folder.path)
		if err != nil {
			problems = append(problems, fmt.Errorf("locate %s: %w", *folder.path, err))
		}

		*folder.path = absolute
	}

	if c.Recipe == nil {
		c.Recipe = recipe.DefaultText()
	}

	if _, err := recipe.Parse(c.Recipe); err != nil {
		problems = append(problems, err)
	}

	for _, address := range []struct {
		value    *string
		fallback string
	}{{&c.AWSAddr, DefaultAWSAddr}, {&c.CDNAddr, DefaultCDNAddr}} {
		if *address.value == "" {
			*address.value = address.fallback
		}

		if err := loopback(*address.value); err != nil {
			problems = append(problems, err)
		}
	}

	var err error
	if c.hosts, err = origin.NewHosts(c.Hosts); err != nil {
		problems = append(problems, err)
	}

	for _, one := range c.CORSOrigins {
		if !corsOrigin.MatchString(one) {
			problems = append(problems, fmt.Errorf("the CORS origin %q must be a scheme and a host without a path or a `*`, such as http://localhost:3000", one))
		}
	}

	return c, errors.Join(problems...)
}

// loopback rejects an address that other machines could reach, because the emulator's
// credentials are public.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("the address %q must be host:port, such as 127.0.0.1:4566: %w", address, err)
	}

	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("the address %q must be a loopback address, such as 127.0.0.1: "+
			"every client that can reach it may do everything, because its credentials are public", address)
	}

	return nil
}
