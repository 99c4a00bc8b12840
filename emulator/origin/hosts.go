// Package origin distinguishes the requests of other sites' web pages from those of this
// machine's own clients.
//
// Every page that a browser on this machine shows can make that browser send requests to
// a port on 127.0.0.1, and the emulator's credentials are public. The browser adds two
// facts to such a request that the page cannot forge: the name by which the page reached
// the port (Host), and the origin of the page (Origin and Sec-Fetch-Site). Clients that
// are not browsers, such as the AWS CLI and curl, send neither Origin nor Sec-Fetch-Site.
//
// https://fetch.spec.whatwg.org/#origin-header
// https://www.w3.org/TR/fetch-metadata/
package origin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
)

const (
	localhost   = "localhost"
	defaultPort = "80" // of a Host without a port: these ports have no TLS
	portBits    = 16
)

// Hosts is the set of names by which a port may be reached: loopback addresses and
// localhost with the port's own number, and the names that the user configured. A nil
// Hosts has no configured names.
//
// An attacker can let a name of theirs resolve to 127.0.0.1 (DNS rebinding). Such a name
// is not in the set. This attack does not work with an address in the Host header.
type Hosts struct {
	names map[string]struct{} // in lower case, "name" or "name:port"
}

// NewHosts returns Hosts with additional names: "name" on any port, or "name:port".
func NewHosts(names []string) (*Hosts, error) {
	hosts := &Hosts{names: map[string]struct{}{}}

	var problems []error

	for _, name := range names {
		host, port := name, ""
		if split, found, err := net.SplitHostPort(name); err == nil {
			host, port = split, found
		}

		if !validName(host) || port != "" && !validPort(port) {
			problems = append(problems, fmt.Errorf("the host %q must be a name, such as aws.example.org, or a name with a port", name))

			continue
		}

		hosts.names[strings.ToLower(name)] = struct{}{}
	}

	return hosts, errors.Join(problems...)
}

// Allow reports whether the Host of the request is one of the port's names.
func (h *Hosts) Allow(r *http.Request) bool {
	host, port, ok := split(r.Host)
	if !ok {
		return false
	}

	if h != nil {
		if _, known := h.names[host]; known {
			return true
		}

		if _, known := h.names[net.JoinHostPort(host, port)]; known {
			return true
		}
	}

	if own := ownPort(r.Context()); own != "" && port != own {
		return false
	}

	ip := net.ParseIP(host)

	return host == localhost || ip != nil && ip.IsLoopback()
}

// split returns the name of a Host header, in lower case, and its port.
func split(header string) (host, port string, ok bool) {
	host, port, err := net.SplitHostPort(header)
	if err != nil {
		host, port = strings.TrimSuffix(strings.TrimPrefix(header, "["), "]"), defaultPort
	}

	return strings.ToLower(host), port, host != "" && validPort(port)
}

// ownPort is the number of the port on which the request arrived, or "" if the server
// does not report it.
func ownPort(ctx context.Context) string {
	address, ok := ctx.Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return ""
	}

	_, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return ""
	}

	return port
}

func validPort(port string) bool {
	_, err := strconv.ParseUint(port, 10, portBits)

	return err == nil
}

// validName accepts host names and addresses. It rejects URLs, wildcards and empty names.
func validName(name string) bool {
	return name != "" && !strings.ContainsAny(name, "/*@?# \t[]") && (net.ParseIP(name) != nil || !strings.Contains(name, ":"))
}
