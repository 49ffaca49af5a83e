package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// commands are the commands of a program. Each one ends in another way.
type commands struct {
	Folder string `help:"A flag of every command."`

	Greet greet `cmd:"" help:"Print a greeting."`
	Fail  fail  `cmd:"" help:"Fail."`
	Group struct {
		Rest rest `cmd:"" help:"Do nothing."`
	} `cmd:""`
}

type greet struct {
	Loud bool   `help:"With an exclamation mark."`
	Name string `arg:"" help:"Who to greet."`
}

func (cmd greet) Run(ctx context.Context, c Console, all *commands) error {
	return c.Doing("greeting", func() error {
		fmt.Fprintln(c.Out, "Hello", cmd.Name, all.Folder)
		return ctx.Err()
	})
}

type rest struct{}

func (rest) Run() error { return nil }

type fail struct {
	How string `arg:""`
}

func (cmd fail) Run() error {
	cause := errors.New("the cause")
	return fmt.Errorf("try something: %w", map[string]error{
		"plainly":            cause,
		"a check":            ErrFailed,
		"with a hint":        Hint(cause, "do this"),
		"with two hints":     Hint(Hint(cause, "do that"), "do this"),
		"with many lines":    Hint(errors.New("the program failed\nfirst line\n  second line\n"), "do this"),
		"by misuse":          Usage(cause, "type this"),
		"far away":           away{Hint(cause, "go there")},
		"far away by misuse": away{Usage(cause, "type this")},
		"in another command": fmt.Errorf("a command: %w", Exit(7)),
		"by Ctrl-C":          context.Canceled,
		"in time":            context.DeadlineExceeded,
	}[cmd.How])
}

// away is an error of another package.
type away struct{ error }

func (e away) Unwrap() error { return e.error }
func (away) Unreachable()    {}

// ran is what a command did.
type ran struct {
	Code     int
	Out, Err string
}

func run(ctx context.Context, args ...string) ran {
	var out, err bytes.Buffer
	program := Program{Name: "prog", Description: "Does something.", Commands: new(commands)}
	code := program.Run(ctx, args, Console{Out: &out, Err: &err})
	return ran{code, out.String(), err.String()}
}

func TestHowACommandEnds(t *testing.T) {
	for _, test := range []struct {
		args []string
		want ran
	}{
		{[]string{"greet", "Ana", "--folder", "here"}, ran{0, "Hello Ana here\n", "Greeting…\n"}},
		{[]string{"fail", "plainly"}, ran{1, "", "prog fail: try something: the cause\n"}},
		{[]string{"fail", "a check"}, ran{1, "", ""}},
		{[]string{"fail", "in another command"}, ran{7, "", ""}},
		{[]string{"fail", "with a hint"}, ran{1, "", "prog fail: try something: the cause\n  hint: do this\n"}},
		{[]string{"fail", "with two hints"}, ran{1, "", "prog fail: try something: the cause\n  hint: do this\n"}},
		{[]string{"fail", "with many lines"}, ran{1, "", "prog fail: try something: the program failed\n  first line\n    second line\n  hint: do this\n"}},
		{[]string{"fail", "by misuse"}, ran{2, "", "prog fail: try something: the cause\n  hint: type this\n"}},
		{[]string{"fail", "far away"}, ran{3, "", "prog fail: try something: the cause\n  hint: go there\n"}},
		{[]string{"fail", "far away by misuse"}, ran{2, "", "prog fail: try something: the cause\n  hint: type this\n"}},
		{[]string{"fail", "by Ctrl-C"}, ran{130, "", "prog fail: interrupted\n"}},
		{[]string{"fail", "in time"}, ran{1, "", "prog fail: try something: context deadline exceeded\n"}},
		{[]string{"grete", "Ana"}, ran{2, "", "prog: unexpected argument grete, did you mean \"greet\"?\n  hint: read its help: go run ./scripts/prog --help\n"}},
		{[]string{"group"}, ran{2, "", "prog group: expected \"rest\"\n  hint: read its help: go run ./scripts/prog group --help\n"}},
		{[]string{"greet"}, ran{2, "", "prog greet: expected \"<name>\"\n  hint: read its help: go run ./scripts/prog greet --help\n"}},
		{[]string{"greet", "Ana", "--lout"}, ran{2, "", "prog greet: unknown flag --lout, did you mean \"--loud\"?\n  hint: read its help: go run ./scripts/prog greet --help\n"}},
	} {
		if diff := cmp.Diff(test.want, run(t.Context(), test.args...)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.args, diff)
		}
	}
}

