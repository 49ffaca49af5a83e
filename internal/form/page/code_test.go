package page

import (
	"regexp"
	"strings"
	"testing"
)

// In the tests [code] is in brackets, a ‹label› in guillemets, a ⟨word⟩ of a command
// and what is ⟦glued⟧ to code in other brackets, and ~ is a space that does not break.
var (
	marked = strings.NewReplacer(
		"[", `<code lang="en" translate="no">`, "]", "</code>",
		"‹", `<span lang="en" translate="no">`, "›", "</span>",
		"⟨", `<span class="word">`, "⟩", "</span>", "⟦", `<span class="glued">`, "⟧", "</span>",
		"~", "\u00a0", "<", "&lt;", ">", "&gt;", "&", "&amp;", `"`, "&#34;")
	unmarked = strings.NewReplacer("[", "", "]", "", "‹", "", "›", "", "⟨", "", "⟩", "", "⟦", "", "⟧", "", "~", " ")
	inQuotes = regexp.MustCompile(`\[(go [^\]]*)\]`) // it is in backquotes
)

func TestCodeInATextIsMarked(t *testing.T) {
	for _, text := range []string{
		"Run ⟦[go run ./scripts/retool check ⟨--stage⟩ <dev>],⟧ then wait.",
		"the path ending in ⟦[AuthenticationResult].⟧[AccessToken]",
		"Copy the URL, [Content-Type] and [X-Amz-Target] again.",
		"[GET /me] answers 200, not 401 or 403",
		"⟦[DELETE /items/{id}],⟧ 404",
		"Press “Save changes” in Retool: no API, ID or URL of AWS & Cognito is code",
		`A password with ["] or [\] breaks it, "this" does not`,
		"Set it: ⟦[go run ./scripts/retool user add NAME ⟨--reset-password⟩ ⟨--sign-in⟩ ⟨per-user⟩].⟧",
	} {
		expectMarked(t, text, english)
	}
}

func TestLabelsOfRetoolAreEnglishInAJapaneseText(t *testing.T) {
	for _, text := range []string{
		"[AUTHORIZATION_TOKEN] は [{{ }}] で囲まず、そのまま入力してください。",
		"「‹Test auth workflow›」が [SerializationException] を返す場合",
		"「‹Time-based expiration›」を選択し、間隔を 300~秒に設定してください。",
		"‹Value› には、波かっこを含めて全体を貼り付けてください。",
		"‹Base URL› が別の API のものになっています。ID~トークンは拒否されます。",
		"‹Auth workflow› ステップ 2：‹API Request›",
		"‹Auth workflow› ステップ 1：‹Form›",
		`パスワードに ["] や [\] が含まれていると、Retool は送信できません。`,
		"管理者が設定したパスワードのままです⟦（[NEW_PASSWORD_REQUIRED]）。⟧",
		"新しいリフレッシュトークンを発行してください：[go run ./scripts/retool connect ⟨--stage⟩ dev]",
		"ユーザー：R&D <retool>",
	} {
		expectMarked(t, text, japanese)
	}
}

func expectMarked(t *testing.T, text string, l language) {
	t.Helper()
	source := unmarked.Replace(inQuotes.ReplaceAllString(text, "`$1`"))
	if got, want := markUp(source, l), marked.Replace(text); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
