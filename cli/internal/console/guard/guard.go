// Package guard keeps a page that has its user's rights on AWS to that user's
// browser, and to itself within the browser.
//
// Whatever listens on 127.0.0.1 is reached by every user and program of this machine,
// and by every website that its user looks at. Against the first stands a secret in the
// address that the command prints, which the browser then keeps as a cookie (see
// access.go); against the second stand four things:
//
//   - Host must name the page's own address: a foreign name that was made to resolve
//     to 127.0.0.1 (DNS rebinding) is refused.
//   - What changes anything must come from a page of ours: Origin, which browsers set
//     and scripts cannot, is compared, and Sec-Fetch-Site where there is one.
//   - It must also carry a token that only our pages hold, bound to a cookie.
//   - A Content-Security-Policy without inline scripts and styles: what others have
//     written into keys and errors stays text even if a page forgot to escape it.
//
// https://fetch.spec.whatwg.org/#origin-header
// https://www.w3.org/TR/fetch-metadata/
package guard

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"mime"
	"net"
	"net/http"
)

// The names of the token in a form and in a script's request.
const (
	Field  = "csrf"
	Header = "X-Csrf-Token"
)

const (
	// maxFormBytes is far more than a form of ours holds.
	maxFormBytes = 1 << 20
	secretBytes  = 32
	// cookieDays is how long a browser needs no new address from the command.
	cookieDays = 30
)

// Guard protects one address.
type Guard struct {
	hosts  map[string]struct{}
	cookie string // its name: ports share cookies, so each has one of its own
	access string // the secret of the printed address; "" where everybody may enter
	key    [secretBytes]byte
}

// New guards the page at address, such as 127.0.0.1:8090, which shows itself to those
// who know the access secret. With "" it shows itself to everybody who can reach it.
//
// Cookies and tokens are made from the access secret, so they are valid for as long as
// it is; without one they are valid until the process ends.
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
		_, _ = rand.Read(g.key[:]) // It never fails (crypto/rand, Read).
	} else {
		g.key = sha256.Sum256([]byte("triptych console\n" + access))
	}

	return g, nil
}

type tokenKey struct{}

// Token is what the page of a request has to send back to change anything.
func Token(ctx context.Context) string {
	token, _ := ctx.Value(tokenKey{}).(string)

	return token
}

// Wrap answers what must not pass, and hands on the rest; locked answers those who have
// not shown the access secret, under the status 401.
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
			http.Error(w, "This page is no longer valid, because the console was started anew. Load it again.", http.StatusForbidden)

			return
		}

		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), tokenKey{}, token)))
	})
}

// foreign says why a request comes from somewhere else, or "".
func (g *Guard) foreign(r *http.Request) string {
	if _, ours := g.hosts[r.Host]; !ours {
		return "The console is reached at its own address only: see what `triptych console` printed."
	}

	site := r.Header.Get("Sec-Fetch-Site")

	if safe(r.Method) {
		// A link from elsewhere may lead here; nothing else of elsewhere may look.
		elsewhere := site == "cross-site" || site == "same-site"
		if elsewhere && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
			return "Another site's page may not read the console."
		}

		return ""
	}

	if r.Header.Get("Origin") != "http://"+r.Host || site != "" && site != "same-origin" {
		return "Only the console's own pages may change anything."
	}

	return ""
}

// holds says whether a request carries the token.
func (g *Guard) holds(w http.ResponseWriter, r *http.Request, token string) bool {
	given := r.Header.Get(Header)

	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); given == "" && kind == "application/x-www-form-urlencoded" {
		r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
		given = r.PostFormValue(Field)
	}

	return hmac.Equal([]byte(given), []byte(token))
}

// token is made from a session with the guard's key.
func (g *Guard) token(session string) string { return g.mac("token", session) }

// mac authenticates a session for a purpose.
func (g *Guard) mac(purpose, session string) string {
	mac := hmac.New(sha256.New, g.key[:])
	mac.Write([]byte(purpose + "\n" + session))

	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }
