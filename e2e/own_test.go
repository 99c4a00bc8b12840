package e2e_test

import "testing"

// ownEmulator starts an emulator for one test. At the end of the test, unless the test
// has ended it, the emulator must exit without an error, and no process of a function may
// remain.
func ownEmulator(t *testing.T, data string, options ...string) *emulator {
	t.Helper()

	up, err := startEmulator(binary, data, options...)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the end of the log of triptych up:\n%s", up.log.Tail(40))
		}

		if up.ended { // The test has ended it, and has not started another.
			return
		}

		if err := up.stop(); err != nil {
			t.Error(err)
		}
	})

	return up
}

// revive starts an emulator in place of l, which has ended; l then refers to the new one.
// Goroutines that still use the old emulator must hold its target, not l.
func (l *emulator) revive(t *testing.T, options ...string) {
	t.Helper()

	next, err := l.again(options...)
	if err != nil {
		t.Fatal(err)
	}

	next.probing = l.probing
	*l = *next
}

// renew stops l and starts it again with other options.
func (l *emulator) renew(t *testing.T, options ...string) {
	t.Helper()

	if err := l.stop(); err != nil {
		t.Fatal(err)
	}

	l.revive(t, options...)
}
