package console

import (
	"net/http"
	"net/url"
	"strings"

	"triptych/cli/internal/console/guard"
)

// locked says to those who have not shown the access secret what to do. It says nothing
// of the stack. A link from another site leads here too, because the browser then keeps
// the cookie back; the same address again, from this page, is answered.
func (c *Console) locked(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("The console is locked: open the address that the command printed, with its token.\n")) // The client may have gone.

		return
	}

	query := r.URL.Query()
	given := query.Has(guard.Query)
	query.Del(guard.Query)

	again := url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, `/\`), RawQuery: query.Encode()}

	_ = c.execute(w, "locked", "locked", map[string]any{"Given": given, "Again": again.String()}) // There is nothing left to say.
}
