package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/lambda/api"
)

// oddHeaders are headers that no operation declares, and that some server, its
// libraries or a proxy could read. Those of the first line make huma panic, after
// the operation has run.
var oddHeaders = map[string][]string{
	"accept": {
		"a;,b", "a;,", ";,", "a;b,c", "application/json;,a", "*/*;,application/json", " ;\t,", "ü;,", strings.Repeat("a;,", 1000),
		"", "*/*", "text/html", "json", "application/json;q=0", "application/cbor", "application/problem+json", ";q=,,", ",", ";", "a;q=1e999", "\xff", "\x00",
	},
	"accept-charset":         {"", "utf-16", ";,"},
	"accept-encoding":        {"", "gzip", "a;,b", "identity;q=0, *;q=0"},
	"accept-language":        {"a;,b", "ja"},
	"authorization":          {"", "Bearer", "Basic OjpAOg==", "Bearer secret;,"},
	"cache-control":          {"only-if-cached", "max-age=99999999999999999999"},
	"connection":             {"close", "upgrade", "content-type, idempotency-key"},
	"content-disposition":    {"attachment; filename=\"", "form-data"},
	"content-encoding":       {"gzip", "br", "identity"},
	"content-length":         {"", "0", "-1", "1e9", "99999999999999999999", "5, 6"},
	"content-md5":            {"x"},
	"content-range":          {"bytes 0-0/1"},
	"cookie":                 {"", "a=;;b", "=\"", "a=\"\x00\""},
	"date":                   {"yesterday"},
	"expect":                 {"100-continue", "200-ok"},
	"forwarded":              {"host=\"", "for=;,", "proto=x;host=[::1"},
	"from":                   {"ana@example.com"},
	"host":                   {"", "[::1", "a b", "example.com:99999", "/me"},
	"http2-settings":         {"AAMAAABkAAQAAP__"},
	"if-match":               {"", "*", "\"", "W/\"a\", b"},
	"if-modified-since":      {"", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"},
	"if-none-match":          {"", "*", "\"", ";,"},
	"if-range":               {"\"a\""},
	"if-unmodified-since":    {"", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"},
	"keep-alive":             {"timeout=0"},
	"last-event-id":          {"1"},
	"link":                   {"<>; rel=\"", "</schemas/Item.json>; rel=describedby"},
	"max-forwards":           {"0", "-1"},
	"origin":                 {"null", "https://example.com"},
	"pragma":                 {"no-cache"},
	"prefer":                 {"return=minimal", "respond-async, wait=-1"},
	"proxy-authorization":    {"Basic x"},
	"range":                  {"bytes=9-1", "bytes=0-0,0-0", "items=0-1"},
	"referer":                {"://"},
	"sec-websocket-key":      {"x"},
	"te":                     {"trailers", "a;,b"},
	"trailer":                {"content-length", "accept"},
	"transfer-encoding":      {"chunked", "gzip, chunked", "x"},
	"upgrade":                {"h2c", "websocket"},
	"user-agent":             {"", "\x00"},
	"via":                    {"1.1 a;,b"},
	"x-forwarded-for":        {"", "a;,b"},
	"x-forwarded-host":       {"a\nb", "[::1"},
	"x-forwarded-proto":      {"x"},
	"x-http-method":          {"DELETE"},
	"x-http-method-override": {"DELETE", "CONNECT", ""},
	"x-method-override":      {"DELETE"},
	"x-original-url":         {"/", "://"},
	"x-rewrite-url":          {"/items"},
	"x-requested-with":       {"XMLHttpRequest"},
	// Names that none should have, or in which another may be seen.
	"":             {"a;,b"},
	" accept":      {"a;,b"},
	"accept ":      {"a;,b"},
	"ACCEPT":       {"a;,b"},
	"aCCePT":       {"a;,b"},
	"accept\n":     {"a;,b"},
	"accept:":      {"a;,b"},
	"x\r\naccept":  {"a;,b"},
	":authority":   {"[::1"},
	":method":      {"DELETE"},
	":path":        {"/me"},
	"äccept\x00":   {"a;,b"},
	"content type": {"text/plain"},
}

// Every operation is answered as without the header.
func TestAHeaderThatNoOperationDeclaresChangesNothing(t *testing.T) {
	a := newAPI(t)
	for _, op := range api.Operations() {
		t.Run(op.ID, func(t *testing.T) {
			r := a.fresh(t).example(op)
			without := a.fresh(t).send(r)
			if without.Status >= 300 {
				t.Fatalf("the example is refused: %d %s", without.Status, without.Body)
			}
			for name, values := range oddHeaders {
				for _, value := range values {
					r.headers = map[string]string{name: value}
					with := a.fresh(t).send(r)
					if diff := cmp.Diff(without.Headers, with.Headers); with.Status != without.Status || diff != "" {
						t.Fatalf("%q: %q: got %d, want %d: %s (-without +with):\n%s", name, value, with.Status, without.Status, with.Body, diff)
					}
				}
			}
			r.headers = map[string]string{}
			for name, values := range oddHeaders {
				r.headers[name] = values[0]
			}
			if with := a.fresh(t).send(r); with.Status != without.Status {
				t.Errorf("all at once: got %d, want %d: %s", with.Status, without.Status, with.Body)
			}
		})
	}
}
