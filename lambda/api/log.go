package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// logEntry collects the line that is logged for a request. It never holds a token,
// a header or a body.
type logEntry struct {
	start     time.Time
	requestID string // The gateway's, which is in its access log too.
	operation string
	user      string
	err       error
}

type logEntryKey struct{}

func logEntryOf(ctx context.Context) *logEntry { return ctx.Value(logEntryKey{}).(*logEntry) }

func (e *logEntry) write(ctx context.Context, log *slog.Logger, status int) {
	attributes := []slog.Attr{
		slog.String("requestId", e.requestID),
		slog.String("operation", e.operation),
		slog.Int("status", status),
		slog.Int64("milliseconds", time.Since(e.start).Milliseconds()),
		slog.String("user", e.user),
	}
	if e.err != nil {
		attributes = append(attributes, slog.String("error", e.err.Error()))
	}
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	log.LogAttrs(ctx, level, "request", attributes...)
}

// logOperation is the middleware that notes which operation runs.
func logOperation(ctx huma.Context, next func(huma.Context)) {
	logEntryOf(ctx.Context()).operation = ctx.Operation().OperationID
	next(ctx)
}

// logCause is the transformer that notes why an error is answered.
func logCause(ctx huma.Context, _ string, body any) (any, error) {
	if err, ok := body.(error); ok {
		logEntryOf(ctx.Context()).err = err
	}
	return body, nil
}
