package page

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/command"
	"retoolapi/internal/form"
	"retoolapi/internal/projecttest"
)

func TestThePageIsWrittenAsBefore(t *testing.T) {
	for name, page := range map[string]Page{"page-shared": sharedPage(), "page-per-user": perUserPage(), "page-password": passwordPage()} {
		var b bytes.Buffer
		if err := page.Write(&b); err != nil {
			t.Fatal(err)
		}
		projecttest.Golden(t, name+".html.golden", withoutAssets(b.String()))
	}
}

// withoutAssets returns a page with the names of the style and of the script
// instead of their contents, so that a change of these changes no golden file.
func withoutAssets(page string) string {
	page = strings.NewReplacer(pageCSS, "page.css", pageJS, "page.js").Replace(page)
	return regexp.MustCompile(`sha256-.*?=`).ReplaceAllString(page, "sha256-HASH")
}

func TestEveryNoteAndProofIsTranslatedAndNothingElse(t *testing.T) {
	if diff := cmp.Diff(slices.Sorted(slices.Values(form.Notes)), slices.Sorted(maps.Keys(notesInJapanese))); diff != "" {
		t.Errorf("the notes (-) and their translations (+):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(form.ProofNames)), slices.Sorted(maps.Keys(proofsInJapanese))); diff != "" {
		t.Errorf("the proofs (-) and their translations (+):\n%s", diff)
	}
	found := append(callTexts(t, "../../../scripts/retool/*.go", "Found", "Failed"), callTexts(t, "../*.go", "Found")...)
	found = slices.Compact(slices.Sorted(slices.Values(found)))
	if diff := cmp.Diff(found, slices.Sorted(maps.Keys(foundInJapanese))); diff != "" {
		t.Errorf("what the checks find (-) and their translations (+):\n%s", diff)
	}
}

func TestEveryTextIsTranslatedAndNothingElse(t *testing.T) {
	texts := map[string]bool{}
	add := func(source string, found []string) {
		if len(found) == 0 {
			t.Errorf("found no text in %s", source)
		}
		for _, text := range found {
			texts[text] = true
		}
	}
	add("the template", templateTexts(t))
	add("say", callTexts(t, "*.go", "say"))
	add("the sections", sectionTitles())
	if diff := cmp.Diff(slices.Sorted(maps.Keys(texts)), slices.Sorted(maps.Keys(inJapanese))); diff != "" {
		t.Errorf("the texts of the page (-) and their translations (+):\n%s", diff)
	}
}

func TestTranslationsHoldTheSameValuesAndCommands(t *testing.T) {
	same := regexp.MustCompile("%[.0-9]*[a-z]|`[^`]*`")
	for english, japanese := range translations() {
		if diff := cmp.Diff(same.FindAllString(english, -1), same.FindAllString(japanese, -1)); diff != "" {
			t.Errorf("%q and its translation hold other values:\n%s", english, diff)
		}
		if !strings.ContainsFunc(japanese, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) }) {
			t.Errorf("%q is not Japanese", japanese)
		}
	}
}

// translations returns the Japanese of every English text.
func translations() map[string]string {
	all := maps.Clone(inJapanese)
	for note, translation := range notesInJapanese {
		all[string(note)] = translation
	}
	for name, translation := range proofsInJapanese {
		all[string(name)] = translation
	}
	maps.Copy(all, foundInJapanese)
	return all
}

// templateTexts returns the texts that page.html gives to t.
func templateTexts(t *testing.T) []string {
	var texts []string
	for _, match := range regexp.MustCompile(`{{t ("(?:[^"\\]|\\.)*")`).FindAllStringSubmatch(pageHTML, -1) {
		text, err := strconv.Unquote(match[1])
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	return texts
}

// callTexts returns the first arguments of calls of the functions in files.
func callTexts(t *testing.T, files string, functions ...string) []string {
	paths, err := filepath.Glob(files)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		inspectSource(t, path, func(node ast.Node) {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return
			}
			var name string
			switch function := call.Fun.(type) {
			case *ast.Ident:
				name = function.Name
			case *ast.SelectorExpr:
				name = function.Sel.Name
			}
			if !slices.Contains(functions, name) {
				return
			}
			if text, ok := call.Args[0].(*ast.BasicLit); ok {
				texts = append(texts, literalText(t, text))
			}
		})
	}
	return texts
}

func sectionTitles() []string {
	var titles []string
	for _, page := range []Page{sharedPage(), passwordPage(), perUserPage()} {
		for _, section := range page.Form.Sections() {
			if section.Kind == "" {
				titles = append(titles, section.Title())
			}
		}
	}
	return titles
}

func inspectSource(t *testing.T, path string, visit func(ast.Node)) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		visit(node)
		return true
	})
}

