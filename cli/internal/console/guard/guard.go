// Package guard protects a page that has the AWS rights of the user who started it. Only the
// browser of this user may use the page, and only the page's own scripts may act in the
// browser.
//
// Every user and program of this machine can reach a service on 127.0.0.1, and so can every
// website that the user visits. A token protects the page from users and programs: the URL
// that the command prints contains it, and the browser stores it as a cookie (see
// access.go). Four checks protect the page from websites:
//
//   - Host must name the page's own address. This rejects a foreign name that
//     resolves to 127.0.0.1 (DNS rebinding).
//   - A request that changes anything must come from the console's own page. The header
//     Origin is checked, because browsers set it and scripts cannot. Sec-Fetch-Site is
//     checked if it is present.
//   - Such a request must also have a token that only the console's pages have. The token
//     is derived from a cookie.
//   - A Content-Security-Policy forbids inline scripts and styles. So a key or an error that
//     contains a script is harmless, even if a page does not escape it.
//
// https://fetch.spec.whatwg.org/#origin-header https://www.w3.org/TR/fetch-metadata/
package guard

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"mime"
	"net"
	"net/http"
)

// The names of the token in a form, and in a request of a script.
const (
	Field  = "csrf"
	Header = "X-Csrf-Token"
)

const (
	// maxFormBytes is much more than any form contains.
	maxFormBytes = 1 << 20
	secretBytes  = 32
)

// Guard protects one address.
type Guard struct {
	hosts  map[string]struct{}
	cookie string // the name of the cookie. It contains the port, because browsers share cookies among ports.
	access string // the access token; with "", every client has access
	key    [secretBytes]byte
}

// New returns a Guard for the page at address, such as 127.0.0.1:8090. Only clients that know
// the access token may see the page. If access is "", every client that can reach the address
// may see it.
//
// Cookies and tokens are derived from the access token, so they are valid as long as the
// access token. Without an access token, they are valid until the process ends.
func New(address, access string) (*Guard, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &net.AddrError{Err: "guard a page: it must be host:port", Addr: address}
	}

	g := &Guard{hosts: map[string]struct{}{}, cookie: "triptych-" + port, access: access}
	for _, host := range []string{"127.0.0.1", "localhost"} {
		g.hosts[net.JoinHostPort(host, port)] = struct{}{}
	}

	if access == "" {
		_, _ = rand.Read(g.key[:]) // Read never returns an error (crypto/rand).
	} else {
		g.key = sha256.Sum256([]byte("triptych console\n" + access))
	}

	return g, nil
}

type tokenKey struct{}

// Token returns the token that the page has to send back to change anything.
func Token(ctx context.Context) string {
	token, _ := ctx.Value(tokenKey{}).(string)

	return token
}

// Wrap returns a handler that rejects requests that are not allowed, and passes the others to
// next. Clients without access get status 401, and the answer of locked.
func (g *Guard) Wrap(next, locked http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())

		if why := g.foreign(r); why != "" {
			http.Error(w, why, http.StatusForbidden)

			return
		}

		if g.enter(w, r) {
			return
		}

		session, known := g.session(r)

		switch {
		case known:
		case g.access == "":
			session = g.newSession(w)
		case public(r):
		default:
			w.Header().Set("Referrer-Policy", "no-referrer")
			w.WriteHeader(http.StatusUnauthorized)
			locked.ServeHTTP(w, r)

			return
		}

		token := g.token(session)

		if !safe(r.Method) && !g.holds(w, r, token) {
			http.Error(w, "This page is no longer valid, because the console was restarted. Reload the page.", http.StatusForbidden)

			return
		}

		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), tokenKey{}, token)))
	})
}

// foreign reports whether a request comes from another site and must be rejected. It returns
// the reason, or "" if the request is accepted.
func (g *Guard) foreign(r *http.Request) string {
	if _, ours := g.hosts[r.Host]; !ours {
		return "The console has only one address: use the URL that `triptych console` printed."
	}

	site := r.Header.Get("Sec-Fetch-Site")

	if safe(r.Method) {
		// Accept a link on another site, which is a navigation. Reject all other requests
		// from other sites.
		elsewhere := site == "cross-site" || site == "same-site"
		if elsewhere && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
			return "Pages of other sites must not read the console."
		}

		return ""
	}

	if r.Header.Get("Origin") != "http://"+r.Host || site != "" && site != "same-origin" {
		return "Only the console's own pages may make changes."
	}

	return ""
}

// holds reports whether a request has the token.
func (g *Guard) holds(w http.ResponseWriter, r *http.Request, token string) bool {
	given := r.Header.Get(Header)

	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); given == "" && kind == "application/x-www-form-urlencoded" {
		r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
		given = r.PostFormValue(Field)
	}

	return hmac.Equal([]byte(given), []byte(token))
}

// token derives the token of a session.
func (g *Guard) token(session string) string { return g.mac("token", session) }
