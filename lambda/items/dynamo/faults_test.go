package dynamo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"retoolapi/lambda/items"
)

// calls holds a call for every kind of request that the store sends.
func calls(tb table) map[string]func(context.Context) error {
	name := "b"
	draft := items.Draft{Name: "a"}
	id := items.New(draft, "ana").ID
	return map[string]func(context.Context) error{
		"list": func(ctx context.Context) error { _, err := tb.List(ctx, 10, ""); return err },
		"get":  func(ctx context.Context) error { _, err := tb.Get(ctx, id); return err },
		"create": func(ctx context.Context) error {
			_, err := tb.Create(ctx, items.New(draft, "ana"), nil)
			return err
		},
		"create once": func(ctx context.Context) error {
			_, err := tb.Create(ctx, items.New(draft, "ana"), &items.IdempotencyKey{Owner: "ana", Value: "k", Digest: draft.Digest()})
			return err
		},
		"update": func(ctx context.Context) error {
			_, err := tb.Update(ctx, items.Change{ID: id, Version: 1, Name: &name})
			return err
		},
		"delete": func(ctx context.Context) error { return tb.Delete(ctx, id, 0) },
	}
}

// hang is longer than any call takes that has a time limit, even on a slow machine.
const hang = time.Minute

// refuse answers as DynamoDB does when it refuses a request.
func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": "com.amazonaws.dynamodb.v20120810#" + code, "message": "no"})
}

// always answers every request with a fault.
func always(fault func(http.ResponseWriter)) func(http.ResponseWriter, *http.Request, http.Handler) bool {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
		fault(w)
		return true
	}
}

func TestABusyOrBrokenTableIsUnavailable(t *testing.T) {
	tb := newTable(t)
	for name, fault := range map[string]func(http.ResponseWriter){
		"throttled":             func(w http.ResponseWriter) { refuse(w, 400, "ThrottlingException") },
		"out of capacity":       func(w http.ResponseWriter) { refuse(w, 400, "ProvisionedThroughputExceededException") },
		"over a limit":          func(w http.ResponseWriter) { refuse(w, 400, "RequestLimitExceeded") },
		"internal error":        func(w http.ResponseWriter) { refuse(w, 500, "InternalServerError") },
		"outage":                func(w http.ResponseWriter) { w.WriteHeader(503) },
		"connection broken off": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tried atomic.Int64
			broken := tb.behind(always(func(w http.ResponseWriter) { tried.Add(1); fault(w) }))
			for call, do := range calls(broken) {
				tried.Store(0)
				start := time.Now()
				if err := do(background); !errors.Is(err, items.ErrUnavailable) {
					t.Errorf("%s: %v", call, err)
				}
				if n := tried.Load(); n != 4 {
					t.Errorf("%s: tried %d times", call, n)
				}
				if took := time.Since(start); took > hang {
					t.Errorf("%s: took %v", call, took)
				}
			}
		})
	}
}

func TestATableThatCannotBeReachedIsUnavailable(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	tb := newTable(t)
	tb.Store = open(t, tb.name, gone.URL)
	for call, do := range calls(tb) {
		if err := do(background); !errors.Is(err, items.ErrUnavailable) {
			t.Errorf("%s: %v", call, err)
		}
	}
}

func TestATableThatDoesNotAnswerIsUnavailableInTime(t *testing.T) {
	tb := newTable(t).behind(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
		return true
	})
	for call, do := range calls(tb) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		start := time.Now()
		if err := do(ctx); !errors.Is(err, items.ErrUnavailable) {
			t.Errorf("%s: %v", call, err)
		}
		if took := time.Since(start); took > hang {
			t.Errorf("%s: took %v", call, took)
		}
		cancel()
	}
}

func TestOneAttemptWithoutAnAnswerIsNotTheLast(t *testing.T) {
	t.Parallel()
	var tried atomic.Int64
	tb := newTable(t).behind(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		if tried.Add(1) > 1 {
			return false
		}
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
		return true
	})
	start := time.Now()
	if _, err := tb.List(background, 1, ""); err != nil || tried.Load() != 2 {
		t.Errorf("%v after %d attempts", err, tried.Load())
	}
	if took := time.Since(start); took > hang {
		t.Errorf("took %v", took)
	}
}

func TestTemporaryThrottlingIsNotAnError(t *testing.T) {
	var tried atomic.Int64
	tb := newTable(t).behind(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
		if tried.Add(1) > 2 {
			return false
		}
		refuse(w, 400, "ThrottlingException")
		return true
	})
	tb.create("a")
	if n := tb.count(); n != 1 {
		t.Errorf("there are %d items", n)
	}
}

