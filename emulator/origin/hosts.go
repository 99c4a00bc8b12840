// Package origin tells the requests of other sites' web pages from those of this
// machine's own clients.
//
// Every page that a browser on this machine shows can make that browser send requests
// to a port on 127.0.0.1, and the emulator's credentials are public. A browser says two
// things of such a request that the page cannot forge: the name by which the page
// reached the port (Host), and where the page comes from (Origin and Sec-Fetch-Site).
// Clients that are not browsers, such as the AWS CLI and curl, send neither Origin nor
// Sec-Fetch-Site.
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
	defaultPort = "80" // of a Host without one: there is no TLS on these ports
	portBits    = 16
)

// Hosts are the names by which a port may be reached: loopback addresses and localhost
// with the port's own number, and those that the user configured. nil has no others.
//
// A name that an attacker made to resolve to 127.0.0.1 (DNS rebinding) is not among
// them; an address in a Host header can be no name that was rebound.
type Hosts struct {
	names map[string]struct{} // in lower case, "name" or "name:port"
}

// NewHosts takes further names: "name" on any port, or "name:port".
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

// Allow tells whether the request names its port by a name that is one of the port's.
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

// split separates a Host header's name, in lower case, from its port.
func split(header string) (host, port string, ok bool) {
	host, port, err := net.SplitHostPort(header)
	if err != nil {
		host, port = strings.TrimSuffix(strings.TrimPrefix(header, "["), "]"), defaultPort
	}

	return strings.ToLower(host), port, host != "" && validPort(port)
}

// ownPort is the number of the port on which the request arrived, "" where no server
// says so.
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

// validName accepts host names and addresses: no URL, no wildcard, nothing empty.
func validName(name string) bool {
	return name != "" && !strings.ContainsAny(name, "/*@?# \t[]") && (net.ParseIP(name) != nil || !strings.Contains(name, ":"))
}