func literalText(t *testing.T, expression ast.Expr) string {
	t.Helper()
	text, err := strconv.Unquote(expression.(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheCommandsOfThePagePrintTheSameForm(t *testing.T) {
	perUserFlatPage := pageOf(form.New(pageDeployment, form.Choices{SignIn: form.PerUser, Request: form.Flat}))
	for _, test := range []struct {
		page    Page
		choices string
	}{
		{sharedPage(), ""},
		{flatPage(), " --request flat"},
		{perUserPage(), " --sign-in per-user"},
		{perUserFlatPage, " --sign-in per-user --request flat"},
	} {
		test.page.At = command.Target{Stage: "prod", Region: "eu-west-1", Profile: "my team"}
		user := ""
		if test.page.PerUser() {
			user = " --user NAME"
		}
		const program, target = "go run ./scripts/retool ", " --stage prod --region eu-west-1 --profile 'my team'"
		if diff := cmp.Diff(program+"connect"+test.choices+target, test.page.Connect()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(program+"check"+user+test.choices+target, test.page.Check()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestATitleKeepsTheWordsOfTheForm(t *testing.T) {
	for want, section := range map[string]form.Section{
		"リソース": {ID: form.ResourceSection},
		"Auth workflow ステップ 1：API Request": {ID: form.AuthWorkflow.Step(1), Kind: form.RequestStep},
	} {
		if got := title(section).in(japanese); got != want {
			t.Errorf("%q is %q, want %q", section.Title(), got, want)
		}
	}
}

func TestAPlaceKeepsTheWordsOfTheForm(t *testing.T) {
	step := form.AuthWorkflow.Step(1)
	for want, id := range map[string]form.ID{
		"リソース › Base URL":                                             form.ResourceSection.Input(form.LabelBaseURL),
		"Refresh auth workflow（更新ワークフロー） › Period":                    form.RefreshSection.Input(form.LabelPeriod),
		"Auth workflow ステップ 1 › URL":                                  step.Input(form.LabelURL),
		"Auth workflow ステップ 1 › Body params › 2 行目（ClientId） › Value": step.TableRow(form.LabelBody, 2, "ClientId").Of(form.ValuePart),
		"Tokens › Refresh token days":                                 form.TokensSection.Input(form.LabelRefreshDays),
	} {
		if got := place(id).in(japanese); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}

func TestLengthsAndTimesInBothLanguages(t *testing.T) {
	at := time.Date(2025, 12, 3, 9, 5, 0, 0, time.FixedZone("JST", 9*60*60))
	for _, test := range []struct {
		value  translatable
		en, ja string
	}{
		{span(0), "0 min", "0 分"},
		{span(250 * time.Second), "4 min 10 s", "4 分 10 秒"},
		{span(150 * time.Minute), "150 min", "150 分"},
		{span(20 * time.Hour), "20 h", "20 時間"},
		{span(20*time.Hour + 50*time.Minute), "20 h 50 min", "20 時間 50 分"},
		{days(1), "1 day", "1 日"},
		{days(30), "30 days", "30 日"},
		{date(at), "3 December 2025", "2025年12月3日"},
		{moment(at), "3 December 2025, 00:05 UTC", "2025年12月3日 00:05（UTC）"},
	} {
		if got := test.value.in(english); got != test.en {
			t.Errorf("got %q, want %q", got, test.en)
		}
		if got := test.value.in(japanese); got != test.ja {
			t.Errorf("got %q, want %q", got, test.ja)
		}
	}
}

// oddlySet matches what a Japanese typesetter would mend: no space between Latin
// and Japanese characters, or a mark of the other script.
var oddlySet = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}][A-Za-z0-9{]|[A-Za-z0-9}][\p{Han}\p{Hiragana}\p{Katakana}]|[()!?“”,:;]|[、。]\s|\s[、。：]`)

func TestJapaneseIsSetInOneWay(t *testing.T) {
	for _, text := range translations() {
		plain := regexp.MustCompile("%[.0-9]*[a-z]").ReplaceAllString(text, "")
		if odd := oddlySet.FindString(plain); odd != "" {
			t.Errorf("%q in %q", odd, text)
		}
	}
}

// A value brings its unit, such as 20 時間, which must not stand there twice.
func TestNoUnitIsTwiceInAJapaneseText(t *testing.T) {
	for _, minutes := range []int{5, 60, 100, 20 * 60, 24 * 60} {
		for _, choices := range []form.Choices{{SignIn: form.Shared, Request: form.Nested}, {SignIn: form.PerUser, Request: form.Nested}} {
			d := pageDeployment
			d.AccessTokenMinutes = minutes
			var b bytes.Buffer
			if err := pageOf(form.New(d, choices)).Write(&b); err != nil {
				t.Fatal(err)
			}
			if twice := regexp.MustCompile(`.{0,20}(時間間|分間|秒間|日日).{0,20}`).FindString(b.String()); twice != "" {
				t.Errorf("%d minutes: %s", minutes, twice)
			}
		}
	}
}
