package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"retoolapi/scripts/internal/localcloud"
)

const (
	startTimeout = 60 * time.Second
	// The emulator saves its state when it stops; cutting that short loses
	// everything deployed since its start.
	stopTimeout = 30 * time.Second
	pollPeriod  = 50 * time.Millisecond
	// Whoever waits longer than this is told what for.
	reportDelay = 2 * time.Second
)

var (
	errInterrupted = errors.New("interrupted")

	client = localcloud.HTTPClient()
)

// cloud is the local cloud of one folder: one emulator process at most.
//
// The emulator keeps everything in memory and saves it when it stops, so what
// comes back at the next start is of one moment. (Objects in S3 it forgets; the
// CDK CLI uploads its assets again when it needs them.)
//
// The file ministack.json says which process that is, and the process holds the
// file's lock, which it inherits at its start. So a record whose lock is free is
// stale, however the process ended and whoever has its process id now.
type cloud struct {
	dir  string // absolute
	port int    // the port asked for
}

// instance is the running emulator.
type instance struct {
	PID  int `json:"pid"`  // also the id of its process group
	Port int `json:"port"` // on 127.0.0.1
}

func (c cloud) recordPath() string { return filepath.Join(c.dir, localcloud.Record) }
func (c cloud) logPath() string    { return filepath.Join(c.dir, "ministack.log") }
func (c cloud) dataPath() string   { return filepath.Join(c.dir, "ministack") }

// up starts the emulator unless it runs, and returns when it answers.
func (c cloud) up(ctx context.Context) error {
	// State and log hold passwords and tokens.
	syscall.Umask(0o077)
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return fmt.Errorf("up: make the state folder: %w", err)
	}
	record, running, err := c.claim(ctx)
	if err != nil {
		return fmt.Errorf("up: %w", err)
	}
	if running != nil {
		if err := c.samePort(running); err != nil {
			return fmt.Errorf("up: %w", err)
		}
		ended := func() bool {
			now, err := c.find()
			return err == nil && now == nil
		}
		if err := waitHealthy(ctx, running.Port, ended); err != nil {
			return fmt.Errorf("up: %w: see %s", err, c.logPath())
		}
		fmt.Printf("local cloud already running at %s\n", localcloud.Endpoint(running.Port))
		return nil
	}
	defer record.Close()
	if err := c.start(ctx, record); err != nil {
		return fmt.Errorf("up: %w", err)
	}
	fmt.Printf("local cloud running at %s\n", localcloud.Endpoint(c.port))
	return nil
}

// claim returns either the locked, empty record of an emulator to be started or
// the emulator that runs. While another command is starting it, claim waits.
func (c cloud) claim(ctx context.Context) (*os.File, *instance, error) {
	var running *instance
	record, err := lockFile(ctx, c.recordPath(), func() (bool, error) {
		var err error
		running, err = c.find()
		return running != nil, err
	})
	if err != nil || running != nil {
		return nil, running, err
	}
	return record, nil, record.Truncate(0)
}

// find returns the running emulator, or nil if there is none or another command
// is about to start it.
func (c cloud) find() (*instance, error) {
	record, err := os.Open(c.recordPath())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer record.Close()
	if free, err := tryLock(record, syscall.LOCK_SH); err != nil || free {
		return nil, err
	}
	var running instance
	if err := json.NewDecoder(record).Decode(&running); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.recordPath(), err)
	}
	return &running, nil
}

func (c cloud) samePort(running *instance) error {
	if running.Port == c.port {
		return nil
	}
	return fmt.Errorf("the local cloud of %s runs on port %d, not %d: use that one (--port %d or LOCAL_PORT=%d) or stop it first (make local-down)",
		c.dir, running.Port, c.port, running.Port, running.Port)
}

// start starts the emulator, writes its record and waits until it answers.
func (c cloud) start(ctx context.Context, record *os.File) error {
	if err := c.portFree(ctx); err != nil {
		return err
	}
	python, err := venvPython(ctx)
	if err != nil {
		return err
	}
	temp := filepath.Join(c.dataPath(), "tmp")
	if err := os.RemoveAll(temp); err != nil {
		return fmt.Errorf("empty the emulator's temporary folder: %w", err)
	}
	if err := os.MkdirAll(temp, 0o700); err != nil {
		return fmt.Errorf("make the emulator's folders: %w", err)
	}
	log, err := os.OpenFile(c.logPath(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("make the emulator's log: %w", err)
	}
	defer log.Close()

	ministack := exec.Command(python, "-m", "ministack")
	ministack.Dir = c.dataPath()
	ministack.Env = c.ministackEnviron()
	ministack.Stdout, ministack.Stderr = log, log
	ministack.ExtraFiles = []*os.File{record}
	// A session of its own: it outlives this command and its terminal.
	ministack.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := ministack.Start(); err != nil {
		return fmt.Errorf("start MiniStack: %w", err)
	}
	waited := make(chan error, 1)
	go func() { waited <- ministack.Wait() }()
	ended := func() bool { return len(waited) > 0 }

	err = json.NewEncoder(record).Encode(instance{PID: ministack.Process.Pid, Port: c.port})
	if err == nil {
		err = waitHealthy(ctx, c.port, ended)
	}
	if err != nil {
		syscall.Kill(-ministack.Process.Pid, syscall.SIGKILL)
		<-waited
		return fmt.Errorf("start MiniStack: %w%s", err, c.logTail())
	}
	return nil
}

// ministackEnviron is the whole environment of the emulator: settings of other
// installations must not leak into it. Lambda functions inherit it, and with it
// the endpoint that keeps them on the local cloud.
func (c cloud) ministackEnviron() []string {
	data := c.dataPath()
	return localcloud.Environ(c.port, []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + os.Getenv("HOME"),
		"TMPDIR=" + filepath.Join(data, "tmp"), // unpacked Lambda code
		fmt.Sprintf("GATEWAY_PORT=%d", c.port),
		"BIND_HOST=127.0.0.1",
		"PERSIST_STATE=1",
		"STATE_DIR=" + filepath.Join(data, "state"),
		"PYTHONUNBUFFERED=1",
		// Listeners of services not used here, on fixed ports that two
		// emulators would fight over.
		"IOT_MTLS_ENABLED=0",
		"SFTP_ENABLED=0",
	})
}

