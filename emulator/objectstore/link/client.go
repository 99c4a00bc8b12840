package link

import (
	"errors"
	"io"
	"net/rpc"
	"net/rpc/jsonrpc"

	"triptych/emulator/objectstore/s3event"
)

// Client calls the parent. It is safe for concurrent use.
type Client struct {
	calls *rpc.Client
}

// NewClient returns a client that sends calls to out and reads the answers from in. It
// calls gone once, when in ends, which means that the parent has ended.
func NewClient(in io.Reader, out io.Writer, gone func()) *Client {
	return &Client{calls: jsonrpc.NewClient(pipes{in: in, out: out, gone: gone})}
}

// pipes are the two pipes of a process as one connection.
type pipes struct {
	in   io.Reader
	out  io.Writer
	gone func()
}

// Read implements [io.Reader].
func (p pipes) Read(buffer []byte) (int, error) {
	n, err := p.in.Read(buffer)
	if err != nil {
		p.gone()
	}

	return n, err
}

// Write implements [io.Writer].
func (p pipes) Write(data []byte) (int, error) { return p.out.Write(data) }

// Close implements [io.Closer]. The pipes end with their process.
func (pipes) Close() error { return nil }

func (c *Client) call(method string, argument, result any) error {
	err := c.calls.Call(Name+"."+method, argument, result)

	// The parent has already worded its errors.
	if answer, is := errors.AsType[rpc.ServerError](err); is {
		return errors.New(string(answer)) //nolint:err113 // See above.
	}

	return err
}

// Settings returns the settings of the server.
func (c *Client) Settings() (Settings, error) {
	var settings Settings

	err := c.call("Settings", None{}, &settings)

	return settings, err
}

// Started reports that the server listens on its socket.
func (c *Client) Started() error { return c.call("Started", None{}, &None{}) }

// AwaitStop waits until the server should finish its requests and end.
func (c *Client) AwaitStop() error { return c.call("AwaitStop", None{}, &None{}) }

// AwaitNotifying waits until the buckets that notify differ from those of the generation.
func (c *Client) AwaitNotifying(generation uint64) (Notifying, error) {
	var now Notifying

	err := c.call("AwaitNotifying", generation, &now)

	return now, err
}

// Fail reports why the server ends.
func (c *Client) Fail(problem string) error { return c.call("Fail", problem, &None{}) }

// Begin stores the intent, and sets its time and sequencer.
func (c *Client) Begin(i *Intent) error { return c.call("Begin", i, i) }

// Clear removes an intent whose event is durable, or that was not carried out.
func (c *Client) Clear(i *Intent) error { return c.call("Clear", i, &None{}) }

// Open returns the intents that were not cleared, oldest first.
func (c *Client) Open() ([]*Intent, error) {
	var intents []*Intent

	err := c.call("Open", None{}, &intents)

	return intents, err
}

// Publish delivers the event of the intent, and clears the intent.
func (c *Client) Publish(i *Intent, event s3event.Event) error {
	return c.call("Publish", Publication{Intent: *i, Event: event}, &None{})
}

// Denied returns AWS's text for why the principal may not do the action, or "" if it may.
func (c *Client) Denied(accessKey, action, resource string) (string, error) {
	var denied string

	err := c.call("Denied", Question{AccessKey: accessKey, Action: action, Resource: resource}, &denied)

	return denied, err
}

// Secret returns the secret key of a principal, or "" if there is no such principal.
func (c *Client) Secret(accessKey string) (string, error) {
	var secret string

	err := c.call("Secret", accessKey, &secret)

	return secret, err
}

// Log writes an error to the log of the store.
func (c *Client) Log(m Message) {
	_ = c.call("Log", m, &None{}) // Without a parent there is no log.
}
