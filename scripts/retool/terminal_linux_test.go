package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/term"

	"retoolapi/internal/projecttest"
)

// The tests of this file type after the prompt has appeared, as a person does. They
// do not use the script command ttyin: it types before the command has started,
// while the terminal still echoes.

func TestATypedSecretIsNotShown(t *testing.T) {
	got := atPrompt(t, refreshToken(1)+"\r", "check")
	if got.code != 0 || strings.Count(got.stdout, "ok ") != 8 {
		t.Errorf("check exited with %d:\n%s%s", got.code, got.stdout, got.stderr)
	}
	if want := "Looking up stack RetoolApi…\nrefresh token (not shown): \r\n"; got.stderr != want {
		t.Errorf("standard error is %q, want %q", got.stderr, want)
	}
	if got.terminal != "" {
		t.Errorf("the terminal showed %q", got.terminal)
	}
}

func TestATypedSecretMayBeLongerThanALineOfMacOS(t *testing.T) {
	const maxCanon = 1024
	got := atPrompt(t, strings.Repeat("x", 2*maxCanon)+"\r", "check")
	if got.code != 1 || !strings.Contains(got.stdout, "Invalid Refresh Token") {
		t.Errorf("check exited with %d:\n%s%s", got.code, got.stdout, got.stderr)
	}
}

// What is pasted may have many lines and be longer than those of term.Terminal.
func TestATokenIsPastedWithWhatIsAroundIt(t *testing.T) {
	const start, end, enter = "\x1b[200~", "\x1b[201~", "\r"
	token := refreshToken(1)
	row := "{\r  \"REFRESH_TOKEN\": \"" + token + "\"\r}"
	answer := "{\r    \"AuthenticationResult\": {\r        \"AccessToken\": \"" + strings.Repeat("x", 3000) + "\",\r        \"RefreshToken\": \"" + token + "\"\r    }\r}"
	for name, keys := range map[string]string{
		"a row of one line":           `{ "REFRESH_TOKEN": "` + token + `" }` + enter,
		"a row of three lines":        row + enter,
		"a row with lines of Windows": strings.ReplaceAll(row, "\r", "\r\n") + enter,
		"an answer":                   answer + enter,
		"an answer of one line":       strings.ReplaceAll(answer, "\r", "") + enter,
		"an answer with tabs":         "AUTHENTICATIONRESULT\t3600\t" + token + "\tBearer" + enter,
		"a row without its end":       strings.TrimSuffix(row, "}") + enter,
		"a row and Ctrl-D":            strings.TrimSuffix(row, "\r}") + "\x04",
		"a row, marked":               start + row + end + enter,
		"an answer, marked":           start + answer + "\r" + end + enter,
		"a wrapped token, marked":     start + token[:80] + "\r" + token[80:] + "\r" + end + enter,
		"an empty line in it, marked": start + "\r\r" + row + "\r\r" + end + enter,
		"after a mistake":             "mistake\x15" + token + "x\x7f" + enter,
		"after a word":                "mistake\x17" + token + enter,
		"after the arrows":            "\x1b[A\x1b[1;3D" + token + enter,
		"with Ctrl-D":                 token + "\x04",
	} {
		t.Run(name, func(t *testing.T) {
			got := atPrompt(t, keys, "check")
			if got.code != 0 || strings.Count(got.stdout, "ok ") != 8 {
				t.Errorf("check exited with %d:\n%s%s", got.code, got.stdout, got.stderr)
			}
			if got.terminal != "" || strings.Contains(got.stdout+got.stderr, token[:30]) {
				t.Errorf("the terminal showed %q", got.terminal)
			}
		})
	}
}

func TestCtrlCInAPasteEndsTheCommand(t *testing.T) {
	for _, keys := range []string{"\x03", "\x04", "{\r\x03", "{\r\"\x03", "\x1b\x03", "\x1b[\x03", "\x1b[200~{\r\x03"} {
		if got := atPrompt(t, keys, "check"); got.code != 130 || !strings.HasSuffix(got.stderr, "\nretool check: interrupted\n") {
			t.Errorf("%q: check exited with %d: %q", keys, got.code, got.stderr)
		}
	}
}

