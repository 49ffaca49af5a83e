package localcloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"retoolapi/internal/command"
)

// Record is the file in a local cloud's folder that its emulator keeps locked as
// long as it runs. The kernel says which process has the lock, and releases it
// also after a crash. The length of the lock in bytes is the emulator's port. The
// text of the file says nothing about a running emulator: it is the port of the
// last start, for the next one.
const Record = "ministack.json"

var client = HTTPClient()

// Emulator is the running emulator of a folder.
type Emulator struct {
	PID  int // also the id of its process group
	Port int // on 127.0.0.1
}

// Edition is what the emulator with this process id answers as its edition. It
// tells this emulator from every other one on the same port.
func Edition(pid int) string { return fmt.Sprintf("process %d", pid) }

// Find returns the emulator of the folder dir, or nil if none runs.
func Find(dir string) (*Emulator, error) {
	path := filepath.Join(dir, Record)
	record, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault("make the file readable, or remove it", "find the local cloud: %w", err)
	}
	defer record.Close()
	return lockOwner(record)
}

// ErrForeign says that another program has the port of the local cloud.
var ErrForeign = errors.New("another program answers")

// AnotherPort returns the command that starts a local cloud on another port than
// the one that is taken.
func AnotherPort(at command.Target, taken int) string {
	at.Port = min(taken+1, 65534)
	return at.Make("local")
}

// Answers fails unless it is this emulator that answers on its port. at is what
// the person named.
func (e Emulator) Answers(ctx context.Context, at command.Target) error {
	edition, err := health(ctx, e.Port)
	if err == nil && edition != Edition(e.PID) {
		err = ErrForeign
	}
	switch {
	case errors.Is(err, ErrForeign):
		return unreachable{fault(fmt.Sprintf("stop that program, or stop the local cloud (%s) and start it on another port (%s)", at.Make("local-down"), AnotherPort(at, e.Port)),
			"%w at %s, not the local cloud", err, Endpoint(e.Port))}
	case err != nil:
		return unreachable{fault(fmt.Sprintf("stop it (%s) and start it again (%s)", at.Make("local-down"), at.Make("local")),
			"the local cloud does not answer at %s (%w)", Endpoint(e.Port), err)}
	}
	return nil
}

// IsMiniStack tells whether a MiniStack answers on the port, whoever started it.
func IsMiniStack(ctx context.Context, port int) bool {
	_, err := health(ctx, port)
	return err == nil
}

// health returns the edition that the MiniStack on the port answers. It fails
// with ErrForeign if another program answers.
func health(ctx context.Context, port int) (edition string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, Endpoint(port)+"/_ministack/health", nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	var answer struct {
		Services map[string]string
		Edition  string
	}
	if json.Unmarshal(body, &answer) != nil || len(answer.Services) == 0 {
		return "", ErrForeign
	}
	return answer.Edition, nil
}

// Port is a port that a person named, or 0 if they named none.
type Port int

// UnmarshalText reads a port. An empty variable names none. The error does not
// repeat the text, which may be a secret in the wrong place.
func (p *Port) UnmarshalText(text []byte) error {
	*p = 0
	if len(text) == 0 {
		return nil
	}
	number, err := strconv.Atoi(string(text))
	if err != nil || !valid(number) {
		return errors.New("takes a number from 1 to 65535")
	}
	*p = Port(number)
	return nil
}

func valid(port int) bool { return port >= 1 && port <= 65535 }

// PortError says that a person named another port than that of the local cloud.
type PortError struct {
	Running int
	Named   command.Target
}

func (e PortError) Error() string {
	return fmt.Sprintf("the local cloud of %s runs on port %d, not %d", e.Named.Dir, e.Running, e.Named.Port)
}

// Hint says what the person can do.
func (e PortError) Hint() string {
	running := e.Named
	running.Port = e.Running
	return fmt.Sprintf("leave out --port and LOCAL_PORT to use it, or stop it (%s)", running.Make("local-down"))
}

// Misuse says that the person asked for what cannot be.
func (PortError) Misuse() {}

// FindOn returns the emulator of at's folder as Find does, and fails if at names
// another port than the emulator's.
func FindOn(at command.Target) (*Emulator, error) {
	running, err := Find(at.Dir)
	if err == nil && running != nil && at.Port != 0 && at.Port != running.Port {
		return nil, PortError{running.Port, at}
	}
	return running, err
}

// ErrNotRunning says that the folder has no running emulator.
var ErrNotRunning = errors.New("the local cloud is not running")

// Locate returns the port of the local cloud of at's folder, which need not be
// named, once its own emulator answers there.
func Locate(ctx context.Context, at command.Target) (int, error) {
	running, err := FindOn(at)
	if err != nil {
		return 0, err
	}
	if running == nil {
		return 0, unreachable{hinted{ErrNotRunning, fmt.Sprintf("start it (%s, or %s)", at.Make("local"), at.Local("up"))}}
	}
	return running.Port, running.Answers(ctx, at)
}

// StartPort returns the port on which the local cloud of the folder dir starts:
// the port that is named, else that of its last start, else DefaultPort.
func StartPort(dir string, named Port) int {
	if named != 0 {
		return int(named)
	}
	var last struct{ Port int }
	data, err := os.ReadFile(filepath.Join(dir, Record))
	if err != nil || json.Unmarshal(data, &last) != nil || !valid(last.Port) {
		return DefaultPort
	}
	return last.Port
}

// RememberPort writes a port into the record of the folder dir, for StartPort. It
// does not replace the file, because the emulator has a lock on it.
func RememberPort(dir string, port int) error {
	if err := os.WriteFile(filepath.Join(dir, Record), fmt.Appendf(nil, "{\"port\":%d}\n", port), 0o600); err != nil {
		return fmt.Errorf("remember the port: %w", err)
	}
	return nil
}
