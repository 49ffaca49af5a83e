package dynamo_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/items"
)

// breakages write an answer that is not a complete answer of DynamoDB. They get the
// body of the table's answer.
var breakages = map[string]func(conn *net.TCPConn, body string){
	"nothing": func(*net.TCPConn, string) {},
	"half a header": func(conn *net.TCPConn, _ string) {
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Le")
	},
	"the header alone": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body))
	},
	"a reset after the header": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body))
		_ = conn.SetLinger(0)
	},
	"half a body": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:len(body)/2])
	},
	"half a chunk": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s", len(body), body[:len(body)/2])
	},
	"no last chunk": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(body), body)
	},
	"half a body that ends with the connection": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%s", body[:len(body)/2])
	},
	"too small a length": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(body)/2, body)
	},
	"a length that is not a number": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n%s", body)
	},
	"a wrong checksum": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nX-Amz-Crc32: 1\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	},
	"a checksum that is not a number": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nX-Amz-Crc32: x\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	},
	"broken gzip": func(conn *net.TCPConn, body string) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00")
	},
	"continue, and no more": func(conn *net.TCPConn, _ string) {
		fmt.Fprint(conn, "HTTP/1.1 100 Continue\r\n\r\n")
	},
	"another protocol": func(conn *net.TCPConn, _ string) {
		fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n{}")
		_, _ = io.Copy(io.Discard, conn) // Until the store closes the connection.
	},
	"nothing, with 200":       answerWith(200, ""),
	"nothing, with 204":       answerWith(204, ""),
	"a part, with 206":        answerWith(206, "{}"),
	"a redirect":              answerWith(302, "{}"),
	"a permanent redirect":    answerWith(308, "{}"),
	"not modified":            answerWith(304, ""),
	"a proxy's page":          answerWith(200, "<html>Sign in</html>"),
	"a list":                  answerWith(200, "[]"),
	"null":                    answerWith(200, "null"),
	"text":                    answerWith(200, `"x"`),
	"a number":                answerWith(200, "1"),
	"two answers":             answerWith(200, "{}{}"),
	"a proxy's error":         answerWith(200, `{"message":"down for maintenance"}`),
	"an error, with 200":      answerWith(200, `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}`),
	"an error's page":         answerWith(400, "<html>Bad Request</html>"),
	"an empty error":          answerWith(400, ""),
	"an error that is null":   answerWith(400, "null"),
	"an error that is a list": answerWith(400, "[]"),
	"an error without a type": answerWith(403, `{"message":"Forbidden"}`),
	"half an error": func(conn *net.TCPConn, _ string) {
		fmt.Fprint(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n"+`{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"`)
	},
	"an error with a wrong checksum": func(conn *net.TCPConn, _ string) {
		body := `{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException"}`
		fmt.Fprintf(conn, "HTTP/1.1 400 Bad Request\r\nX-Amz-Crc32: 1\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	},
}

// answerWith answers with this status and body instead of the table's answer.
func answerWith(status int, body string) func(*net.TCPConn, string) {
	return func(conn *net.TCPConn, _ string) {
		fmt.Fprintf(conn, "HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n%s", status, len(body), body)
	}
}

// breakAnswer passes the request to the table and breaks the answer.
func breakAnswer(w http.ResponseWriter, r *http.Request, table http.Handler, breakage func(*net.TCPConn, string)) {
	answer := httptest.NewRecorder()
	table.ServeHTTP(answer, r)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	breakage(conn.(*net.TCPConn), answer.Body.String())
}

// forEach runs a test for each of the cases, eight at a time, because they mostly
// wait. t.Parallel would run only as many as the machine has processors.
func forEach[Case any](t *testing.T, cases map[string]Case, test func(*testing.T, Case)) {
	limit := make(chan struct{}, 8)
	var all sync.WaitGroup
	for name, c := range cases {
		all.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			t.Run(name, func(t *testing.T) { test(t, c) })
		})
	}
	all.Wait()
}

func TestABrokenAnswerIsAnOutage(t *testing.T) {
	tb := newTable(t)
	forEach(t, breakages, func(t *testing.T, breakage func(*net.TCPConn, string)) {
		start := time.Now()
		var all sync.WaitGroup
		for call := range calls(tb) {
			all.Go(func() {
				var tried atomic.Int64
				broken := tb.behind(func(w http.ResponseWriter, r *http.Request, table http.Handler) bool {
					tried.Add(1)
					breakAnswer(w, r, table, breakage)
					return true
				})
				if err := calls(broken)[call](background); !errors.Is(err, items.ErrUnavailable) || tried.Load() != 4 {
					t.Errorf("%s: %v, tried %d times", call, err, tried.Load())
				}
			})
		}
		all.Wait()
		if took := time.Since(start); took > hang {
			t.Errorf("took %v", took)
		}
	})
}

// These answers are JSON objects, but not of the operation.
func TestAnAnswerWithoutItsMemberIsAnOutage(t *testing.T) {
	tb := newTable(t)
	type answer struct{ call, body string }
	cases := map[string]answer{}
	for _, c := range []answer{
		{"list", `{}`}, {"list", `{"Items":null}`}, {"list", `{"Items":{}}`}, {"list", `{"Items":[[]]}`},
		{"update", `{}`}, {"update", `{"Attributes":null}`}, {"update", `{"Attributes":[]}`},
		{"get", `{"Item":[]}`}, {"get", `{"Item":"x"}`}, {"get", `{"Item":{"id":1}}`},
	} {
		cases[c.call+" "+c.body] = c
	}
	forEach(t, cases, func(t *testing.T, c answer) {
		broken := tb.behind(func(w http.ResponseWriter, r *http.Request, table http.Handler) bool {
			breakAnswer(w, r, table, answerWith(200, c.body))
			return true
		})
		if err := calls(broken)[c.call](background); !errors.Is(err, items.ErrUnavailable) {
			t.Error(err)
		}
	})
}

// firstAnswer breaks the first answer only. The table has then done the request, but
// the store does not know it.
func firstAnswer(breakage func(*net.TCPConn, string)) func(http.ResponseWriter, *http.Request, http.Handler) bool {
	var first atomic.Bool
	return func(w http.ResponseWriter, r *http.Request, table http.Handler) bool {
		if first.Swap(true) {
			return false
		}
		breakAnswer(w, r, table, breakage)
		return true
	}
}

func TestAWriteWhoseAnswerGotLostIsDoneOnce(t *testing.T) {
	lost := map[string]func(*net.TCPConn, string){
		"an internal error": answerWith(500, `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}`),
		"an outage":         answerWith(503, ""),
	}
	maps.Copy(lost, breakages)
	draft, name := items.Draft{Name: "a", Quantity: 1}, "b"
	forEach(t, lost, func(t *testing.T, breakage func(*net.TCPConn, string)) {
		tb := newTable(t)

		item := items.New(draft, "ana")
		created, err := tb.behind(firstAnswer(breakage)).Create(background, item, nil)
		if diff := cmp.Diff(item, created); err != nil || diff != "" || tb.count() != 1 {
			t.Errorf("create: %v (-want +got):\n%s", err, diff)
		}

		change := items.Change{ID: item.ID, Version: 1, Name: &name, By: "ben", At: items.Now()}
		want := item
		want.Name, want.Version, want.UpdatedBy, want.UpdatedAt = "b", 2, "ben", change.At
		updated, err := tb.behind(firstAnswer(breakage)).Update(background, change)
		if diff := cmp.Diff(want, updated); err != nil || diff != "" {
			t.Errorf("update: %v (-want +got):\n%s", err, diff)
		}
		if diff := cmp.Diff(want, tb.get(item.ID)); diff != "" {
			t.Errorf("updated (-want +got):\n%s", diff)
		}

		item = items.New(draft, "ana")
		once, err := tb.behind(firstAnswer(breakage)).Create(background, item, &items.IdempotencyKey{Owner: "ana", Value: "k", Digest: draft.Digest()})
		if diff := cmp.Diff(item, once); err != nil || diff != "" || tb.count() != 2 {
			t.Errorf("create once: %v (-want +got):\n%s", err, diff)
		}

		if err := tb.behind(firstAnswer(breakage)).Delete(background, item.ID, 1); err != nil || tb.count() != 1 {
			t.Errorf("delete: %v", err)
		}
		if err := tb.behind(firstAnswer(breakage)).Delete(background, want.ID, 0); err != nil || tb.count() != 0 {
			t.Errorf("delete at any version: %v", err)
		}
	})
}

// The outcome of a refused attempt is known: it deleted nothing.
func TestADeleteWhoseFirstAttemptWasRefusedIsNotTakenForDone(t *testing.T) {
	tb := newTable(t)
	throttled := answerWith(400, `{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}`)
	for _, version := range []int{0, 1} {
		id := items.New(items.Draft{}, "ana").ID
		if err := tb.behind(firstAnswer(throttled)).Delete(background, id, version); !errors.Is(err, items.ErrNotFound) {
			t.Errorf("at version %d: %v", version, err)
		}
	}
}

func TestOneAnswerThatStopsInItsBodyIsNotTheLast(t *testing.T) {
	t.Parallel()
	var tried atomic.Int64
	tb := newTable(t).behind(func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		if tried.Add(1) > 1 {
			return false
		}
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"Items":[`)
		_ = http.NewResponseController(w).Flush()
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
