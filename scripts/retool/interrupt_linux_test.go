package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"retoolapi/internal/projecttest"
)

// Whatever a command waits for, Ctrl-C ends it. Without that each of these would
// wait until the test kills it.
func TestAnInterruptionEndsEveryWait(t *testing.T) {
	t.Parallel()
	silent := projecttest.SilentServer(t)
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	open, writer, err := os.Pipe() // never written to, never closed
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { writer.Close() })
	profile := filepath.Join(dir, "config")
	projecttest.WriteFile(t, profile, "[default]\nregion = eu-west-1\ncredential_process = sh -c 'sleep 600'\n[profile sso]\nregion = eu-west-1\n")
	f := newFake(t)
	aws := f.environment
	withoutCognito := projecttest.StandInForAWS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") == "" {
			f.ServeHTTP(w, r)
			return
		}
		io.Copy(io.Discard, r.Body) // the server sees then that the client goes away
		<-r.Context().Done()
	}))
	for name, test := range map[string]struct {
		args  []string
		env   []string
		stdin *os.File
	}{
		"a form file that nobody writes":     {[]string{"check", "--form", fifo}, aws, nil},
		"a form on standard input":           {[]string{"check", "--form", "/dev/stdin"}, aws, open},
		"a secret on standard input":         {[]string{"check"}, aws, open},
		"a form's token on standard input":   {[]string{"form", "--with-token"}, aws, open},
		"a password on standard input":       {[]string{"user", "add", "alice"}, aws, open},
		"CloudFormation":                     {[]string{"connect"}, slices.Concat(aws, []string{"HTTPS_PROXY=" + silent}), nil},
		"Cognito":                            {[]string{"user", "remove", "alice"}, slices.Concat(aws, withoutCognito), nil},
		"a program that obtains credentials": {[]string{"disconnect"}, []string{"AWS_CONFIG_FILE=" + profile, "AWS_EC2_METADATA_DISABLED=true"}, nil},
		"a service that has credentials":     {[]string{"connect"}, []string{"AWS_REGION=eu-west-1", "AWS_CONTAINER_CREDENTIALS_FULL_URI=" + silent + "/"}, nil},
		"a local cloud that does not answer": {[]string{"connect", "--stage", "local", "--port", silent[strings.LastIndex(silent, ":")+1:]}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			command := exec.Command("retool", test.args...)
			command.Env = append(projecttest.Environ("HOME="+dir), test.env...)
			command.Stdin, command.Stdout, command.Stderr = test.stdin, &stderr, &stderr
			command.WaitDelay = time.Second // for what a child of its own keeps open
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			// Enough for it to wait; earlier it would be interrupted just as well.
			time.Sleep(time.Second)
			if err := command.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			hung := time.AfterFunc(time.Minute, func() { command.Process.Kill() })
			defer hung.Stop()
			command.Wait()
			if code := command.ProcessState.ExitCode(); code != 130 || !strings.HasSuffix(stderr.String(), ": interrupted\n") {
				t.Errorf("exit code %d:\n%s", code, &stderr)
			}
		})
	}
}