// What a person types in the wrong place may be a token or a password.
func TestWhatMayBeASecretIsNotRepeated(t *testing.T) {
	const hint = "\n  hint: type a secret when asked, or give it on standard input, where no other program sees it\n"
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"s3cret"}, "prog: there is no such command\n  hint: read its help: go run ./scripts/prog --help\n"},
		{[]string{"group", "s3cret"}, "prog group: there is no such command\n  hint: read its help: go run ./scripts/prog group --help\n"},
		{[]string{"group", "rest", "s3cret"}, "prog group rest: there are too many arguments" + hint},
		{[]string{"greet", "Ana", "s3cret"}, "prog greet: there are too many arguments" + hint},
		{[]string{"greet", "Ana", "--loud=s3cret"}, "prog greet: --loud takes no value" + hint},
		{[]string{"greet", "Ana", "--token=s3cret"}, "prog greet: unknown flag --token\n  hint: read its help: go run ./scripts/prog greet --help\n"},
	} {
		if diff := cmp.Diff(ran{Code: 2, Err: test.want}, run(t.Context(), test.args...)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.args, diff)
		}
	}
}

func TestWithoutArgumentsAProgramShowsItsHelp(t *testing.T) {
	got := run(t.Context())
	if diff := cmp.Diff(run(t.Context(), "--help"), got); diff != "" {
		t.Errorf("not as with --help:\n%s", diff)
	}
	if got.Code != 0 || got.Out == "" || got.Err != "" {
		t.Errorf("it shows no help: %+v", got)
	}
}

func TestOnlyAnErrorCanBeAnInterruption(t *testing.T) {
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		args []string
		want ran
	}{
		{[]string{"group", "rest"}, ran{}}, // it succeeded before it noticed
		{[]string{"greet", "Ana"}, ran{130, "Hello Ana \n", "Greeting…\nprog greet: interrupted\n"}},
		{[]string{"fail", "plainly"}, ran{130, "", "prog fail: interrupted\n"}},
	} {
		if diff := cmp.Diff(test.want, run(interrupted, test.args...)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.args, diff)
		}
	}
}

// On a terminal the reports are one line, in whose place comes what is said next.
func TestALongWaitIsOneLineOfATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var screen bytes.Buffer
		live := &liveLine{terminal: &screen}
		c := Console{Err: live.writer(&screen), live: live}
		_ = c.Doing("counting", func() error {
			time.Sleep(3500 * time.Millisecond)
			fmt.Fprintln(c.Err, "Halfway.")
			time.Sleep(time.Second)
			return nil
		})
		fmt.Fprintln(c.Err, "Done.")
		const erase = "\r\x1b[K"
		want := "Counting…\n" + erase + "still counting (2 s)" + erase + "still counting (3 s)" + erase + "Halfway.\n" + erase + "still counting (4 s)" + erase + "Done.\n"
		if diff := cmp.Diff(want, screen.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// A line that the terminal wraps would be two, of which one stays.
func TestTheLineIsNotWiderThanTheTerminal(t *testing.T) {
	for _, test := range []struct {
		width int
		want  string
	}{{0, "still zählen (2 s)"}, {1, "still zählen (2 s)"}, {19, "still zählen (2 s)"}, {18, "still zählen (2 …"}, {9, "still z…"}, {2, "…"}} {
		if got := fitting("still zählen (2 s)", test.width); got != test.want {
			t.Errorf("on %d columns it is %q, want %q", test.width, got, test.want)
		}
	}
}

func TestWhatIsWaitedForMayChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said bytes.Buffer
		start := time.Now()
		_ = Console{Err: &said}.Following(func() string { return fmt.Sprint("counting to ", int(time.Since(start).Seconds())) }, false, func() error {
			time.Sleep(8 * time.Second)
			return nil
		})
		if diff := cmp.Diff("still counting to 2 (2 s)\nstill counting to 7 (7 s)\n", said.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestALongWaitIsReported(t *testing.T) {
	for _, test := range []struct {
		takes          time.Duration
		doing, waiting string
	}{
		{1900 * time.Millisecond, "Counting…\n", ""},
		{2100 * time.Millisecond, "Counting…\n", "still counting (2 s)\n"},
		{12500 * time.Millisecond, "Counting…\nstill counting (5 s)\nstill counting (10 s)\n", "still counting (2 s)\nstill counting (7 s)\nstill counting (12 s)\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			for want, method := range map[string]func(Console, string, func() error) error{test.doing: Console.Doing, test.waiting: Console.Waiting} {
				var said bytes.Buffer
				failed := errors.New("failed")
				err := method(Console{Err: &said}, "counting", func() error {
					time.Sleep(test.takes)
					return failed
				})
				if err != failed {
					t.Errorf("after %v: %v", test.takes, err)
				}
				if diff := cmp.Diff(want, said.String()); diff != "" {
					t.Errorf("after %v (-want +got):\n%s", test.takes, diff)
				}
			}
		})
	}
}
