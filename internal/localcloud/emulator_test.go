package localcloud

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"retoolapi/internal/command"
)

// records are what may be in a record, damaged or not.
var records = []string{
	``, `{}`, `half`, `{"pid":1,`, `[]`, `null`, `"text"`, `{"pid":"a","port":"b"}`, `{"pid":-1,"port":-1}`,
	`{"pid":0,"port":0}`, `{"pid":1,"port":70000}`, `{"port":1e99}`, "\x00\x01\xff\xfe", `{"pid":1,"port":4600}`,
}

func TestWithoutALockNoEmulatorIsFound(t *testing.T) {
	for _, record := range records {
		dir := t.TempDir()
		writeRecord(t, dir, record)
		if running, err := Find(dir); running != nil || err != nil {
			t.Errorf("with the record %q, found %v, %v", record, running, err)
		}
	}
	if running, err := Find(filepath.Join(t.TempDir(), "none")); running != nil || err != nil {
		t.Errorf("without a folder, found %v, %v", running, err)
	}
}

func TestAnEmulatorIsFoundWithAnyTextInItsRecord(t *testing.T) {
	dir := t.TempDir()
	pid := lockRecord(t, dir, 4700, true)
	for _, record := range records {
		writeRecord(t, dir, record)
		running, err := Find(dir)
		if err != nil || running == nil || *running != (Emulator{PID: pid, Port: 4700}) {
			t.Errorf("with the record %q, found %v, %v", record, running, err)
		}
	}
}

func TestALockOfAnotherProgramIsAnError(t *testing.T) {
	for _, test := range []struct {
		name       string
		port       int
		leadsGroup bool
	}{
		{"a process that leads no group", 4700, false},
		{"a lock without a length", 0, true},
		{"a lock longer than there are ports", 70000, true},
	} {
		dir := t.TempDir()
		pid := lockRecord(t, dir, test.port, test.leadsGroup)
		want := fmt.Sprintf("%s is locked by process %d, which is not the local cloud", filepath.Join(dir, Record), pid)
		if running, err := Find(dir); running != nil || err == nil || err.Error() != want {
			t.Errorf("%s: found %v, %v", test.name, running, err)
		}
	}
}

func TestThePortOfTheNextStart(t *testing.T) {
	dir := t.TempDir()
	for _, record := range records {
		writeRecord(t, dir, record)
		want := DefaultPort
		if strings.Contains(record, "4600") {
			want = 4600
		}
		if got := StartPort(dir, 0); got != want {
			t.Errorf("after the record %q it is %d, want %d", record, got, want)
		}
		if got := StartPort(dir, 4601); got != 4601 {
			t.Errorf("after the record %q it is %d though 4601 was named", record, got)
		}
	}
	if got := StartPort(filepath.Join(dir, "none"), 0); got != DefaultPort {
		t.Errorf("the first time it is %d", got)
	}
}

func TestThePortOfALocalCloudNeedNotBeNamed(t *testing.T) {
	dir := t.TempDir()
	if _, err := Locate(t.Context(), command.Target{Dir: dir}); !errors.Is(err, ErrNotRunning) {
		t.Errorf("of none that runs: %v", err)
	}
	answer := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, answer) }))
	t.Cleanup(server.Close)
	port := portOf(t, server)
	pid := lockRecord(t, dir, port, true)

	answer = fmt.Sprintf(`{"services": {"s3": "available"}, "edition": %q}`, Edition(pid))
	for _, named := range []int{0, port} {
		if got, err := Locate(t.Context(), command.Target{Dir: dir, Port: named}); got != port || err != nil {
			t.Errorf("with the port %d named: %d, %v", named, got, err)
		}
	}
	var other PortError
	if _, err := Locate(t.Context(), command.Target{Dir: dir, Port: 1}); !errors.As(err, &other) || other != (PortError{port, command.Target{Dir: dir, Port: 1}}) {
		t.Errorf("with another port named: %v", err)
	}
	for _, answer = range []string{
		`{"services": {"s3": "available"}, "edition": "light"}`,
		fmt.Sprintf(`{"services": {"s3": "available"}, "edition": %q}`, Edition(os.Getpid())),
		`{}`, `<html>`, ``,
	} {
		if _, err := Locate(t.Context(), command.Target{Dir: dir}); !errors.Is(err, ErrForeign) {
			t.Errorf("when its port answers %s: %v", answer, err)
		}
	}
	server.Close()
	if _, err := Locate(t.Context(), command.Target{Dir: dir}); err == nil || !strings.Contains(err.Error(), "the local cloud does not answer at "+Endpoint(port)) {
		t.Errorf("when nobody answers: %v", err)
	}
}

func TestAPortIsANumberOrNone(t *testing.T) {
	for text, want := range map[string]Port{"": 0, "1": 1, "4566": 4566, "65535": 65535} {
		var port Port
		if err := port.UnmarshalText([]byte(text)); port != want || err != nil {
			t.Errorf("%q is %d, %v", text, port, err)
		}
	}
	for _, text := range []string{"0", "-1", "65536", "many", " ", "4566 ", "4e3", "0x10"} {
		var port Port
		const want = "takes a number from 1 to 65535"
		if err := port.UnmarshalText([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q is %d, %v", text, port, err)
		}
	}
}

func writeRecord(t *testing.T, dir, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, Record), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// lockRecord starts a process that locks the record of dir as an emulator does,
// until the end of the test, and returns its id. leadsGroup says whether the
// process leads its own process group.
func lockRecord(t *testing.T, dir string, port int, leadsGroup bool) int {
	t.Helper()
	writeRecord(t, dir, "")
	process := exec.Command("python3", "-c", `
import fcntl, sys
record = open(sys.argv[1], "r+")
fcntl.lockf(record, fcntl.LOCK_EX, int(sys.argv[2]))
print("locked", flush=True)
sys.stdin.read()
`, filepath.Join(dir, Record), fmt.Sprint(port))
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: leadsGroup}
	process.Stderr = os.Stderr
	input, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input.Close()
		process.Wait()
	})
	if _, err := io.ReadFull(output, make([]byte, len("locked"))); err != nil {
		t.Fatalf("lock the record: %v", err)
	}
	return process.Process.Pid
}
