package signing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// policy is the one statement of a policy.
type policy struct {
	resource string // "" means any resource
	before   int64  // seconds since 1970
	after    *int64
	network  *netip.Prefix // IPv4
}

// parsePolicy parses a policy as strictly as CloudFront does: names exactly as
// documented, and no other names.
func parsePolicy(text []byte) (*policy, *Refusal) {
	parsed, err := readPolicy(text)
	if err != nil {
		return nil, malformedPolicy(err.Error())
	}

	return parsed, nil
}

func readPolicy(text []byte) (*policy, error) {
	document, err := object(text, "Statement")
	if err != nil {
		return nil, err
	}

	var statements []json.RawMessage
	if err := json.Unmarshal(document["Statement"], &statements); err != nil || len(statements) != 1 {
		return nil, errors.New("a policy has one statement")
	}

	statement, err := object(statements[0], "Resource", "Condition")
	if err != nil {
		return nil, err
	}

	parsed := &policy{}

	if raw, given := statement["Resource"]; given {
		if err := json.Unmarshal(raw, &parsed.resource); err != nil {
			return nil, errors.New("the Resource is not a string")
		}
	}

	conditions, err := object(statement["Condition"], "DateLessThan", "DateGreaterThan", "IpAddress")
	if err != nil {
		return nil, err
	}

	return parsed, parsed.readConditions(conditions)
}

func (p *policy) readConditions(conditions map[string]json.RawMessage) error {
	if err := value(conditions["DateLessThan"], "AWS:EpochTime", &p.before); err != nil {
		return fmt.Errorf("DateLessThan: %w", err)
	}

	if raw, given := conditions["DateGreaterThan"]; given {
		p.after = new(int64)

		if err := value(raw, "AWS:EpochTime", p.after); err != nil {
			return fmt.Errorf("DateGreaterThan: %w", err)
		}
	}

	raw, given := conditions["IpAddress"]
	if !given {
		return nil
	}

	var text string
	if err := value(raw, "AWS:SourceIp", &text); err != nil {
		return fmt.Errorf("IpAddress: %w", err)
	}

	network, err := netip.ParsePrefix(text)
	if err != nil {
		address, notOne := netip.ParseAddr(text)
		if notOne != nil {
			return fmt.Errorf("IpAddress: %w", err)
		}

		network = netip.PrefixFrom(address, address.BitLen())
	}

	if !network.Addr().Is4() {
		return errors.New("IpAddress: CloudFront's policies support only IPv4")
	}

	p.network = &network

	return nil
}

// value decodes {"name": …}.
func value(raw json.RawMessage, name string, into any) error {
	fields, err := object(raw, name)
	if err != nil {
		return err
	}

	if err := json.Unmarshal(fields[name], into); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}

	return nil
}

// object decodes an object that may have only these names.
func object(raw json.RawMessage, names ...string) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(bytes.TrimSpace(raw), &fields); err != nil {
		return nil, fmt.Errorf("want an object with %v: %w", names, err)
	}

	for name := range fields {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("the name %q is not one of %v", name, names)
		}
	}

	return fields, nil
}

// allows checks the request against the policy.
func (p *policy) allows(request Request, query string, now time.Time) *Refusal {
	switch seconds := now.Unix(); {
	case p.resource != "" && !matches(p.resource, request, query):
		return denied("it was signed for " + p.resource + ", not for " + request.url(query))
	case seconds >= p.before:
		return denied("its time is over since " + time.Unix(p.before, 0).UTC().Format(time.RFC3339))
	case p.after != nil && seconds <= *p.after:
		return denied("its time begins at " + time.Unix(*p.after, 0).UTC().Format(time.RFC3339))
	case p.network != nil && !p.network.Contains(request.IP.Unmap()):
		return denied("it was signed for " + p.network.String() + ", not for " + request.IP.String())
	}

	return nil
}
