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

	"golang.org/x/term"

	"retoolapi/internal/projecttest"
)

// The tests of this file type after the prompt has appeared, as a person does. They
// do not use the script command ttyin: it types before the command has started,
// while the terminal still echoes.

// The codes that turn bracketed paste on and off, and those around what is pasted.
const (
	pasteOn, pasteOff    = "\x1b[?2004h", "\x1b[?2004l"
	pasteBegin, pasteEnd = "\x1b[200~", "\x1b[201~"
)

func TestATypedSecretIsNotShown(t *testing.T) {
	got := atPrompt(t, refreshToken(1)+"\r", "check")
	if got.code != 0 || strings.Count(got.stdout, "ok ") != 8 {
		t.Errorf("check exited with %d:\n%s%s", got.code, got.stdout, got.stderr)
	}
	if want := "Looking up stack RetoolApi…\n" + pasteOn + "refresh token (not shown): \r\n" + pasteOff; got.stderr != want {
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

// What people paste has lines, as the aws CLI's answer has.
func TestAPastedTextIsReadWhole(t *testing.T) {
	token := refreshToken(1)
	answer := strings.ReplaceAll(copies(token)["the aws CLI's answer"], "\n", "\r")
	wrapped := strings.ReplaceAll(wrapped(token, 60, ""), "\n", "\r")
	for name, keys := range map[string]string{
		"JSON in lines":                   answer + "\r",
		"JSON in lines, marked as pasted": pasteBegin + answer + pasteEnd + "\r",
		"a row over lines":                "{\r  \"REFRESH_TOKEN\": \"" + token + "\"\r}\r",
		"a wrapped token":                 pasteBegin + wrapped + pasteEnd + "\r",
		"a wrapped token and a line end":  pasteBegin + wrapped + "\r" + pasteEnd + "\r",
	} {
		got := atPrompt(t, keys, "check")
		if got.code != 0 || strings.Count(got.stdout, "ok ") != 8 || strings.Contains(got.stdout+got.stderr+got.terminal, "refresh-token") {
			t.Errorf("%s: check exited with %d:\n%s%s%s", name, got.code, got.stdout, got.stderr, got.terminal)
		}
	}
	got := atPrompt(t, "{ unfinished\r\r", "check")
	if got.code != 2 || !strings.Contains(got.stderr, "the input has no refresh token in it") {
		t.Errorf("of half a JSON text: check exited with %d:\n%s", got.code, got.stderr)
	}
}

func TestWhatIsTooLongToBeTypedIsNotCutOff(t *testing.T) {
	got := atPrompt(t, strings.Repeat("x", 5000)+"\r", "check")
	if got.code != 2 || !strings.Contains(got.stderr, "the refresh token is too long to be typed\n  hint: give it on standard input\n") {
		t.Errorf("check exited with %d:\n%s", got.code, got.stderr)
	}
}

func TestCtrlCAtThePromptStopsTheCommand(t *testing.T) {
	const ctrlC = "\x03"
	got := atPrompt(t, "Secret"+ctrlC, "user", "add", "alice")
	if got.code != 130 || !strings.HasSuffix(got.stderr, "\n"+pasteOff+"retool user add: interrupted\n") {
		t.Errorf("user add exited with %d: %q", got.code, got.stderr)
	}
	if text := got.stdout + got.terminal; text != "" {
		t.Errorf("it printed %q", text)
	}
}

func TestASignalAtThePromptStopsTheCommand(t *testing.T) {
	got := atPrompt(t, "", "form", "--with-token")
	if got.code != 130 || !strings.HasSuffix(got.stderr, "retool form: interrupted\n") {
		t.Errorf("form exited with %d: %q", got.code, got.stderr)
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
	f := newFake()
	defer f.Close()
	keyboard, terminal := openTerminal(t)
	before := state(t, terminal)

	var stdout, stderr bytes.Buffer
	command := exec.Command("retool", args...)
	command.Env = append(projecttest.Environ("HOME="+t.TempDir()), fakeEnvironment(f)...)
	command.Stdin, command.Stdout, command.Stderr = terminal, &stdout, &stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); reflect.DeepEqual(before, state(t, terminal)); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			command.Process.Kill()
			command.Wait()
			t.Fatalf("it did not ask for the secret: %s", &stderr)
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
	shown, _ := io.ReadAll(keyboard) // an error is expected: the other side is closed
	return result{command.ProcessState.ExitCode(), stdout.String(), stderr.String(), string(shown)}
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
