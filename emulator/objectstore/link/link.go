// Package link connects the two processes of the object store: the emulator, which is the
// parent, and the S3 server, which is its child. The child calls the parent over its
// standard input and output, one JSON object for each call and each answer (JSON-RPC 1.0).
//
// The standard input is also the child's lifeline. The kernel closes the parent's end when
// the parent ends in any way, and the child then exits at once.
package link

import (
	"time"

	"triptych/emulator/iam"
	"triptych/emulator/objectstore/s3event"
)

// Name is the receiver of all methods of the parent.
const Name = "Parent"

// Bucket is a bucket that the store has from the start.
type Bucket struct {
	Name      string
	Versioned bool
	Notify    bool // Its events are delivered to the store's Config.Notify.
	// Policy is the bucket's policy, and Lifecycle the XML of its lifecycle; "" means that it
	// has none.
	Policy, Lifecycle string
	// Parsed is Policy after parsing, if its caller has parsed it. Only the parent uses it.
	Parsed *iam.Policy `json:"-"`
	Tags   map[string]string
	// UploadOrigins has the origins of web pages that may upload from a browser. An empty
	// list leaves the bucket's CORS configuration unchanged.
	UploadOrigins []string
}

// Settings has everything that the server needs to know at its start.
type Settings struct {
	Dir     string // The absolute path of the folder of the files.
	Socket  string // The absolute path of the socket that the server listens on.
	Buckets []Bucket
	Outbox  bool // The parent has an outbox.
	Account string
	Region  string
	// Secrets has the secret key of every principal at the start, by access key.
	Secrets map[string]string
}

// Intent announces a write. It is stored in the outbox before the write and cleared after
// its event was delivered. So if the process dies at any moment, either the event is
// durable or the intent is in the outbox.
type Intent struct {
	Bucket    string    `json:"bucket"`
	Key       string    `json:"key"`
	VersionID string    `json:"versionId,omitempty"` // For the deletion of one version.
	Deletion  bool      `json:"deletion,omitempty"`
	Reason    string    `json:"reason"`
	RequestID string    `json:"requestId,omitempty"`
	Time      time.Time `json:"time"`
	// Sequencer is also the intent's key in the outbox, whose records do not repeat it.
	Sequencer uint64 `json:"sequencer,omitempty"`
}

// Publication is the event of an intent that was carried out.
type Publication struct {
	Intent Intent
	Event  s3event.Event
}

// Question asks whether a principal, named by its access key, may do an action.
type Question struct {
	AccessKey string
	Action    string
	Resource  string
}

// Message is a line for the log.
type Message struct {
	Text  string
	Key   string // The key of the object; may be "".
	Error string
}

// Notifying has the buckets whose events are delivered, as of a generation that increases
// with each change.
type Notifying struct {
	Generation uint64
	Buckets    []string
}

// None is the argument or the result of a method that has none.
type None struct{}