// portFree fails if something listens on the port.
func (c cloud) portFree(ctx context.Context) error {
	address := fmt.Sprintf("127.0.0.1:%d", c.port)
	connection, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return nil
	}
	connection.Close()
	owner := "another program: stop that"
	if healthy(ctx, c.port) {
		owner = "a MiniStack that was not started for " + c.dir + ": stop it where it was started (make local-down)"
	}
	return fmt.Errorf("port %d is in use by %s, or choose another port (--port 4567, or LOCAL_PORT=4567 make local)", c.port, owner)
}

// waitHealthy returns when the emulator answers. It fails when the emulator has
// ended, when ctx ends, and after startTimeout.
func waitHealthy(ctx context.Context, port int, ended func() bool) error {
	start := time.Now()
	report := start.Add(reportDelay)
	for !healthy(ctx, port) {
		if ended() {
			return errors.New("it ended before it answered")
		}
		waited := time.Since(start)
		if waited > startTimeout {
			return fmt.Errorf("no answer on port %d within %v", port, startTimeout)
		}
		if time.Now().After(report) {
			fmt.Printf("waiting for MiniStack on port %d (%d s)\n", port, int(waited.Seconds()))
			report = report.Add(5 * time.Second)
		}
		if !sleep(ctx) {
			return errInterrupted
		}
	}
	return nil
}

// healthy tells whether a MiniStack answers on the port.
func healthy(ctx context.Context, port int) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, localcloud.Endpoint(port)+"/_ministack/health", nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	var health struct{ Services map[string]string }
	return json.NewDecoder(response.Body).Decode(&health) == nil && len(health.Services) > 0
}

// logTail is the end of the log, indented, to be put behind an error.
func (c cloud) logTail() string {
	log, err := os.ReadFile(c.logPath())
	if err != nil || len(log) == 0 {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	lines = lines[max(0, len(lines)-10):]
	return fmt.Sprintf("\nlast lines of %s:\n  %s", c.logPath(), strings.Join(lines, "\n  "))
}

// down stops the emulator and everything it started, if it runs.
func (c cloud) down(ctx context.Context) error {
	running, err := c.find()
	if err != nil {
		return fmt.Errorf("down: %w", err)
	}
	if running == nil {
		fmt.Println("local cloud not running")
		return nil
	}
	if err := c.stop(ctx, running.PID); err != nil {
		return fmt.Errorf("down: %w", err)
	}
	fmt.Println("local cloud stopped")
	return nil
}

func (c cloud) stop(ctx context.Context, group int) error {
	if err := syscall.Kill(-group, syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop process group %d: %w", group, err)
	}
	deadline := time.Now().Add(stopTimeout)
	for {
		running, err := c.find()
		if err != nil {
			return err
		}
		if running == nil || running.PID != group {
			break
		}
		if time.Now().After(deadline) {
			fmt.Printf("MiniStack did not stop within %v and is killed: what was deployed since its start is lost\n", stopTimeout)
			break
		}
		if !sleep(ctx) {
			return errInterrupted
		}
	}
	// Lambda functions run as its children; none may survive it.
	if err := syscall.Kill(-group, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("end the rest of process group %d: %w", group, err)
	}
	return nil
}

// wipe removes the state and the log of a stopped emulator. The record stays:
// were it replaced, two commands could each hold the lock of one of the two.
func (c cloud) wipe() error {
	record, err := os.Open(c.recordPath())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("down: %w", err)
	}
	defer record.Close()
	locked, err := tryLock(record, syscall.LOCK_EX)
	if err != nil {
		return fmt.Errorf("down: %w", err)
	}
	if !locked {
		return fmt.Errorf("down: remove the state in %s: another command uses the local cloud", c.dir)
	}
	for _, path := range []string{c.dataPath(), c.logPath()} {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("down: remove the state: %w", err)
		}
	}
	fmt.Printf("state in %s removed\n", c.dir)
	return nil
}

// status prints where the emulator runs. It fails if it does not run.
func (c cloud) status(ctx context.Context) error {
	running, err := c.find()
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	if running == nil {
		return fmt.Errorf("local cloud of %s not running", c.dir)
	}
	state := "running"
	if !healthy(ctx, running.Port) {
		state = "running, but does not answer"
	}
	fmt.Printf("local cloud %s\nendpoint  %s\npid       %d\nlog       %s\n",
		state, localcloud.Endpoint(running.Port), running.PID, c.logPath())
	return nil
}

// mustRun fails unless the emulator answers on the port asked for.
func (c cloud) mustRun(ctx context.Context) error {
	running, err := c.find()
	if err != nil {
		return err
	}
	if running == nil {
		return errors.New("the local cloud is not running: start it (make local, or go run ./scripts/local up)")
	}
	if err := c.samePort(running); err != nil {
		return err
	}
	if !healthy(ctx, running.Port) {
		return fmt.Errorf("the local cloud does not answer at %s: see %s", localcloud.Endpoint(running.Port), c.logPath())
	}
	return nil
}

// sleep waits one poll period and tells whether to go on.
func sleep(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pollPeriod):
		return true
	}
}
