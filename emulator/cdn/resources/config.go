package resources

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// config is a configuration: its XML, and the texts of its elements.
type config struct {
	inner  string
	values map[string][]string // The texts of the elements without children, by name, in their order.
}

// text returns the text of the first element with this name, or "".
func (c *config) text(name string) string {
	if found := c.values[name]; len(found) > 0 {
		return found[0]
	}

	return ""
}

// parse reads the inner XML of a configuration.
func parse(inner string) (*config, error) {
	c := &config{inner: strings.TrimSpace(inner), values: map[string][]string{}}
	decoder := xml.NewDecoder(strings.NewReader("<c>" + inner + "</c>"))

	var (
		text strings.Builder
		leaf string
	)

	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return c, nil
		}

		if err != nil {
			return nil, malformed(err)
		}

		switch token := token.(type) {
		case xml.StartElement:
			leaf = token.Name.Local

			text.Reset()
		case xml.CharData:
			text.Write(token)
		case xml.EndElement:
			if leaf == token.Name.Local {
				c.values[leaf] = append(c.values[leaf], text.String())
			}

			leaf = ""
		}
	}
}

func malformed(err error) error {
	return failure("MalformedInput", http.StatusBadRequest, "The request is not the XML that this operation expects: %v", err)
}

// element reads the root element of a request, and returns its inner XML.
func element(body []byte, name string) (string, error) {
	var document struct {
		XMLName xml.Name
		Inner   string `xml:",innerxml"`
	}

	if err := xml.NewDecoder(bytes.NewReader(body)).Decode(&document); err != nil {
		return "", malformed(err)
	}

	if document.XMLName.Local != name {
		return "", failure("MalformedInput", http.StatusBadRequest, "The request is a %s, want a %s", document.XMLName.Local, name)
	}

	return document.Inner, nil
}

func invalid(format string, args ...any) error {
	return failure("InvalidArgument", http.StatusBadRequest, format, args...)
}

var (
	policyName   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
	functionName = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`)
)

func checkName(c *config) error {
	if !policyName.MatchString(c.text("Name")) {
		return invalid("The parameter Name %q must have 1 to 128 letters, digits, hyphens and underscores", c.text("Name"))
	}

	return nil
}

// oneOf checks that an element has one of these values.
func oneOf(c *config, name string, allowed ...string) error {
	for _, one := range allowed {
		if c.text(name) == one {
			return nil
		}
	}

	return invalid("The parameter %s is %q, want one of: %s", name, c.text(name), strings.Join(allowed, ", "))
}

func checkAccessControl(c *config) error {
	const maxName = 64
	if name := c.text("Name"); name == "" || len(name) > maxName {
		return invalid("The parameter Name must have 1 to %d characters", maxName)
	}

	return errors.Join(
		oneOf(c, "SigningProtocol", "sigv4"),
		oneOf(c, "SigningBehavior", "always", "never", "no-override"),
		oneOf(c, "OriginAccessControlOriginType", "s3", "mediastore", "lambda", "mediapackagev2"),
	)
}

func checkCachePolicy(c *config) error {
	if c.text("MinTTL") == "" {
		return invalid("The parameter MinTTL is required.")
	}

	return checkName(c)
}
