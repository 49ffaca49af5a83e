package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"retoolapi/internal/localcloud"
)

const (
	startTimeout = 60 * time.Second
	// The emulator saves its state when it stops; cutting that short loses
	// everything deployed since its start.
	stopTimeout = 30 * time.Second
	pollPeriod  = 50 * time.Millisecond
	// Whoever waits longer than this is told what for, and then again and again.
	reportDelay  = 2 * time.Second
	reportPeriod = 5 * time.Second
)

var errInterrupted = errors.New("interrupted")

// emulator runs MiniStack so that localcloud.Find finds it.
//
//go:embed emulator.py
var emulator string

// cloud is the local cloud of one folder: one emulator process at most.
//
// The emulator keeps everything in memory and saves it when it stops, so what
// comes back at the next start is of one moment. (Objects in S3 it forgets; the
// CDK CLI uploads its assets again when it needs them.)
type cloud struct {
	dir  string          // absolute
	port localcloud.Port // the one asked for, if any
}

func (c cloud) recordPath() string { return filepath.Join(c.dir, localcloud.Record) }
func (c cloud) lockPath() string   { return filepath.Join(c.dir, "ministack.lock") } // of the command that starts or wipes
func (c cloud) logPath() string    { return filepath.Join(c.dir, "ministack.log") }
func (c cloud) dataPath() string   { return filepath.Join(c.dir, "ministack") }

// up starts the emulator unless it runs, and returns when it answers.
func (c cloud) up(ctx context.Context) error {
	// State and log hold passwords and tokens.
	syscall.Umask(0o077)
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return fmt.Errorf("up: make the state folder: %w", err)
	}
	lock, err := lockFile(ctx, c.lockPath(), "starting the local cloud")
	if err != nil {
		return fmt.Errorf("up: %w", err)
	}
	defer lock.Close()
	running, err := localcloud.FindOn(c.dir, c.port)
	if err != nil {
		return fmt.Errorf("up: %w", err)
	}
	if running != nil {
		if err := c.waitUntilItAnswers(ctx, running); err != nil {
			return fmt.Errorf("up: %w: see %s", err, c.logPath())
		}
		fmt.Printf("local cloud already running at %s\n", localcloud.Endpoint(running.Port))
		return nil
	}
	port := localcloud.StartPort(c.dir, c.port)
	if err := c.start(ctx, port); err != nil {
		return fmt.Errorf("up: %w", err)
	}
	fmt.Printf("local cloud running at %s\n", localcloud.Endpoint(port))
	return nil
}

// waitUntilItAnswers waits for an emulator that another command started.
func (c cloud) waitUntilItAnswers(ctx context.Context, running *localcloud.Emulator) error {
	return waitHealthy(ctx, *running, func() bool {
		now, err := localcloud.Find(c.dir)
		return err == nil && (now == nil || *now != *running)
	})
}

// start starts the emulator on the port and waits until it answers.
func (c cloud) start(ctx context.Context, port int) error {
	// Of two clones that want the same port, the second one finds it taken by a
	// MiniStack that answers, and can say so.
	cache, err := cacheDir()
	if err != nil {
		return err
	}
	portLock, err := lockFile(ctx, filepath.Join(cache, fmt.Sprintf("port-%d.lock", port)), fmt.Sprintf("starting a local cloud on port %d", port))
	if err != nil {
		return err
	}
	defer portLock.Close()
	if err := c.portFree(ctx, port); err != nil {
		return err
	}
	python, err := ministackEnvironment(cache).python(ctx)
	if err != nil {
		return err
	}
	pid, err := c.spawn(python, port)
	if err != nil {
		return err
	}
	ended := watch(pid)
	err = waitHealthy(ctx, localcloud.Emulator{PID: pid, Port: port}, ended)
	if err == nil {
		return localcloud.RememberPort(c.dir, port)
	}
	if !ended() {
		syscall.Kill(-pid, syscall.SIGKILL)
		syscall.Wait4(pid, nil, 0, nil)
	}
	// Perhaps somebody else was faster, whom the lock does not hold back.
	if taken := c.portFree(ctx, port); taken != nil && ctx.Err() == nil {
		return taken
	}
	return fmt.Errorf("start MiniStack: %w%s", err, c.logTail())
}