// Without the marks a line break in what is pasted is the key Enter. Whatever
// ends the prompt, the shell that comes after it gets none.
func TestATerminalMarksWhatIsPastedAtThePrompt(t *testing.T) {
	const on, off = "\x1b[?2004h", "\x1b[?2004l"
	for _, keys := range []string{refreshToken(1) + "\r", "\x03", ""} {
		screen, terminal := openTerminal(t)
		atPromptOn(t, terminal, keys, "check")
		terminal.Close()
		shown, _ := io.ReadAll(screen) // ends with an error, as the other side is closed
		before, after, _ := strings.Cut(string(shown), "refresh token (not shown): ")
		if !strings.HasSuffix(before, on) || strings.Count(after, off) != 1 || strings.Contains(after, on) {
			t.Errorf("after %.10q the terminal got %q", keys, shown)
		}
	}
}

func TestALineThatGoesOnSaysHowItEnds(t *testing.T) {
	got := atPrompt(t, "{\r\"x\":\r\r", "check")
	want := "Looking up stack RetoolApi…\nrefresh token (not shown): \r\nthe next lines of it (an empty line ends it): \r\nretool check: standard input has no refresh token in it\n"
	if got.code != 2 || !strings.HasPrefix(got.stderr, want) {
		t.Errorf("check exited with %d: %q", got.code, got.stderr)
	}
}

func TestCtrlCAtThePromptStopsTheCommand(t *testing.T) {
	const ctrlC = "\x03"
	got := atPrompt(t, "Secret"+ctrlC, "user", "add", "alice")
	if got.code != 130 || !strings.HasSuffix(got.stderr, "\nretool user add: interrupted\n") {
		t.Errorf("user add exited with %d: %q", got.code, got.stderr)
	}
	if text := got.stdout + got.terminal; text != "" {
		t.Errorf("it printed %q", text)
	}
}

