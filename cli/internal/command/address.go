package command

import (
	"net"
	"strconv"
)

// address parses the address of a port on this machine. ":4566" and "4566" mean
// 127.0.0.1:4566. Other machines must not reach the port, because the emulator's credentials
// are not secret.
func address(flag, given string) (string, error) {
	host, port, err := net.SplitHostPort(given)
	if err != nil {
		host, port = "", given // a port number without a host
	}

	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", wrongUsage("%s %s: it must be a port on this machine, such as 127.0.0.1:4566 or :4566", flag, given)
	}

	switch host {
	case "", "localhost", "127.0.0.1":
		return net.JoinHostPort("127.0.0.1", port), nil
	default:
		return "", wrongUsage("%s %s: only 127.0.0.1 is allowed, because every client has full access", flag, given)
	}
}
