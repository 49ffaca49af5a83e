package page

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/command"
	"retoolapi/internal/form"
	"retoolapi/internal/projecttest"
	"retoolapi/internal/projecttest/browser"
)

func TestAPageTellsWhetherItHoldsASecret(t *testing.T) {
	withoutToken := form.New(pageDeployment, form.Choices{SignIn: form.Shared, Request: form.Nested})
	withoutPassword := form.New(pageDeployment, form.Choices{SignIn: form.Password, User: "retool-password"})
	for name, test := range map[string]struct {
		page Page
		want bool
	}{
		"shared":           {sharedPage(), true},
		"password":         {passwordPage(), true},
		"per-user":         {perUserPage(), false},
		"without token":    {pageOf(withoutToken), false},
		"without password": {pageOf(withoutPassword), false},
	} {
		var written bytes.Buffer
		if err := test.page.Write(&written); err != nil {
			t.Fatal(err)
		}
		if got := HoldsSecret(written.Bytes()); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// pageToken is as long as a refresh token of Cognito can be.
var pageToken = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0." + strings.Repeat("aZ09-_bY18", 196)

// pagePassword is one as connect makes it.
const pagePassword = "Aa1-ABCDEFGHIJKLMNOPQRSTUVWXYZ"

var pageDeployment = form.Deployment{
	Stage:              "dev",
	BaseURL:            "https://a1b2c3d4e5.execute-api.ap-northeast-1.amazonaws.com",
	TokenURL:           "https://cognito-idp.ap-northeast-1.amazonaws.com/",
	ClientID:           "4k8q2v6n1m3p5r7t9w0x2z4b6d",
	AccessTokenMinutes: 60,
	RefreshTokenDays:   30,
	Commands: form.Commands{
		Connect: "go run ./scripts/retool connect --stage dev",
		Flat:    "go run ./scripts/retool connect --request flat --stage dev",
		SignIns: map[form.SignIn]string{
			form.Shared:   "go run ./scripts/retool connect --stage dev",
			form.Password: "go run ./scripts/retool connect --sign-in password --stage dev",
			form.PerUser:  "go run ./scripts/retool connect --sign-in per-user --stage dev",
		},
		OpenAPI: "go run ./scripts/retool openapi --output dev.yaml --stage dev",
	},
	Queries: []form.Query{
		{Name: "getMe", Method: "GET", Path: "/me", Status: 200, Caller: "username"},
		{
			Name: "listOrders", Method: "GET", Path: "/orders", Status: 200, Rows: "orders", NextCursor: "next",
			Parameters: []form.Row{{Key: "limit", Value: "20"}, {Key: "cursor", Value: "{{ table1.pagination.afterCursor }}"}},
		},
		{
			Name: "changeOrder", Method: "PATCH", Path: "/orders/{{ table1.selectedRow.id }}", Status: 200,
			Body: []form.Row{{Key: "version", Value: "{{ table1.selectedRow.version }}"}, {Key: "title", Value: "{{ titleInput.value }}"}},
		},
	},
}

func pageOf(f form.Form) Page {
	return Page{
		Form:      f,
		At:        command.Target{Stage: "dev"},
		WrittenAt: time.Date(2025, 11, 23, 9, 31, 1, 0, time.UTC),
		ProvenAt:  time.Date(2025, 11, 23, 9, 31, 0, 0, time.UTC),
		Proofs: []form.Proof{
			{Name: form.ProofWithoutToken, Detail: form.Found("401 from all %d operations", 6), OK: true},
			{Name: form.ProofTokenRequest, Detail: form.Found("valid for %d minutes, Retool refreshes it every %d", 60, 50), OK: true},
			{Name: form.ProofQuery, Detail: form.Found("200 from %s %s, as user %s", "GET", "/me", "retool"), OK: true},
			{Name: form.ProofExpiry, Detail: form.Found("until %s, %.0f days from now", time.Date(2025, 12, 23, 9, 30, 0, 0, time.UTC), 30.0), OK: true},
		},
	}
}

func sharedPage() Page {
	f := form.New(pageDeployment, form.Choices{SignIn: form.Shared, Request: form.Nested, RefreshToken: pageToken})
	expires := time.Date(2025, 12, 23, 9, 30, 0, 0, time.UTC)
	f.Tokens.RefreshTokenExpires = &expires
	return pageOf(f)
}

func flatPage() Page {
	return pageOf(form.New(pageDeployment, form.Choices{SignIn: form.Shared, Request: form.Flat, RefreshToken: pageToken}))
}

func passwordPage() Page {
	return pageOf(form.New(pageDeployment, form.Choices{SignIn: form.Password, User: "retool-password", Password: pagePassword}))
}

func perUserPage() Page {
	return pageOf(form.New(pageDeployment, form.Choices{SignIn: form.PerUser, Request: form.Nested}))
}

// unprovenPage is the page of a stack on this computer, without a token.
func unprovenPage() Page {
	return Page{Form: form.New(pageDeployment, form.Choices{SignIn: form.Shared, Request: form.Nested}), At: command.Target{Stage: "local"}, Local: true}
}

// localPage is the page of a stack on this computer, with a token.
func localPage() Page {
	p := sharedPage()
	p.At, p.Local = command.Target{Stage: "local"}, true
	return p
}

var clientID = form.AuthWorkflow.Step(1).TableRow(form.LabelBody, 2, "ClientId")

func failedPage() Page {
	p := sharedPage()
	p.Proofs = append(p.Proofs, form.Proof{Name: form.ProofIDToken, Detail: form.Found("%s %s answers %d, not 401 or 403: the authorizer or its scope is missing", "GET", "/me", 200)})
	fault := form.FieldError{Field: clientID.Of(form.ValuePart), Err: errors.New("is not the app client of the stack")}
	p.Proofs = append(p.Proofs, form.Proof{Name: form.ProofForm, Detail: form.DetailOf(&fault), Field: fault.Field})
	return p
}

// hostilePage has values that break out of a page that does not escape them.
func hostilePage() Page {
	hostile := ` </script><script>window.broken=1</script>"'><img src=x onerror="window.broken=1">{{.}}` + "`${window.broken=1}`  \u00a0&amp;'); alert(1) // "
	d := pageDeployment
	d.Stage, d.BaseURL, d.TokenURL, d.ClientID = hostile, "javascript:"+hostile, hostile, hostile
	p := pageOf(form.New(d, form.Choices{SignIn: form.Shared, Request: form.Flat, RefreshToken: hostile}))
	p.At.Stage = hostile
	p.Proofs = []form.Proof{{Name: form.ProofName(hostile), Detail: form.Found("%s", hostile), OK: true}}
	return p
}

// copyValues returns what the copy buttons of a page copy, from top to bottom.
func copyValues(p Page) []string {
	var all []string
	for _, section := range p.Form.Sections() {
		for _, field := range section.Fields {
			if field.Choice || field.Expected {
				continue
			}
			if field.IsRow() {
				all = append(all, field.ID.Key)
			}
			all = append(all, field.Value)
		}
	}
	for _, way := range p.Form.OtherWays() {
		all = append(all, way.Command)
	}
	return append(all, p.Check())
}

// identities returns the section's, its fields', and of rows that of the table and
// those of the two inputs.
func identities(section form.Section) []form.ID {
	all := []form.ID{section.ID}
	for _, field := range section.Fields {
		all = append(all, field.ID)
		if field.IsRow() {
			all = append(all, field.ID.Input(field.ID.Label), field.ID.Of(form.KeyPart), field.ID.Of(form.ValuePart))
		}
	}
	return all
}

// choices returns what is chosen from a list, from top to bottom.
func choices(p Page) []string {
	var all []string
	for _, section := range p.Form.Sections() {
		for _, field := range section.Fields {
			if field.Choice {
				all = append(all, field.Value)
			}
		}
	}
	return all
}

// TestThePageInChromium opens the page from a file, as people do.
func TestThePageInChromium(t *testing.T) {
	chromium := chromium{browser.Start(t)}

	for name, p := range map[string]Page{
		"shared": sharedPage(), "flat": flatPage(), "password": passwordPage(), "per user": perUserPage(), "without a token": unprovenPage(), "hostile": hostilePage(),
	} {
		t.Run("every copy button copies exactly its value/"+name, func(t *testing.T) {
			tab := chromium.open(t, p)
			tab.do(openDetails)
			var copied []string
			for i := range evaluate[int](tab, `document.querySelectorAll('[data-copy]').length`) {
				tab.click(fmt.Sprintf(`document.querySelectorAll('[data-copy]')[%d]`, i))
				tab.wait(fmt.Sprintf(`document.querySelectorAll('[data-copy].copied').length === %d`, i+1))
				copied = append(copied, tab.clipboard())
			}
			if diff := cmp.Diff(copyValues(p), copied); diff != "" {
				t.Errorf("on the clipboard (-want +got):\n%s", diff)
			}
			all := p.Copies()
			if got, want := tab.text("#progress"), fmt.Sprintf("%d of %d copied", all, all); got != want {
				t.Errorf("the progress is %q, want %q", got, want)
			}
			if evaluate[bool](tab, `!!window.broken`) {
				t.Error("a value ran as a script")
			}
		})
	}

	t.Run("copying ticks the button, the card and the progress", func(t *testing.T) {
		t.Parallel()
		tab := chromium.open(t, sharedPage())
		tab.click(copyButton("Resource › Base URL"))
		tab.wait(`document.querySelector('.copied')`)
		got := []string{tab.innerText(copyButton("Resource › Base URL")), tab.text("#progress"), tab.text("#status")}
		if diff := cmp.Diff([]string{"Copied Resource › Base URL", "1 of 20 copied", "Copied Resource › Base URL"}, got); diff != "" {
			t.Error(diff)
		}
		if done := evaluate[int](tab, `document.querySelectorAll('.done').length`); done != 0 {
			t.Errorf("%d cards are done after one value", done)
		}
		// The period is all there is to copy in its card: the trigger is chosen.
		tab.click(copyButton("Refresh auth workflow › Period"))
		tab.wait(`document.querySelectorAll('.done').length === 1`)
	})

	t.Run("a second list of steps is ticked but does not count", func(t *testing.T) {
		t.Parallel()
		p := sharedPage()
		tab := chromium.open(t, p)
		tab.do(`for (const b of ` + copyButton("Refresh auth workflow, step 2 › Variable") + `.closest('.step').querySelectorAll('[data-copy]')) b.click()`)
		tab.wait(`document.querySelector('.done')`)
		if got, want := tab.text("#progress"), fmt.Sprintf("0 of %d copied", p.Copies()); got != want {
			t.Errorf("the progress is %q, want %q", got, want)
		}
		if got := tab.text(".done h2"); !strings.Contains(got, "Refresh auth workflow, step 2") {
			t.Errorf("done is %q", got)
		}
		tab.do(`for (const b of document.querySelectorAll('[data-counts]')) b.click()`)
		tab.wait(`document.querySelector('#progress.complete')`)
		if got := tab.text(".step:has([data-copy]):not(.done) h2"); !strings.Contains(got, "Refresh auth workflow, step 1") {
			t.Errorf("left is %q", got)
		}
	})

	t.Run("a query is ticked but does not count, and what it must answer is not copied", func(t *testing.T) {
		t.Parallel()
		p := sharedPage()
		tab := chromium.open(t, p)
		tab.do(`for (const b of ` + copyButton("Query getMe › Path") + `.closest('.step').querySelectorAll('[data-copy]')) b.click()`)
		tab.wait(`document.querySelector('.done')`)
		got := []string{tab.text("#progress"), tab.text(".done h2"), tab.text(".done .expected")}
		if diff := cmp.Diff([]string{fmt.Sprintf("0 of %d copied", p.Copies()), "Query getMe: GET /me", "200"}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		p.Form.Queries = nil
		if without := p.Copies(); without != sharedPage().Copies() {
			t.Errorf("%d values count, without queries %d", sharedPage().Copies(), without)
		}
	})

	t.Run("the progress survives a reload, and no value is stored", func(t *testing.T) {
		t.Parallel()
		p := sharedPage()
		tab := chromium.open(t, p)
		secret := "Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value"
		tab.click(copyButton("Refresh auth workflow › Period"))
		tab.wait(`document.querySelectorAll('.copied').length === 1`)
		tab.click(copyButton(secret))
		tab.wait(`document.querySelectorAll('.copied').length === 2`)
		tab.run(chromedp.Reload())
		got := []string{
			tab.innerText(copyButton(secret)), tab.text("#progress"), tab.text(".done h2"),
			evaluate[string](tab, `localStorage.getItem('retool-form ' + location.pathname)`),
		}
		if diff := cmp.Diff([]string{
			"Copied " + secret, "2 of 20 copied", "Refresh auth workflow",
			`{"written":"2025-11-23T09:31:01Z","copied":["auth-workflow-step-1-body-params-row-3-value","refresh-auth-workflow-period"]}`,
		}, got); diff != "" {
			t.Errorf("after a reload (-want +got):\n%s", diff)
		}
		if stored := evaluate[string](tab, `JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie`); strings.Contains(stored, pageToken[:20]) {
			t.Error("the token is stored")
		}

		// The next page of the stage has another token to copy.
		p.WrittenAt = p.WrittenAt.Add(time.Minute)
		tab.rewrite(p)
		tab.run(chromedp.Reload())
		if got := tab.text("#progress"); got != "0 of 20 copied" {
			t.Errorf("a page that was written anew begins with %q", got)
		}
	})

	for name, storage := range map[string]string{
		"that is forbidden":     `Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('forbidden', 'SecurityError'); }})`,
		"that is full":          `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }`,
		"with null in it":       `localStorage.setItem('retool-form ' + location.pathname, 'null')`,
		"with other things":     `localStorage.setItem('retool-form ' + location.pathname, '{"written":"2025-11-23T09:31:01Z","copied":5}')`,
		"with what is not JSON": `localStorage.setItem('retool-form ' + location.pathname, 'copied')`,
		"that is not there":     `Object.defineProperty(window, 'localStorage', {value: null})`,
	} {
		t.Run("copying works with a storage "+name, func(t *testing.T) {
			t.Parallel()
			tab := chromium.open(t, sharedPage(), runBefore(storage))
			tab.click(copyButton("Resource › Base URL"))
			tab.wait(`document.querySelector('.copied')`)
			if got := tab.text("#progress"); got != "1 of 20 copied" {
				t.Errorf("the progress is %q", got)
			}
		})
	}

	t.Run("what is chosen from a list looks so and has nothing to copy", func(t *testing.T) {
		t.Parallel()
		for _, p := range []Page{sharedPage(), passwordPage(), perUserPage()} {
			tab := chromium.open(t, p)
			got := evaluate[[]string](tab, `[...document.querySelectorAll('.choice')].filter(e => e.querySelector('svg') && !e.querySelector('button, code')).map(e => e.innerText.trim())`)
			if diff := cmp.Diff(choices(p), got); diff != "" {
				t.Errorf("chosen (-want +got):\n%s", diff)
			}
		}
	})

	for name, broken := range map[string]string{
		"without the clipboard API": `Object.defineProperty(navigator, 'clipboard', {value: undefined})`,
		"if copying is not allowed": `Clipboard.prototype.writeText = () => Promise.reject(new Error('not allowed'))`,
	} {
		t.Run("it copies with execCommand "+name, func(t *testing.T) {
			tab := chromium.open(t, sharedPage(), runBefore(`window.savedClipboard = navigator.clipboard; `+broken))
			tab.click(copyButton("Resource › Base URL"))
			tab.wait(`document.querySelector('.copied')`)
			if got := tab.clipboard(); got != pageDeployment.BaseURL {
				t.Errorf("on the clipboard: %q", got)
			}
			if got := tab.innerText(`document.activeElement`); got != "Copied Resource › Base URL" {
				t.Errorf("the focus is on %q", got)
			}
		})
	}

	t.Run("a value that cannot be copied is selected", func(t *testing.T) {
		t.Parallel()
		tab := chromium.open(t, sharedPage(), runBefore(`Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false`))
		tab.click(copyButton("Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value"))
		tab.wait(`document.querySelector('#status.visible')`)
		if got, want := evaluate[string](tab, `getSelection().toString()`), `{"REFRESH_TOKEN":"`+pageToken+`"}`; got != want {
			t.Errorf("%q is selected", got)
		}
		if got := tab.text("#status"); !strings.Contains(got, "press Ctrl+C") {
			t.Errorf("the page says %q", got)
		}
		if evaluate[bool](tab, `!!document.querySelector('.copied')`) {
			t.Error("the button says that the value was copied")
		}
	})

	for name, p := range map[string]Page{"nested": sharedPage(), "flat": flatPage()} {
		t.Run("the refresh token is masked until it is revealed/"+name, func(t *testing.T) {
			t.Parallel()
			tab := chromium.open(t, p)
			seen := func() []bool {
				tree := devtools(tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
				heard := slices.ContainsFunc(tree.Nodes, func(n *accessibility.Node) bool {
					return n.Name != nil && strings.Contains(string(n.Name.Value), pageToken)
				})
				return []bool{strings.Contains(tab.text("body"), pageToken), heard}
			}
			button := `document.querySelector('[data-reveal]')`
			var got [][]bool
			var labels []string
			for range 3 {
				got = append(got, seen())
				labels = append(labels, strings.Fields(tab.innerText(button))[0])
				tab.click(button)
			}
			if diff := cmp.Diff([][]bool{{false, false}, {true, true}, {false, false}}, got); diff != "" {
				t.Errorf("seen and heard, at first, revealed and hidden (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"Reveal", "Hide", "Reveal"}, labels); diff != "" {
				t.Error(diff)
			}
			if copied := evaluate[int](tab, `document.querySelectorAll('.copied').length`); copied != 0 {
				t.Error("revealing copied the value")
			}
		})
	}

	t.Run("Reveal and Copy move nothing", func(t *testing.T) {
		t.Parallel()
		for _, p := range []Page{sharedPage(), flatPage()} {
			tab := chromium.open(t, p)
			for _, screen := range screens {
				tab.run(chromedp.EmulateViewport(screen.width, screen.height))
				for _, language := range []string{"en", "ja"} {
					tab.choose(language)
					for _, button := range []string{"[data-reveal]", "[data-reveal]", "[data-copy]"} {
						before := evaluate[[]string](tab, positions)
						tab.do(`document.querySelector('` + button + `').click()`)
						if diff := cmp.Diff(before, evaluate[[]string](tab, positions)); diff != "" {
							t.Errorf("in %s on %d px, after a click on %s (-before +after):\n%s", language, screen.width, button, diff)
						}
					}
				}
			}
		}
	})

	t.Run("a revealed token is scrolled by keyboard", func(t *testing.T) {
		t.Parallel()
		tab := chromium.open(t, sharedPage())
		tab.do(`document.querySelector('[data-reveal]').focus()`)
		tab.run(chromedp.KeyEvent(kb.Enter))
		tab.wait(`document.querySelector('.revealed')`)
		tab.do(`document.querySelector('.revealed .box').focus()`)
		tab.run(chromedp.KeyEvent(kb.End))
		tab.wait(`document.querySelector('.revealed .box').scrollTop > 0`)
	})

	t.Run("values break where words do", func(t *testing.T) {
		t.Parallel()
		for _, p := range []Page{sharedPage(), flatPage(), perUserPage()} {
			tab := chromium.open(t, p)
			for _, screen := range screens {
				tab.run(chromedp.EmulateViewport(screen.width, screen.height))
				if broken := evaluate[[]string](tab, brokenWords); len(broken) > 0 {
					t.Errorf("on %d px: %s", screen.width, strings.Join(broken, "\n"))
				}
			}
		}
	})

	t.Run("nothing is masked without a token", func(t *testing.T) {
		t.Parallel()
		for _, p := range []Page{perUserPage(), unprovenPage()} {
			if n := evaluate[int](chromium.open(t, p), `document.querySelectorAll('[data-reveal], .mask').length`); n != 0 {
				t.Errorf("%d elements to mask", n)
			}
		}
	})

	t.Run("print hides the refresh token", func(t *testing.T) {
		t.Parallel()
		tab := chromium.open(t, sharedPage())
		tab.click(`document.querySelector('[data-reveal]')`)
		devtools(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		printed := tab.text("body")
		if strings.Contains(printed, pageToken[:20]) {
			t.Error("the token is printed")
		}
		for _, want := range []string{`{"REFRESH_TOKEN":"••••••••••••"}`, pageDeployment.BaseURL} {
			if !strings.Contains(printed, want) {
				t.Errorf("%s is not printed", want)
			}
		}
		if strings.Contains(printed, "Copy") {
			t.Error("buttons are printed")
		}
	})

	t.Run("nothing is loaded but the file", func(t *testing.T) {
		t.Parallel()
		for _, p := range []Page{sharedPage(), passwordPage(), perUserPage(), unprovenPage(), failedPage()} {
			tab := chromium.open(t, p)
			if diff := cmp.Diff([]string{tab.address}, tab.Requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		}
	})

	t.Run("nothing can be loaded or sent", func(t *testing.T) {
		t.Parallel()
		tab := chromium.open(t, sharedPage(), mayComplain)
		blocked := evaluate[[]string](tab, `(async () => {
			const blocked = [];
			document.addEventListener('securitypolicyviolation', event => blocked.push(event.effectiveDirective));
			const add = (name, values) => document.body.append(Object.assign(document.createElement(name), values));
			add('img', {src: 'http://127.0.0.1:9/'});
			add('script', {text: 'window.broken = 1'});
			add('script', {src: 'http://127.0.0.1:9/'});
			add('style', {textContent: 'body { display: none }'});
			add('link', {rel: 'stylesheet', href: 'http://127.0.0.1:9/'});
			add('iframe', {src: 'http://127.0.0.1:9/'});
			add('form', {action: 'http://127.0.0.1:9/'});
			document.forms[0].submit();
			await fetch('http://127.0.0.1:9/').catch(() => {});
			for (let i = 0; i < 1200 && blocked.length < 8; i++) await new Promise(done => setTimeout(done, 50));
			return blocked.sort();
		})()`)
		want := []string{"connect-src", "form-action", "frame-src", "img-src", "script-src-elem", "script-src-elem", "style-src-elem", "style-src-elem"}
		if diff := cmp.Diff(want, blocked); diff != "" {
			t.Errorf("blocked (-want +got):\n%s", diff)
		}
	})

	for _, width := range []int64{360, 768, 1400} {
		t.Run(fmt.Sprintf("it fits into a window of %d px", width), func(t *testing.T) {
			t.Parallel()
			for _, p := range []Page{sharedPage(), passwordPage(), perUserPage(), failedPage()} {
				tab := chromium.open(t, p)
				tab.run(chromedp.EmulateViewport(width, 800))
				tab.do(openDetails + `for (const b of document.querySelectorAll('[data-reveal]')) b.click()`)
				for _, language := range []string{"en", "ja"} {
					tab.choose(language)
					if faults := evaluate[[]string](tab, misplaced); len(faults) > 0 {
						t.Errorf("in %s: %s", language, strings.Join(faults, "\n"))
					}
				}
			}
		})
	}

	t.Run("it fits with text of twice the size", func(t *testing.T) {
		t.Parallel()
		for _, p := range []Page{localPage(), perUserPage(), failedPage()} {
			tab := chromium.open(t, p)
			devtools(tab, page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: 32, Fixed: 26}})
			for _, screen := range screens {
				tab.run(chromedp.EmulateViewport(screen.width, screen.height))
				tab.do(openDetails + `document.querySelector('[data-reveal]')?.click()`)
				for _, language := range []string{"en", "ja"} {
					tab.choose(language)
					if size := evaluate[string](tab, `getComputedStyle(document.body).fontSize`); size != "32px" {
						t.Fatalf("the text is %s high", size)
					}
					if high := evaluate[float64](tab, `document.querySelector('.progress').clientHeight`); high > 64 {
						t.Errorf("in %s on %d px the progress is %.0f px high, more than a line", language, screen.width, high)
					}
					if faults := evaluate[[]string](tab, misplaced); len(faults) > 0 {
						t.Errorf("in %s on %d px: %s", language, screen.width, strings.Join(faults, "\n"))
					}
				}
			}
		}
	})

	for name, p := range map[string]Page{"shared": sharedPage(), "local": localPage(), "per user": perUserPage(), "without a token": unprovenPage()} {
		t.Run("the first value to copy is on the first screen/"+name, func(t *testing.T) {
			t.Parallel()
			tab := chromium.open(t, p)
			for _, screen := range screens {
				tab.run(chromedp.EmulateViewport(screen.width, screen.height))
				for _, language := range []string{"en", "ja"} {
					tab.choose(language)
					tab.do(`scrollTo(0, 0)`)
					if bottom := evaluate[float64](tab, copyButton("Resource › Name")+`.getBoundingClientRect().bottom`); bottom > float64(screen.height) {
						t.Errorf("in %s on %d by %d it reaches down to %.0f px", language, screen.width, screen.height, bottom)
					}
				}
			}
		})
	}

	t.Run("only the checks that passed are folded, into one line", func(t *testing.T) {
		t.Parallel()
		tab := chromium.open(t, failedPage())
		for _, screen := range screens {
			tab.run(chromedp.EmulateViewport(screen.width, screen.height))
			for _, language := range []string{"en", "ja"} {
				tab.choose(language)
				got := evaluate[[]int](tab, `[
					[...document.querySelectorAll('.failed')].filter(e => e.checkVisibility()).length,
					[...document.querySelectorAll('.passed')].filter(e => e.checkVisibility()).length,
					(e => Math.round(e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight)))(document.querySelector('.proven summary span')),
				]`)
				if diff := cmp.Diff([]int{2, 0, 1}, got); diff != "" {
					t.Errorf("in %s on %d px: failed, passed, lines (-want +got):\n%s", language, screen.width, diff)
				}
			}
		}
		tab.click(`document.querySelector('.proven summary')`)
		tab.wait(`[...document.querySelectorAll('.passed')].filter(e => e.checkVisibility()).length === 4`)
	})

	t.Run("the picture of the tokens has no line or word through a word", func(t *testing.T) {
		t.Parallel()
		long, short := pageDeployment, pageDeployment
		long.AccessTokenMinutes, long.RefreshTokenDays = 24*60, 3650
		short.AccessTokenMinutes, short.RefreshTokenDays = 5, 1
		choices := form.Choices{SignIn: form.Shared, Request: form.Nested}
		for _, p := range []Page{sharedPage(), pageOf(form.New(long, choices)), pageOf(form.New(short, choices))} {
			tab := chromium.open(t, p)
			for _, screen := range screens {
				tab.run(chromedp.EmulateViewport(screen.width, screen.height))
				for _, language := range []string{"en", "ja"} {
					tab.choose(language)
					if faults := evaluate[[]string](tab, crossed); len(faults) > 0 {
						t.Errorf("in %s on %d px: %s", language, screen.width, strings.Join(faults, "\n"))
					}
				}
			}
		}
	})

	t.Run("code in a text has its own font and does not break", func(t *testing.T) {
		t.Parallel()
		for _, p := range []Page{sharedPage(), passwordPage(), perUserPage(), unprovenPage(), failedPage()} {
			tab := chromium.open(t, p)
			tab.do(openDetails)
			for _, screen := range screens {
				tab.run(chromedp.EmulateViewport(screen.width, screen.height))
				for _, language := range []string{"en", "ja"} {
					tab.choose(language)
					if faults := evaluate[[]string](tab, brokenCode); len(faults) > 0 {
						t.Errorf("in %s on %d px: %s", language, screen.width, strings.Join(faults, "\n"))
					}
				}
			}
		}
	})

	t.Run("a Japanese word does not break", func(t *testing.T) {
		t.Parallel()
		for _, p := range []Page{sharedPage(), perUserPage(), unprovenPage(), failedPage()} {
			tab := chromium.open(t, p, speaking("ja"))
			tab.do(openDetails)
			for _, screen := range screens {
				tab.run(chromedp.EmulateViewport(screen.width, screen.height))
				if faults := evaluate[[]string](tab, brokenJapanese); len(faults) > 0 {
					t.Errorf("on %d px: %s", screen.width, strings.Join(faults, "\n"))
				}
			}
		}
	})

	for language, want := range map[string]string{"ja-JP": "ja", "fr-FR": "en"} {
		t.Run("a browser in "+language+" gets "+want, func(t *testing.T) {
			t.Parallel()
			tab := chromium.open(t, sharedPage(), speaking(language))
			if got := evaluate[string](tab, `document.documentElement.lang`); got != want {
				t.Errorf("the page is in %s", got)
			}
		})
	}

	t.Run("the address chooses the language", func(t *testing.T) {
		t.Parallel()
		tab := chromium.open(t, sharedPage(), speaking("ja"))
		tab.run(chromedp.Navigate(tab.address + "#en"))
		tab.wait(`document.documentElement.lang === 'en'`)
	})

	t.Run("every field has an address, which shows and marks it", func(t *testing.T) {
		t.Parallel()
		for _, p := range []Page{sharedPage(), passwordPage(), perUserPage()} {
			tab := chromium.open(t, p, speaking("ja"))
			tab.choose("en")
			var addresses []string
			for _, section := range p.Form.Sections() {
				for _, id := range identities(section) {
					addresses = append(addresses, id.Anchor())
				}
			}
			for _, fault := range evaluate[[]string](tab, fmt.Sprintf(`(%q.split(' ').flatMap(%s))`, strings.Join(addresses, " "), missed)) {
				t.Error(fault)
			}
			if twice := evaluate[[]string](tab, `[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)`); len(twice) > 0 {
				t.Errorf("addresses of more than one place: %s", twice)
			}
		}
	})

	t.Run("a check that failed links to the field that it names", func(t *testing.T) {
		t.Parallel()
		tab := chromium.open(t, failedPage())
		tab.do(`document.querySelector('.failed a').focus()`)
		tab.run(chromedp.KeyEvent(kb.Enter))
		tab.wait(`document.querySelector(':target')`)
		if got, want := tab.text(":target code"), pageDeployment.ClientID; got != want {
			t.Errorf("the link leads to %q, want %q", got, want)
		}
	})

	t.Run("the language switch translates the page and keeps the ticks", func(t *testing.T) {
		t.Parallel()
		tab := chromium.open(t, sharedPage())
		tab.click(copyButton("Resource › Base URL"))
		tab.wait(`document.querySelector('.copied')`)
		tab.choose("ja")
		got := []string{
			evaluate[string](tab, `document.documentElement.lang + location.hash`), tab.text(".proven summary"), tab.text("#progress"),
			tab.innerText(`document.querySelector('.copied')`),
		}
		if diff := cmp.Diff([]string{"ja#ja", "4 件の確認に成功（2025年11月23日）", "1 / 20 件コピー済み", "コピー済み リソース › Base URL"}, got); diff != "" {
			t.Error(diff)
		}
		if english := evaluate[string](tab, `[...document.querySelectorAll('.en')].map(e => e.offsetParent ? e.innerText : '').join('')`); english != "" {
			t.Errorf("in English: %s", english)
		}
		tab.choose("en")
		if got := tab.text("#progress"); got != "1 of 20 copied" {
			t.Errorf("back in English: %s", got)
		}
	})

	t.Run("every button is reached by Tab, in order and in sight", func(t *testing.T) {
		t.Parallel()
		tab := chromium.open(t, sharedPage())
		tab.do(openDetails)
		want := evaluate[[]string](tab, `[...document.querySelectorAll('input:checked, button, summary, a')].map(e => e.innerText || e.value)`)
		var got, hidden []string
		for range want {
			tab.run(chromedp.KeyEvent(kb.Tab))
			got = append(got, evaluate[string](tab, `document.activeElement.innerText || document.activeElement.value`))
			if fault := evaluate[string](tab, outOfSight); fault != "" {
				hidden = append(hidden, fault)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("stops of Tab (-want +got):\n%s", diff)
		}
		if hidden != nil {
			t.Errorf("out of sight: %s", strings.Join(hidden, "\n"))
		}
	})

	t.Run("Enter and Space copy, reveal and choose", func(t *testing.T) {
		tab := chromium.open(t, sharedPage())
		for i, key := range []string{kb.Enter, " "} {
			tab.do(`document.querySelectorAll('[data-copy]')[` + fmt.Sprint(i) + `].focus()`)
			tab.run(chromedp.KeyEvent(key))
			tab.wait(fmt.Sprintf(`document.querySelectorAll('.copied').length === %d`, i+1))
			if got, want := tab.clipboard(), copyValues(sharedPage())[i]; got != want {
				t.Errorf("key %d copied %q, want %q", i, got, want)
			}
		}
		tab.do(`document.querySelector('[data-reveal]').focus()`)
		tab.run(chromedp.KeyEvent(kb.Enter))
		tab.wait(`document.querySelector('.revealed')`)
		tab.do(`document.querySelector('input:checked').focus()`)
		tab.run(chromedp.KeyEvent(kb.ArrowRight))
		tab.wait(`document.documentElement.lang === 'ja'`)
	})

	axe := readAxe(t)
	const used = `for (const b of document.querySelectorAll('[data-reveal], .step:nth-of-type(even) [data-copy]')) b.click()`
	for name, test := range map[string]struct {
		page   Page
		states []string // scripts, each of which changes the page
	}{
		"shared":   {failedPage(), []string{``, openDetails, used}},
		"local":    {localPage(), []string{``}},
		"per user": {perUserPage(), []string{openDetails + used}},
	} {
		t.Run("axe-core finds no violation/"+name, func(t *testing.T) {
			t.Parallel()
			tab := chromium.open(t, test.page)
			tab.do(axe)
			for _, state := range test.states {
				tab.do(state)
				for _, scheme := range []string{"light", "dark"} {
					devtools(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
						{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
					for _, language := range []string{"en", "ja"} {
						tab.choose(language)
						for _, screen := range screens {
							tab.run(chromedp.EmulateViewport(screen.width, screen.height))
							for _, fault := range tab.axe() {
								t.Errorf("in %s, %s, on %d px: %s", language, scheme, screen.width, fault)
							}
						}
					}
				}
			}
		})
	}
}

// axe returns what axe-core, which is in the tab, finds.
func (tab *tab) axe() []string {
	tab.t.Helper()
	result := evaluate[struct{ Passes, Violations []string }](tab, `axe.run().then(({passes, violations}) => ({
		Passes: passes.map(rule => rule.id),
		Violations: violations.flatMap(rule => rule.nodes.map(node => rule.id + ': ' + node.target + ': ' + node.failureSummary)),
	}))`)
	for _, rule := range []string{"color-contrast", "button-name", "html-has-lang", "svg-img-alt"} {
		if !slices.Contains(result.Passes, rule) {
			result.Violations = append(result.Violations, "the rule "+rule+" did not run")
		}
	}
	return result.Violations
}

func readAxe(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(projecttest.Root(t), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("%v: npm ci installs it", err)
	}
	return string(source)
}

// openDetails opens every details element.
const openDetails = `for (const details of document.querySelectorAll('details')) details.open = true;`

// copyButton returns the expression for the copy button of an input.
func copyButton(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('[data-copy]')].find(b => b.querySelector(':scope > .unseen .en').textContent.trim() === %q)`, name)
}

// misplaced lists elements that reach over the side of the window, and buttons
// that are too small for a finger.
const misplaced = `(() => {
	const faults = [];
	const name = e => e.tagName + ' ' + e.id + ' ' + e.textContent.trim().slice(0, 40);
	if (document.documentElement.scrollWidth > innerWidth) faults.push('the page is ' + document.documentElement.scrollWidth + ' px wide');
	for (const e of document.querySelectorAll('body *')) {
		const r = e.getBoundingClientRect();
		if (!r.width || e.closest('.unseen')) continue;
		if (r.left < -0.5 || r.right > innerWidth + 0.5) faults.push(name(e) + ' lies from ' + r.left + ' to ' + r.right);
		if (e.matches('button, summary, .languages span') && (r.width < 44 || r.height < 44)) faults.push(name(e) + ' is ' + r.width + ' by ' + r.height);
		const code = e.matches('code, pre') && e.parentElement.getBoundingClientRect();
		if (code && r.right > code.right + 0.5) faults.push(name(e) + ' reaches out of its box');
	}
	return faults;
})()`

// positions says where the boxes, the buttons and the cards are.
const positions = `[...document.querySelectorAll('.box, button, .card, .field')].map(e => {
	const r = e.getBoundingClientRect();
	return [e.tagName, e.id, e.dataset.copy, r.left, r.top + scrollY, r.width, r.height].join(' ');
})`

// brokenWords lists the visible values that a line end cuts within a word that
// would fit into a line.
const brokenWords = `(() => {
	const broken = [];
	const range = document.createRange();
	const top = (node, i) => {
		range.setStart(node, i);
		range.setEnd(node, i + 1);
		return range.getBoundingClientRect().top;
	};
	for (const code of document.querySelectorAll('.box code')) {
		if (!code.checkVisibility()) continue;
		const texts = [...code.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
		const tops = texts.flatMap(text => [...text.data].map((_, i) => top(text, i)));
		const value = code.textContent;
		for (const {0: word, index} of value.matchAll(/[A-Z]*[a-z0-9]+|[A-Z]+/g)) {
			const cut = new Set(tops.slice(index, index + word.length)).size > 1;
			if (cut && word.length * 8.7 < code.parentElement.clientWidth - 26) broken.push(word + ' of ' + value);
		}
	}
	return broken;
})()`

// crossed lists the words of the picture through which a line or an edge goes, or
// another word. A line that a bar covers cannot be seen.
const crossed = `(() => {
	const faults = [];
	const drawing = [...document.querySelectorAll('svg.flow')].find(e => e.checkVisibility());
	const texts = [...drawing.querySelectorAll('text')];
	const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
	for (const text of texts) {
		const box = text.getBBox();
		for (const path of drawing.querySelectorAll('path')) {
			const line = path.getBBox();
			if (text.matches('.inside') && path.matches('.issue')) {
				const bar = text.previousElementSibling.getBBox();
				if (overlap(box, bar) && line.x > bar.x && line.x < bar.x + bar.width) continue; // covered
			}
			if (overlap(box, {x: line.x, y: line.y, width: line.width || 1, height: line.height || 1})) faults.push(path.getAttribute('class') + ' goes through ' + text.textContent);
		}
		for (const bar of drawing.querySelectorAll('rect')) {
			const r = bar.getBBox();
			const inside = box.x >= r.x && box.x + box.width <= r.x + r.width && box.y >= r.y && box.y + box.height <= r.y + r.height;
			if (overlap(box, r) && !inside) faults.push('the edge of a bar goes through ' + text.textContent);
		}
		for (const other of texts) {
			if (other !== text && overlap(box, other.getBBox())) faults.push(other.textContent + ' lies on ' + text.textContent);
		}
	}
	return texts.length ? faults : ['no picture is shown'];
})()`

// brokenJapanese lists the words in katakana, and the numbers with what they count,
// that a line end cuts.
const brokenJapanese = `(() => {
	const faults = [];
	let seen = 0;
	const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const parent = walker.currentNode.parentElement;
		if (!parent.closest('.ja') || parent.closest('svg, .unseen') || !parent.checkVisibility()) continue;
		for (const word of walker.currentNode.data.matchAll(/[ァ-ヶー]{2,}|\d+\s[ぁ-んァ-ヶ一-龠]/g)) {
			seen++;
			const range = document.createRange();
			range.setStart(walker.currentNode, word.index);
			range.setEnd(walker.currentNode, word.index + word[0].length);
			if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) faults.push(word[0] + ' is cut in ' + walker.currentNode.data);
		}
	}
	return seen ? faults : ['no word is shown'];
})()`

// brokenCode lists the code in texts that looks like the text around it, or that
// a line end cuts although a line has room for it, and the code that is not marked.
const brokenCode = `(() => {
	const faults = [];
	function textRects(element) {
		const rects = [], walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
		while (walker.nextNode()) {
			const range = document.createRange();
			range.selectNodeContents(walker.currentNode);
			rects.push(...[...range.getClientRects()].filter(r => r.width));
		}
		return rects;
	}
	const texts = [...document.querySelectorAll('p, li, dd, summary')].filter(e => e.checkVisibility());
	const codes = new Set(texts.flatMap(e => [...e.querySelectorAll('code')]).filter(e => e.checkVisibility() && !e.closest('.box, .input')));
	for (const code of codes) {
		const line = code.closest('p, li, dd, summary').clientWidth;
		const lines = new Set(textRects(code).map(r => Math.round(r.top))).size;
		if (!getComputedStyle(code).fontFamily.includes('monospace')) faults.push(code.textContent + ' has the font of the text');
		if (lines > 1 && code.textContent.length * 8.7 < line - 40) faults.push(code.textContent + ' is cut into ' + lines);
	}
	for (const word of document.querySelectorAll('.word')) {
		if (new Set(textRects(word).map(r => Math.round(r.top))).size > 1) faults.push(word.textContent + ' is cut');
	}
	for (const code of codes) {
		const [before, after] = [code.previousSibling, code.nextSibling].map(node => node?.nodeType === Node.TEXT_NODE ? node.data : '');
		const beside = /[（(「]$/.test(before) || /^[、。，：）」.,:;)]/.test(after);
		if (beside && !code.parentElement.matches('.glued')) faults.push('a line can end beside ' + code.textContent);
	}
	const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const parent = walker.currentNode.parentElement;
		if (parent.closest('code, pre, .box, svg, .unseen, dt, .column, a, script') || !parent.checkVisibility()) continue;
		const found = walker.currentNode.data.match(/\w*[a-z][A-Z]\w*|\w+_\w+|\{\{|--\w+|\/\w+/);
		if (found) faults.push(found[0] + ' is not marked in ' + walker.currentNode.data);
	}
	return codes.size ? faults : ['no code is shown'];
})()`

// missed opens an address of a field and says why a person would not find it.
const missed = `id => {
	location.hash = id;
	const e = document.querySelector(':target');
	if (e?.id !== id) return [id + ' is not there'];
	const r = e.getBoundingClientRect();
	if (r.top < document.querySelector('.bar').getBoundingClientRect().bottom || r.top >= innerHeight) return [id + ' lies at ' + r.top];
	if (getComputedStyle(e).outlineStyle !== 'solid') return [id + ' is not marked'];
	return document.documentElement.lang === 'en' ? [] : [id + ' changed the language'];
}`

// outOfSight says why a person would not see where the focus is, or "".
const outOfSight = `(() => {
	const e = document.activeElement;
	const shown = e.matches('input') ? e.nextElementSibling : e;
	const r = shown.getBoundingClientRect();
	const bar = e.closest('.bar') ? 0 : document.querySelector('.bar').getBoundingClientRect().bottom;
	if (r.top < bar || r.bottom > innerHeight) return e.innerText + ' lies from ' + r.top + ' to ' + r.bottom;
	if (getComputedStyle(shown).outlineStyle !== 'solid') return e.innerText + ' has no focus ring';
	return '';
})()`

// screens are those of a computer and of a phone.
var screens = []struct{ width, height int64 }{{1280, 900}, {390, 844}}

// chromium is the one browser of the tests.
type chromium struct{ browser.Browser }

// tab is a page opened from a file.
type tab struct {
	*browser.Tab
	t       *testing.T
	path    string
	address string
}

// rewrite writes a page into the tab's file.
func (tab *tab) rewrite(p Page) {
	tab.t.Helper()
	var written bytes.Buffer
	if err := p.Write(&written); err != nil {
		tab.t.Fatal(err)
	}
	if err := os.WriteFile(tab.path, written.Bytes(), 0o600); err != nil {
		tab.t.Fatal(err)
	}
}

type tabOption func(*tab)

// runBefore runs a script before those of the page.
func runBefore(script string) tabOption {
	return func(tab *tab) {
		devtools(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	}
}

// speaking sets the language of the browser.
func speaking(language string) tabOption {
	return func(tab *tab) {
		agent := evaluate[string](tab, `navigator.userAgent`)
		devtools(tab, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: language})
	}
}

// mayComplain lets the test pass although the browser complains.
func mayComplain(tab *tab) { tab.Tolerate() }

// open opens the page in English.
func (c chromium) open(t *testing.T, p Page, options ...tabOption) *tab {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	tab := &tab{Tab: c.Open(t), t: t, path: path, address: (&url.URL{Scheme: "file", Path: path}).String()}
	tab.rewrite(p)
	devtools(tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	speaking("en-US")(tab)
	for _, apply := range options {
		apply(tab)
	}
	tab.run(chromedp.Navigate(tab.address))
	return tab
}

func devtools[P, R any](tab *tab, command cdp.Command[P, R], params P) R {
	tab.t.Helper()
	result, err := chromedp.Call(tab.Context, command, params)
	if err != nil {
		tab.t.Fatal(err)
	}
	return result
}

// evaluate returns the value of an expression, or the result of a promise.
func evaluate[T any](tab *tab, expression string) T {
	tab.t.Helper()
	value, err := chromedp.Run(tab.Context, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.t.Fatalf("%v: %.200s", err, expression)
	}
	return value
}

func (tab *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	if err := chromedp.Do(tab.Context, actions...); err != nil {
		tab.t.Fatal(err)
	}
}

func (tab *tab) do(script string) {
	tab.t.Helper()
	evaluate[chromedp.Void](tab, script+";undefined")
}

// wait waits until an expression is true.
func (tab *tab) wait(expression string) {
	tab.t.Helper()
	if _, err := chromedp.Run(tab.Context, chromedp.Poll[bool](`!!(`+expression+`)`, chromedp.WithPollingTimeout(time.Minute))); err != nil {
		tab.t.Fatalf("%v: %s", err, expression)
	}
}

// click clicks on the middle of an element.
func (tab *tab) click(element string) {
	tab.t.Helper()
	at := evaluate[[]float64](tab, `(e => {
		e.scrollIntoView({block: 'center', behavior: 'instant'});
		const r = e.getBoundingClientRect();
		return [r.left + r.width / 2, r.top + r.height / 2];
	})(`+element+`)`)
	tab.run(chromedp.MouseClickXY(at[0], at[1]))
}

// choose clicks on a language.
func (tab *tab) choose(language string) {
	tab.t.Helper()
	tab.click(`document.querySelector('input[value=` + language + `]')`)
	tab.wait(`document.documentElement.lang === '` + language + `'`)
}

// innerText returns the visible text of an element in one line.
func (tab *tab) innerText(element string) string {
	tab.t.Helper()
	return strings.Join(strings.Fields(evaluate[string](tab, element+`.innerText`)), " ")
}

func (tab *tab) text(selector string) string {
	tab.t.Helper()
	return tab.innerText(`document.querySelector('` + selector + `')`)
}

func (tab *tab) clipboard() string {
	tab.t.Helper()
	return evaluate[string](tab, `(window.savedClipboard || navigator.clipboard).readText()`)
}
