package page

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"time"

	"retoolapi/internal/form"
)

// language is a language of the page, as its lang attribute names it.
type language string

const (
	english  language = "en"
	japanese language = "ja"
)

var languages = []language{english, japanese}

// translatable is what differs between the languages.
type translatable interface{ in(language) string }

// prose is a text of the page: English, with the verbs of package fmt for args
// and with `commands` in backquotes. The text is the key of its translation.
type prose struct {
	text string
	args []any
}

func say(text string, args ...any) prose { return prose{text, args} }

// in returns the text in a language; one without a translation stays English.
func (p prose) in(l language) string {
	text := p.text
	if translation, ok := inJapanese[text]; ok && l == japanese {
		text = translation
	}
	return fill(text, p.args, l)
}

// fill puts values into a text. Those that differ between the languages are in l.
func fill(text string, args []any, l language) string {
	if len(args) == 0 {
		return text
	}
	args = slices.Clone(args)
	for i, arg := range args {
		switch arg := arg.(type) {
		case translatable:
			args[i] = arg.in(l)
		case time.Time:
			args[i] = date(arg).in(l)
		case form.ID:
			args[i] = place(arg).in(l)
		}
	}
	return fmt.Sprintf(text, args...)
}

// note is a remark of the form, proof the name of a check, and found what the
// check found.
type (
	note  form.Note
	proof form.ProofName
	found form.Detail
)

func (n note) in(l language) string {
	if translation, ok := notesInJapanese[form.Note(n)]; ok && l == japanese {
		return translation
	}
	return string(n)
}

func (p proof) in(l language) string {
	if translation, ok := proofsInJapanese[form.ProofName(p)]; ok && l == japanese {
		return translation
	}
	return string(p)
}

func (f found) in(l language) string {
	text := f.Text
	if translation, ok := foundInJapanese[text]; ok && l == japanese {
		text = translation
	}
	return fill(text, f.Args, l)
}

// bilingual returns a text in both languages. The style shows one of them.
func bilingual(text any, args ...any) template.HTML {
	var words translatable
	switch text := text.(type) {
	case translatable:
		words = text
	case form.Note:
		words = note(text)
	case form.ProofName:
		words = proof(text)
	case string:
		words = prose{text, args}
	}
	var b strings.Builder
	for _, l := range languages {
		fmt.Fprintf(&b, `<span class="%[1]s" lang="%[1]s">%[2]s</span>`, l, markUp(words.in(l), l))
	}
	return template.HTML(b.String())
}

// title is the title of a section, and place the name of a field. The words of
// Retool's form are not translated. In the title of a query, its name, method and
// path are code.
type (
	title form.Section
	place form.ID
)

func (t title) in(l language) string {
	switch {
	case t.Kind != "" && t.Query:
		return say("Query `%s`: `%s`", strings.TrimPrefix(t.ID.Section, form.QueryPrefix), t.Kind).in(l)
	case l == english:
		return form.Section(t).Title()
	case t.Kind == "":
		return sectionInJapanese(t.ID.Section)
	}
	return sectionInJapanese(t.ID.Section) + "：" + t.Kind
}

var tableRow = regexp.MustCompile(`\brow (\d+) \((.*)\)`)

func (p place) in(l language) string {
	id := form.ID(p)
	if l == english {
		return id.String()
	}
	id.Section = sectionInJapanese(id.Section)
	return tableRow.ReplaceAllString(id.String(), "$1 行目（$2）")
}

func sectionInJapanese(name string) string {
	if workflow, number, ok := strings.Cut(name, ", step "); ok {
		return workflow + " ステップ " + number
	}
	return say(name).in(japanese)
}

// span is a length of time.
type span time.Duration

func (s span) in(l language) string {
	units := map[language][3]string{english: {" h", " min", " s"}, japanese: {" 時間", " 分", " 秒"}}[l]
	seconds := int(time.Duration(s).Seconds())
	hours, minutes := seconds/3600, seconds/60%60
	if hours < 3 { // 100 min is easier to compare with 50 min than 1 h 40 min
		hours, minutes = 0, seconds/60
	}
	var parts []string
	for i, n := range []int{hours, minutes, seconds % 60} {
		if n > 0 {
			parts = append(parts, fmt.Sprint(n)+units[i])
		}
	}
	if parts == nil {
		return "0" + units[1]
	}
	return strings.Join(parts, " ")
}

// days is a number of days.
type days int

func (d days) in(l language) string {
	switch {
	case l == japanese:
		return fmt.Sprintf("%d 日", d)
	case d == 1:
		return "1 day"
	}
	return fmt.Sprintf("%d days", d)
}

// date is a day of UTC.
type date time.Time

func (d date) in(l language) string {
	if l == japanese {
		return time.Time(d).UTC().Format("2006年1月2日")
	}
	return form.Day(time.Time(d))
}

// moment is a point in time, shown in UTC to the minute.
type moment time.Time

func (m moment) in(l language) string {
	if l == japanese {
		return time.Time(m).UTC().Format("2006年1月2日 15:04（UTC）")
	}
	return form.Moment(time.Time(m))
}
