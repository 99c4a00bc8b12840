// Package stack is the laptop's AWS as a whole: it gives Triptych's parts the
// names that Terraform gives them, puts every service in its place, and serves
// them on two ports until it is closed.
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

// The ports that the ecosystem and this project's documentation know.
const (
	DefaultAWSAddr = "127.0.0.1:4566"
	DefaultCDNAddr = "127.0.0.1:8080"
)

// DefaultName is the stack's name where none is given.
const DefaultName = "triptych"

// Config says what to start.
type Config struct {
	// Name prefixes everything that the stack is made of; "" means DefaultName.
	Name string
	// Data is the folder of all state: objects, ledger, executions, logs. It is
	// made where it is missing. Required.
	Data string
	// FunctionsDir has each function at {name}/bootstrap. Required.
	FunctionsDir string
	// Recipe is the recipe's JSON text; nil means the default recipe.
	Recipe []byte
	// CDNKeys is the folder of the keys that sign URLs, {key pair id}.pem each; ""
	// means {Data}/cdn-keys. Where it has none, one is made.
	CDNKeys string
	// SignedViewing lets the CDN show pictures only to who has signed.
	SignedViewing bool
	// Hosts are further names by which both ports may be reached, "name" or "name:port",
	// beside loopback addresses and localhost.
	Hosts []string
	// CORSOrigins are the web pages' origins that may upload from a browser, as
	// Terraform's uploads.cors_origins; none leaves the uploads bucket's CORS
	// configuration as it is.
	CORSOrigins []string
	// LambdaConcurrency is the account's quota of concurrent executions, above which
	// Lambda throttles; 0 means that invocations wait instead.
	LambdaConcurrency int
	// InvalidationTime is how long each of the CDN's invalidations is in progress; 0 means
	// cdn.DefaultInvalidationTime.
	InvalidationTime time.Duration
	// Faults is what is to go wrong on purpose; nil means nothing.
	Faults *inject.Plan
	// KeepExecutions is how many ended executions Step Functions keeps, the newest; 0
	// means its default.
	KeepExecutions int
	// AWSAddr and CDNAddr are host:port to listen on. The host must be a loopback
	// address; port 0 takes a free one.
	AWSAddr, CDNAddr string
	// Log is for the stack's own messages; nil means that they go to
	// {Data}/logs/stack.log alone.
	Log *slog.Logger

	hosts *origin.Hosts
}

// corsOrigin is Terraform's rule for uploads.cors_origins.
var corsOrigin = regexp.MustCompile(`^https?://[^/*]+$`)

var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

// withDefaults fills in what is left out, and reports every problem at once.
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

		// The object store changes the process's working directory.
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

// loopback refuses an address that others could reach: the laptop's credentials
// are known to everybody.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("the address %q must be host:port, such as 127.0.0.1:4566: %w", address, err)
	}

	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("the address %q must be on this machine alone, such as 127.0.0.1: "+
			"whoever can reach it may do everything, because its credentials are no secret", address)
	}

	return nil
}