// What a person chooses and does not see is typed twice, after its rule was said.
func TestANewPasswordIsTypedTwice(t *testing.T) {
	const asked = "Looking up stack RetoolApi…\n" +
		"The password has at least 12 characters, with a small and a capital letter, a digit and a symbol. It has no \", no \\ and no {{ in it.\n" +
		"password for alice (not shown): \r\n"
	const again = "password for alice, again (not shown): \r\n"
	const password = "Alices-Example-1"
	for name, test := range map[string]struct {
		keys           string
		code           int
		stdout, stderr string
	}{
		"the same":  {password + "\r" + password + "\r", 0, "User alice may sign in.\n", asked + again},
		"another":   {password + "\r" + password + "0\r", 2, "", asked + again + "retool user add: read the password for alice: the second time it was another one\n  hint: type the same one twice\n"},
		"only once": {password + "\r\r", 2, "", asked + again + "retool user add: read the password for alice: the second time it was another one\n  hint: type the same one twice\n"},
		"nothing":   {"\r", 2, "", asked + "retool user add: no password for alice was given\n  hint: type it when asked, or give it on standard input\n"},
		"refused":   {"Alices\"Exa-mple-1\r", 2, "", asked + "retool user add: the password has \" in it, which Retool would not put into the request as typed\n  hint: choose another\n"},
		"Ctrl-C":    {password + "\r\x03", 130, "", asked + again + "retool user add: interrupted\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := atPrompt(t, test.keys, "user", "add", "alice")
			if diff := cmp.Diff(result{test.code, test.stdout, test.stderr, ""}, got, cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A password that is there already is typed once.
func TestThePasswordOfACheckIsTypedOnce(t *testing.T) {
	got := atPrompt(t, "Alices-Example-1\r", "check", "--sign-in", "per-user", "--user", "alice")
	if want := "Looking up stack RetoolApi…\npassword of alice (not shown): \r\n"; got.code != 1 || got.stderr != want {
		t.Errorf("check exited with %d: %q, want %q", got.code, got.stderr, want)
	}
}

func TestASignalAtThePromptStopsTheCommand(t *testing.T) {
	got := atPrompt(t, "", "form", "--with-token")
	if got.code != 130 || !strings.HasSuffix(got.stderr, "retool form: interrupted\n") {
		t.Errorf("form exited with %d: %q", got.code, got.stderr)
	}
}

// Colours are for a terminal that shows them, unless the person wants none.
func TestColoursAreForATerminalOnly(t *testing.T) {
	f := newFake(t)
	for name, test := range map[string]struct {
		environment []string
		coloured    bool
	}{
		"a terminal":          {[]string{"TERM=xterm"}, true},
		"NO_COLOR":            {[]string{"TERM=xterm", "NO_COLOR=1"}, false},
		"NO_COLOR is empty":   {[]string{"TERM=xterm", "NO_COLOR="}, true},
		"one without colours": {[]string{"TERM=dumb"}, false},
		"one without a name":  {[]string{"TERM="}, false},
	} {
		screen, terminal := openTerminal(t)
		command := exec.Command("retool", "check")
		command.Env = append(append(projecttest.Environ("HOME="+t.TempDir()), f.environment...), test.environment...)
		command.Stdin, command.Stdout = strings.NewReader(refreshToken(1)), terminal
		if err := command.Run(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		terminal.Close()
		shown, _ := io.ReadAll(screen) // ends with an error, as the other side is closed
		green, plain := strings.Count(string(shown), "\x1b[32mok\x1b[0m    "), strings.Count(string(shown), "ok    ")
		if green == 8 != test.coloured || green+plain != 8 || strings.Contains(string(shown), "\x1b") != test.coloured {
			t.Errorf("%s: %d lines have a colour, %d have none:\n%q", name, green, plain, shown)
		}
	}
}

// result is the output of a command that asked for a secret, and what the terminal
// showed.
type result struct {
	code                     int
	stdout, stderr, terminal string
}

// atPrompt runs the command at a terminal. When the command asks for a secret,
// atPrompt types the keys or, without keys, interrupts the command. Afterwards the
// terminal must echo again.
func atPrompt(t *testing.T, keys string, args ...string) result {
	t.Helper()
	var stderr bytes.Buffer
	got := atPromptOn(t, &stderr, keys, args...)
	got.stderr = stderr.String()
	return got
}

// atPromptOn is atPrompt with another place for standard error.
func atPromptOn(t *testing.T, stderr io.Writer, keys string, args ...string) result {
	t.Helper()
	f := newFake(t)
	keyboard, terminal := openTerminal(t)
	before := state(t, terminal)

	var stdout bytes.Buffer
	command := exec.Command("retool", args...)
	command.Env = append(projecttest.Environ("HOME="+t.TempDir()), f.environment...)
	command.Stdin, command.Stdout, command.Stderr = terminal, &stdout, stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); reflect.DeepEqual(before, state(t, terminal)); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			command.Process.Kill()
			command.Wait()
			t.Fatalf("it never asked: %v", stderr)
		}
	}
	if keys == "" {
		command.Process.Signal(os.Interrupt)
	} else if _, err := io.WriteString(keyboard, keys); err != nil {
		t.Error(err)
	}
	command.Wait()
	if after := state(t, terminal); !reflect.DeepEqual(before, after) {
		t.Error("it did not restore the terminal")
	}
	terminal.Close()
	shown, _ := io.ReadAll(keyboard) // ends with an error, as the other side is closed
	return result{code: command.ProcessState.ExitCode(), stdout: stdout.String(), terminal: string(shown)}
}

func state(t *testing.T, terminal *os.File) *term.State {
	t.Helper()
	state, err := term.GetState(int(terminal.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// openTerminal returns the two sides of a new pseudo-terminal.
func openTerminal(t *testing.T) (keyboard, terminal *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keyboard.Close() })
	var unlock, number int32
	for request, value := range map[uintptr]*int32{syscall.TIOCSPTLCK: &unlock, syscall.TIOCGPTN: &number} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, keyboard.Fd(), request, uintptr(unsafe.Pointer(value))); errno != 0 {
			t.Fatal(errno)
		}
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return keyboard, terminal
}
