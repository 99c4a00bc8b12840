package objectstore

import (
	"context"
	"fmt"
	"sync"

	"triptych/emulator/objectstore/link"
)

// calls are the methods that the server's process calls, see [link.Client]. Their form is
// that of [net/rpc].
type calls struct {
	config   Config
	settings link.Settings
	outbox   *outbox         // nil if no bucket notifies.
	life     context.Context //nolint:containedctx // It ends with the store, not with a call.

	ready   chan struct{} // Closed when the server listens.
	stopped chan struct{} // Closed when the server should end.
	stop    func()        // Closes stopped, once.

	mu      sync.Mutex
	problem string

	notifying notifying
}

func newCalls(life context.Context, config Config, settings link.Settings) *calls {
	c := &calls{config: config, settings: settings, life: life, ready: make(chan struct{}), stopped: make(chan struct{})}
	c.notifying.changed = make(chan struct{})
	c.stop = sync.OnceFunc(func() { close(c.stopped) })

	return c
}

// Settings returns the settings of the server.
func (c *calls) Settings(_ link.None, settings *link.Settings) error {
	*settings = c.settings

	return nil
}

// Started reports that the server listens.
func (c *calls) Started(link.None, *link.None) error {
	close(c.ready)

	return nil
}

// AwaitStop returns when the server should end.
func (c *calls) AwaitStop(link.None, *link.None) error {
	<-c.stopped

	return nil
}

// Fail stores why the server ends.
func (c *calls) Fail(problem string, _ *link.None) error {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.problem = problem

	return nil
}

// failure returns why the server said that it ends, or "".
func (c *calls) failure() string {
	c.mu.Lock()
	defer c.mu.Unlock()

	return c.problem
}

// Begin stores an intent and returns it with its time and sequencer.
func (c *calls) Begin(i link.Intent, stored *link.Intent) error {
	err := c.outbox.begin(&i)
	*stored = i

	return err
}

// Clear removes an intent.
func (c *calls) Clear(i link.Intent, _ *link.None) error { return c.outbox.clear(&i) }

// Open returns the open intents.
func (c *calls) Open(_ link.None, intents *[]*link.Intent) error {
	found, err := c.outbox.open()
	*intents = append([]*link.Intent{}, found...) // Not nil: JSON-RPC 1.0 has no null as a result.

	return err
}

// Publish delivers an event and clears its intent.
func (c *calls) Publish(p link.Publication, _ *link.None) error {
	if err := c.config.Notify(c.life, p.Event); err != nil {
		return fmt.Errorf("deliver to the bus: %w", err)
	}

	return c.outbox.clear(&p.Intent)
}

// Denied returns why a principal may not do an action, or "".
func (c *calls) Denied(q link.Question, denied *string) error {
	principal, _ := c.config.Principals.Lookup(q.AccessKey)
	*denied = principal.Denied(q.Action, q.Resource)

	return nil
}

// Secret returns the secret key of a principal, or "".
func (c *calls) Secret(accessKey string, secret *string) error {
	if principal, known := c.config.Principals.Lookup(accessKey); known {
		*secret = principal.SecretKey
	}

	return nil
}

// Log writes an error to the log.
func (c *calls) Log(m link.Message, _ *link.None) error {
	attributes := []any{"error", m.Error}
	if m.Key != "" {
		attributes = append([]any{"key", m.Key}, attributes...)
	}

	c.config.Log.Error(m.Text, attributes...)

	return nil
}
