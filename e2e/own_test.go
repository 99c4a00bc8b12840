package e2e_test

import "testing"

// ownLaptop starts one for a test alone. It must end well when the test does,
// unless the test has ended it, and no function may outlive it.
func ownLaptop(t *testing.T, data string, options ...string) *laptop {
	t.Helper()

	up, err := startLaptop(binary, data, options...)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("triptych up wrote at last:\n%s", up.log.Tail(40))
		}

		if up.ended { // By the test, which then wanted no other, or got none.
			return
		}

		if err := up.stop(); err != nil {
			t.Error(err)
		}
	})

	return up
}

// revive starts a laptop in the place of l, which has ended, and l becomes that one.
// What else still uses the old l must hold its target, not l.
func (l *laptop) revive(t *testing.T, options ...string) {
	t.Helper()

	next, err := l.again(options...)
	if err != nil {
		t.Fatal(err)
	}

	next.probing = l.probing
	*l = *next
}

// renew stops l and starts it again, with other options.
func (l *laptop) renew(t *testing.T, options ...string) {
	t.Helper()

	if err := l.stop(); err != nil {
		t.Fatal(err)
	}

	l.revive(t, options...)
}