// spawn starts the emulator's process.
func (c cloud) spawn(python string, port int) (pid int, err error) {
	temp := filepath.Join(c.dataPath(), "tmp")
	if err := os.RemoveAll(temp); err != nil {
		return 0, fmt.Errorf("empty the emulator's temporary folder: %w", err)
	}
	if err := os.MkdirAll(temp, 0o700); err != nil {
		return 0, fmt.Errorf("make the emulator's folders: %w", err)
	}
	log, err := os.OpenFile(c.logPath(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, fmt.Errorf("make the emulator's log: %w", err)
	}
	defer log.Close()
	record, err := os.OpenFile(c.recordPath(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, fmt.Errorf("make the emulator's record: %w: remove what is there", err)
	}
	defer record.Close()

	ministack := exec.Command(python, "-I", "-u", "-c", emulator)
	ministack.Dir = c.dataPath()
	ministack.Env = c.ministackEnviron(port)
	ministack.Stdout, ministack.Stderr = log, log
	ministack.ExtraFiles = []*os.File{record}
	// A session of its own: it outlives this command and its terminal.
	ministack.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := ministack.Start(); err != nil {
		return 0, fmt.Errorf("start MiniStack: %w", err)
	}
	return ministack.Process.Pid, nil
}

// watch returns a function that tells whether this child has ended. Until that
// has said so, no other process can have the child's id.
func watch(pid int) func() bool {
	ended := false
	return func() bool {
		if !ended {
			reaped, err := syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
			ended = reaped == pid || errors.Is(err, syscall.ECHILD)
		}
		return ended
	}
}

// ministackEnviron is the whole environment of the emulator: settings of other
// installations must not leak into it. Lambda functions inherit it, and with it
// the endpoint that keeps them on the local cloud.
func (c cloud) ministackEnviron(port int) []string {
	data := c.dataPath()
	return localcloud.Environ(port, []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + os.Getenv("HOME"),
		"TMPDIR=" + filepath.Join(data, "tmp"), // unpacked Lambda code
		fmt.Sprintf("GATEWAY_PORT=%d", port),
		"BIND_HOST=127.0.0.1",
		"PERSIST_STATE=1",
		"STATE_DIR=" + filepath.Join(data, "state"),
		// Listeners of services not used here, on fixed ports that two
		// emulators would fight over.
		"IOT_MTLS_ENABLED=0",
		"SFTP_ENABLED=0",
	})
}

// portFree fails if something has the port.
func (c cloud) portFree(ctx context.Context, port int) error {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	fault := ""
	if connection, err := net.DialTimeout("tcp", address, time.Second); err == nil {
		connection.Close()
		fault = "in use by another program: stop that"
		if localcloud.IsMiniStack(ctx, port) {
			fault = "in use by a MiniStack that was not started for " + c.dir + ": stop it where it was started (make local-down)"
		}
	} else if listener, err := net.Listen("tcp", address); err == nil {
		return listener.Close()
	} else if errors.Is(err, syscall.EADDRINUSE) { // by what does not listen yet
		fault = "in use by another program: stop that"
	} else {
		fault = fmt.Sprintf("not to be used: %v: get the permission", err)
	}
	return fmt.Errorf("port %d is %s, or choose another port (--port 4567, or LOCAL_PORT=4567 make local)", port, fault)
}

// waitHealthy returns when the emulator answers. It fails when somebody else
// answers, when the emulator has ended, when ctx ends, and after startTimeout.
func waitHealthy(ctx context.Context, emulator localcloud.Emulator, ended func() bool) error {
	start := time.Now()
	report := start.Add(reportDelay)
	for {
		err := emulator.Answers(ctx)
		if err == nil || errors.Is(err, localcloud.ErrForeign) {
			return err
		}
		if ended() {
			return errors.New("it ended before it answered")
		}
		waited := time.Since(start)
		if waited > startTimeout {
			return fmt.Errorf("waited %v: %w", startTimeout, err)
		}
		if time.Now().After(report) {
			fmt.Printf("waiting for MiniStack on port %d (%d s)\n", emulator.Port, int(waited.Seconds()))
			report = report.Add(reportPeriod)
		}
		if !sleep(ctx) {
			return errInterrupted
		}
	}
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
	running, err := localcloud.FindOn(c.dir, c.port)
	if err != nil {
		return fmt.Errorf("down: %w", err)
	}
	if running == nil {
		fmt.Println("local cloud not running")
		return nil
	}
	if err := c.stop(ctx, running); err != nil {
		return fmt.Errorf("down: %w", err)
	}
	fmt.Println("local cloud stopped")
	return nil
}

func (c cloud) stop(ctx context.Context, running *localcloud.Emulator) error {
	group := running.PID
	if err := syscall.Kill(-group, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop process group %d: %w", group, err)
	}
	deadline := time.Now().Add(stopTimeout)
	for {
		now, err := localcloud.Find(c.dir)
		if err != nil {
			return err
		}
		if now == nil || now.PID != group {
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
	// Lambda functions run as its children; none may survive it. As long as one
	// lives, no other process gets the group's id.
	if err := syscall.Kill(-group, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("end the rest of process group %d: %w", group, err)
	}
	return nil
}

// wipe removes the state, the log and the record of a stopped emulator.
func (c cloud) wipe() error {
	if _, err := os.Stat(c.dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	lock, err := os.OpenFile(c.lockPath(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("down: %w", err)
	}
	defer lock.Close()
	locked, err := tryLock(lock)
	if err != nil {
		return fmt.Errorf("down: %w", err)
	}
	running, err := localcloud.Find(c.dir)
	if err != nil {
		return fmt.Errorf("down: %w", err)
	}
	if !locked || running != nil {
		return fmt.Errorf("down: remove the state in %s: another command uses the local cloud: try again", c.dir)
	}
	for _, path := range []string{c.dataPath(), c.logPath(), c.recordPath()} {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("down: remove the state: %w", err)
		}
	}
	fmt.Printf("state in %s removed\n", c.dir)
	return nil
}

// status prints where the emulator runs. It fails if it does not run.
func (c cloud) status(ctx context.Context) error {
	running, err := localcloud.FindOn(c.dir, c.port)
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	if running == nil {
		return fmt.Errorf("local cloud of %s not running", c.dir)
	}
	state := "running"
	if err := running.Answers(ctx); err != nil {
		state = "running, but " + err.Error()
	}
	fmt.Printf("local cloud %s\nendpoint  %s\npid       %d\nlog       %s\n",
		state, localcloud.Endpoint(running.Port), running.PID, c.logPath())
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
