package origin_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"triptych/emulator/origin"
)

func TestHosts_Allow(t *testing.T) {
	configured, err := origin.NewHosts([]string{"aws.example", "Other.Example:4566", "10.0.0.7:4566"})
	if err != nil {
		t.Fatal(err)
	}

	for host, want := range map[string]struct{ loopback, configured bool }{
		"127.0.0.1:4566":              {true, true},
		"localhost:4566":              {true, true},
		"LocalHost:4566":              {true, true},
		"[::1]:4566":                  {true, true},
		"127.8.9.1:4566":              {true, true},
		"127.0.0.1":                   {},
		"127.0.0.1:":                  {},
		"127.0.0.1:80":                {},
		"localhost:8080":              {},
		"[::1]":                       {},
		"aws.example":                 {false, true},
		"aws.example:4566":            {false, true},
		"aws.example:9":               {false, true},
		"other.example:4566":          {false, true},
		"other.example:9":             {},
		"10.0.0.7:4566":               {false, true},
		"evil.example:4566":           {},
		"localhost.evil.example:4566": {},
		"127.0.0.1.evil.example:4566": {},
		"127.0.0.1:4566.evil.example": {},
		"evil.example:4566@localhost": {},
		"localhost.:4566":             {},
		"bucket.localhost:4566":       {},
		"0.0.0.0:4566":                {},
		"0:4566":                      {},
		"2130706433:4566":             {},
		"0x7f.1:4566":                 {},
		"[::]:4566":                   {},
		"169.254.169.254:4566":        {},
		"":                            {},
		":4566":                       {},
	} {
		t.Run(host, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Host = host
			r = r.WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4566})))

			if got := (*origin.Hosts)(nil).Allow(r); got != want.loopback {
				t.Errorf("without configured names: %v", got)
			}

			if got := configured.Allow(r); got != want.configured {
				t.Errorf("with configured names: %v", got)
			}
		})
	}
}

func TestNewHosts_refuses(t *testing.T) {
	for _, name := range []string{"", "*", "*.example", "http://a.example", "a.example/", "a.example:x", "a.example:99999", "a b", "user@a.example"} {
		if _, err := origin.NewHosts([]string{name}); err == nil {
			t.Errorf("%q is accepted", name)
		}
	}
}

func TestOf(t *testing.T) {
	for name, test := range map[string]struct {
		method, origin, site string
		foreign              bool
	}{
		"a client":                         {method: "PUT"},
		"a typed address":                  {method: "GET", site: "none"},
		"a page of this address":           {method: "PUT", origin: "http://127.0.0.1:4566", site: "same-origin"},
		"its read":                         {method: "GET", site: "same-origin"},
		"an old browser's own page":        {method: "PUT", origin: "http://127.0.0.1:4566"},
		"another site's form":              {"POST", "https://evil.example", "cross-site", true},
		"an old browser's form":            {"POST", "https://evil.example", "", true},
		"another site's image":             {"GET", "", "cross-site", true},
		"another port's image":             {method: "GET", site: "same-site"},
		"another port's script":            {"GET", "http://127.0.0.1:3000", "same-site", true},
		"another port's form":              {"POST", "http://127.0.0.1:3000", "same-site", true},
		"a sandboxed page":                 {"POST", "null", "cross-site", true},
		"a sandboxed page of this address": {"GET", "null", "same-origin", true},
		"a write without an origin":        {"DELETE", "", "same-site", true},
		"an unknown site":                  {"GET", "", "next-door", true},
		"an origin with our prefix":        {"PUT", "http://127.0.0.1:4566.evil.example", "", true},
		"our origin, another site":         {"PUT", "http://127.0.0.1:4566", "cross-site", true},
		"our address with another scheme":  {"PUT", "ftp://127.0.0.1:4566", "", true},
		"a browser extension":              {"PUT", "chrome-extension://abc", "none", true},
		"localhost instead of 127.0.0.1":   {"PUT", "http://localhost:4566", "cross-site", true},
		"an address, then a slash after":   {"PUT", "http://127.0.0.1:4566/", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, "http://127.0.0.1:4566/b/k", nil)

			for header, value := range map[string]string{"Origin": test.origin, "Sec-Fetch-Site": test.site} {
				if value != "" {
					r.Header.Set(header, value)
				}
			}

			if got := origin.Of(r); got.Foreign != test.foreign || got.Origin != test.origin {
				t.Errorf("%+v, want foreign: %v", got, test.foreign)
			}
		})
	}

	t.Run("two origins", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodPut, "http://127.0.0.1:4566/b/k", nil)
		r.Header["Origin"] = []string{"http://127.0.0.1:4566", "https://evil.example"}

		if !origin.Of(r).Foreign {
			t.Error("the first of two origins decides")
		}
	})
}
