package terraform_test

import (
	"net/http"
	"strings"
	"testing"

	"triptych/terraform"
)

// These headers keep a browser from treating an image as a page.
func TestSecurityHeaders(t *testing.T) {
	headers := terraform.SecurityHeaders()

	for name, value := range headers {
		if name != http.CanonicalHeaderKey(name) || value == "" || strings.ContainsAny(name+value, "\r\n") {
			t.Errorf("%q: %q", name, value)
		}
	}

	if got := headers["X-Content-Type-Options"]; got != "nosniff" {
		t.Errorf("X-Content-Type-Options: %q", got)
	}

	policy := headers["Content-Security-Policy"]
	for _, directive := range []string{"default-src 'none'", "sandbox"} {
		if !strings.Contains(policy, directive) {
			t.Errorf("Content-Security-Policy %q lacks %q", policy, directive)
		}
	}

	if strings.Contains(policy, "script-src") || strings.Contains(policy, "allow-scripts") {
		t.Errorf("Content-Security-Policy %q allows scripts", policy)
	}
}
