package page

import (
	"strings"
	"testing"
)

func TestCodeInATextIsMarked(t *testing.T) {
	for _, text := range []string{
		"Run [go run ./scripts/retool check --stage <dev>], then wait.",
		"[AUTHORIZATION_TOKEN] は [{{ }}] で囲まず、そのまま書きます。",
		"「Test auth workflow」が [SerializationException] を返す場合",
		"the path ending in [AuthenticationResult].[AccessToken]",
		"Copy the URL, [Content-Type] and [X-Amz-Target] again.",
		"[GET /me] answers 200, not 401 or 403",
		"[DELETE /items/{id}], 404",
		"Press “Save changes” in Retool: no API, ID or URL of AWS & Cognito is code",
	} {
		want := strings.NewReplacer("[", `<code lang="en" translate="no">`, "]", "</code>", "<", "&lt;", ">", "&gt;", "&", "&amp;").Replace(text)
		source := strings.NewReplacer("[go", "`go", "<dev>]", "<dev>`", "[", "", "]", "").Replace(text)
		if got := markUp(source); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
