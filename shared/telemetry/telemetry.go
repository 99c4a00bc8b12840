// Package telemetry writes structured logs: one JSON object on each line, with the
// execution, the key and the version if they are known. The last line of an invocation
// also contains its metrics: see [Begin].
package telemetry

import (
	"context"
	"io"
	"log/slog"
)

// The attributes of every line, if they are known.
const (
	Execution = "execution" // ARN
	Key       = "key"       // of the original
	Version   = "version"   // of the original under its recipe
	Variant   = "variant"   // name
)

type attributesKey struct{}

// With returns a context with additional attributes, which every log line of this context
// contains. The arguments are the same as for [slog.Info].
func With(ctx context.Context, arguments ...any) context.Context {
	var record slog.Record

	record.Add(arguments...)

	attributes := append([]slog.Attr(nil), attributesOf(ctx)...)

	record.Attrs(func(attribute slog.Attr) bool {
		attributes = append(attributes, attribute)

		return true
	})

	if invocation := invocationOf(ctx); invocation != nil {
		invocation.about(attributes)
	}

	return context.WithValue(ctx, attributesKey{}, attributes)
}

func attributesOf(ctx context.Context) []slog.Attr {
	attributes, _ := ctx.Value(attributesKey{}).([]slog.Attr)

	return attributes
}

// NewLogger returns a logger that writes JSON lines to w, with the attributes
// of each call's context.
func NewLogger(w io.Writer) *slog.Logger {
	return slog.New(handler{slog.NewJSONHandler(w, nil)})
}

type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, record slog.Record) error {
	record.AddAttrs(attributesOf(ctx)...)

	return h.Handler.Handle(ctx, record)
}

func (h handler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attributes)}
}

func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.Handler.WithGroup(name)}
}
