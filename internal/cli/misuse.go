package cli

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// wrongUse returns which command was wrongly used, and how. It repeats no value
// that was given: it may be a secret in the wrong place.
func (p Program) wrongUse(err error) (name string, fault error) {
	parse, ok := errors.AsType[*kong.ParseError](err)
	if !ok {
		return p.Name, Usage(errors.New("it cannot be used like that"), help(p.Name))
	}
	name = p.nameOf(parse.Context)
	if parse.Context.Selected() != nil && parse.Context.Selected().Leaf() && strings.HasPrefix(err.Error(), "unexpected argument") {
		return name, Usage(errors.New("there are too many arguments"), noSecret)
	}
	if flag := flagOf(parse.Context, err.Error()); flag != nil {
		return name, flagFault(flag, err.Error(), name)
	}
	return name, Usage(errors.New(withoutValues(err.Error())), help(name))
}

const noSecret = "type a secret when asked, or give it on standard input, where no other program sees it"

// help advises the command that shows how a command is used.
func help(name string) string { return "read its help: go run ./scripts/" + name + " --help" }

// flagOf returns the flag that kong's text is about, or nil.
func flagOf(command *kong.Context, text string) *kong.Flag {
	for _, flag := range command.Flags() {
		after, ok := strings.CutPrefix(text, "--"+flag.Name)
		if ok && (strings.HasPrefix(after, ":") || strings.HasPrefix(after, " ")) {
			return flag
		}
	}
	return nil
}

// flagFault says what a flag takes.
func flagFault(flag *kong.Flag, text, name string) error {
	var says string
	switch {
	case strings.Contains(text, "value expected"), strings.Contains(text, "missing"):
		says = "needs a value"
	case flag.IsBool():
		return Usage(fmt.Errorf("--%s takes no value", flag.Name), noSecret)
	case flag.Enum != "":
		says = "takes one of " + strings.ReplaceAll(flag.Enum, ",", ", ")
	case flag.Tag.Type == "existingfile":
		says = "takes a file that exists"
	default:
		says = ownText(strings.TrimPrefix(text, "--"+flag.Name+": "))
	}
	if variables := flag.Envs; len(variables) > 0 && strings.Contains(text, "(from envar ") {
		says += " (the variable " + strings.Join(variables, ", ") + ")"
	}
	return Usage(fmt.Errorf("--%s %s", flag.Name, says), help(name))
}

// ownText returns what one of the project's own types or checks says that a flag
// takes. The variable that the flag was read from follows in kong's text, with its
// value. Any other text may repeat the value.
func ownText(text string) string {
	says, _, _ := strings.Cut(text, " (from envar ")
	if !strings.HasPrefix(says, "takes ") {
		return "cannot have this value"
	}
	return says
}

var unknownFlag = regexp.MustCompile(`^unknown flag (--[a-z-]{1,20}|-[a-z])$`)

// withoutValues returns kong's text without what was given, unless that is nearly
// the name of a command or a flag.
func withoutValues(text string) string {
	switch {
	case strings.Contains(text, "did you mean"), unknownFlag.MatchString(text), strings.HasPrefix(text, "expected "):
		return text
	case strings.HasPrefix(text, "unexpected argument "):
		return "there is no such command"
	case strings.HasPrefix(text, "unknown flag"):
		return "there is no such flag"
	}
	return "it cannot be used like that"
}