func TestAnInvalidRequestIsNotUnavailable(t *testing.T) {
	tb := newTable(t)
	for _, code := range []string{"AccessDeniedException", "ResourceNotFoundException", "ValidationException", "UnrecognizedClientException"} {
		var tried atomic.Int64
		wrong := tb.behind(always(func(w http.ResponseWriter) { tried.Add(1); refuse(w, 400, code) }))
		for call, do := range calls(wrong) {
			tried.Store(0)
			if err := do(background); err == nil || errors.Is(err, items.ErrUnavailable) || !strings.Contains(err.Error(), code) || tried.Load() != 1 {
				t.Errorf("%s: %s: %v, tried %d times", code, call, err, tried.Load())
			}
		}
	}
}

// A redirect does not come from DynamoDB. The items and the signature of the request
// must not be sent to another address.
func TestARedirectIsNotFollowed(t *testing.T) {
	tb := newTable(t)
	var followed atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	t.Cleanup(elsewhere.Close)
	t.Cleanup(func() {
		if n := followed.Load(); n != 0 {
			t.Errorf("%d requests followed a redirect", n)
		}
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, location := range []string{elsewhere.URL, "/elsewhere", ""} {
			t.Run(fmt.Sprintf("%d to %q", status, location), func(t *testing.T) {
				t.Parallel()
				moved := tb.behind(always(func(w http.ResponseWriter) {
					w.Header().Set("Location", location)
					w.WriteHeader(status)
				}))
				for call, do := range calls(moved) {
					if err := do(background); !errors.Is(err, items.ErrUnavailable) || !strings.Contains(err.Error(), fmt.Sprint(status)) {
						t.Errorf("%s: %v", call, err)
					}
				}
			})
		}
	}
}

// canceled answers as DynamoDB does when it cancels a transaction.
func canceled(w http.ResponseWriter, codes ...string) {
	type reason struct{ Code string }
	var reasons []reason
	for _, code := range codes {
		reasons = append(reasons, reason{code})
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(400)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "Message": "no", "CancellationReasons": reasons,
	})
}

// The emulator handles one request at a time and has no conflicts, so a proxy answers
// with them.
func TestAConflictOfTransactionsIsTriedAgain(t *testing.T) {
	table := newTable(t)
	draft := items.Draft{Name: "a", Quantity: 1}
	key := items.IdempotencyKey{Owner: "ana", Value: "k", Digest: draft.Digest()}
	for _, code := range []string{"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"} {
		tokens := map[string]bool{}
		tb := table.behind(func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			var input struct{ ClientRequestToken string }
			_ = json.Unmarshal(body, &input)
			tokens[input.ClientRequestToken] = true
			if len(tokens) <= 2 {
				canceled(w, code, "None")
			}
			return len(tokens) <= 2
		})
		if _, err := tb.Create(background, items.New(draft, "ana"), &key); err != nil || len(tokens) != 3 {
			t.Errorf("%s: %v after %d transactions", code, err, len(tokens))
		}
	}
	if n := table.count(); n != 1 {
		t.Errorf("there are %d items", n)
	}
}

func TestAPermanentConflictIsUnavailable(t *testing.T) {
	t.Parallel()
	draft := items.Draft{Name: "a", Quantity: 1}
	key := items.IdempotencyKey{Owner: "ana", Value: "k", Digest: draft.Digest()}
	tb := newTable(t).behind(always(func(w http.ResponseWriter) { canceled(w, "TransactionConflict", "None") }))
	for _, limit := range []time.Duration{200 * time.Millisecond, 2 * hang} {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		start := time.Now()
		if _, err := tb.Create(ctx, items.New(draft, "ana"), &key); !errors.Is(err, items.ErrUnavailable) || time.Since(start) > hang {
			t.Errorf("with %v: %v after %v", limit, err, time.Since(start))
		}
	}
}

func TestATransactionCanceledForAnotherReasonIsAnError(t *testing.T) {
	draft := items.Draft{Name: "a", Quantity: 1}
	key := items.IdempotencyKey{Owner: "ana", Value: "k", Digest: draft.Digest()}
	for _, codes := range [][]string{{"None", "ConditionalCheckFailed"}, {"ValidationError", "None"}, {"ItemCollectionSizeLimitExceeded", "None"}} {
		tb := newTable(t).behind(always(func(w http.ResponseWriter) { canceled(w, codes...) }))
		if _, err := tb.Create(background, items.New(draft, "ana"), &key); err == nil || errors.Is(err, items.ErrUnavailable) || errors.Is(err, items.ErrKeyReused) {
			t.Errorf("%q: %v", codes, err)
		}
	}
}
