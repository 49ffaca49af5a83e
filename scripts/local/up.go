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
	"syscall"
	"time"

	"retoolapi/internal/cli"
	"retoolapi/internal/command"
	"retoolapi/internal/localcloud"
)

const startTimeout = 60 * time.Second

// emulator runs MiniStack so that localcloud.Find finds it.
//
//go:embed emulator.py
var emulator string

// upCommand is `local up`.
type upCommand struct {
	Prepare bool `hidden:"" help:"Only install the Python packages, as make does while it installs other things."`
}

func (upCommand) Help() string {
	return `Needs Python 3.10 or later. The first time, it downloads about 25 MB of Python packages into the user's cache folder, each checked against its pinned hash; after that it takes a second. The index, proxy and certificates are those of your pip settings (variables and files); other pip settings have no effect. Damaged packages are installed again.`
}

func (cmd upCommand) Run(ctx context.Context, c cli.Console, all *commands) error {
	if cmd.Prepare {
		return prepare(ctx, c)
	}
	return all.cloud(c).up(ctx)
}

// prepare installs the emulator.
func prepare(ctx context.Context, c cli.Console) error {
	cache, err := cacheDir()
	if err != nil {
		return err
	}
	_, err = ministackEnvironment(cache).python(ctx, c)
	return err
}

// up starts the emulator unless it runs, and returns when it answers.
func (c cloud) up(ctx context.Context) error {
	// The state and the log contain passwords and tokens.
	syscall.Umask(0o077)
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return fmt.Errorf("create the state folder: %w", err)
	}
	lock, err := lockFile(ctx, c.console, c.lockPath(), "starting the local cloud")
	if err != nil {
		return err
	}
	defer lock.Close()
	running, err := localcloud.FindOn(c.at())
	if err != nil {
		return err
	}
	if running != nil {
		if err := c.waitUntilItAnswers(ctx, running); err != nil {
			return fmt.Errorf("%w\nits log is %s", err, c.logPath())
		}
		fmt.Fprintf(c.console.Out, "local cloud already running at %s\n", localcloud.Endpoint(running.Port))
		return nil
	}
	port := localcloud.StartPort(c.dir, c.port)
	if err := c.start(ctx, port); err != nil {
		return err
	}
	fmt.Fprintf(c.console.Out, "local cloud running at %s\n", localcloud.Endpoint(port))
	return nil
}

// waitUntilItAnswers waits for an emulator that another command started.
func (c cloud) waitUntilItAnswers(ctx context.Context, running *localcloud.Emulator) error {
	return c.waitHealthy(ctx, *running, func() bool {
		now, err := localcloud.Find(c.dir)
		return err == nil && (now == nil || *now != *running)
	})
}

// start starts the emulator on the port and waits until it answers.
func (c cloud) start(ctx context.Context, port int) error {
	// If two clones start on the same port, the second one waits here. It then
	// finds a MiniStack that answers, and can say that it uses the port.
	cache, err := cacheDir()
	if err != nil {
		return err
	}
	portLock, err := lockFile(ctx, c.console, filepath.Join(cache, fmt.Sprintf("port-%d.lock", port)), fmt.Sprintf("starting a local cloud on port %d", port))
	if err != nil {
		return err
	}
	defer portLock.Close()
	if err := c.portFree(ctx, port); err != nil {
		return err
	}
	python, err := ministackEnvironment(cache).python(ctx, c.console)
	if err != nil {
		return err
	}
	pid, err := c.spawn(python, port)
	if err != nil {
		return err
	}
	ended := watch(pid)
	err = c.waitHealthy(ctx, localcloud.Emulator{PID: pid, Port: port}, ended)
	if err == nil {
		return localcloud.RememberPort(c.dir, port)
	}
	if !ended() {
		syscall.Kill(-pid, syscall.SIGKILL)
		syscall.Wait4(pid, nil, 0, nil)
	}
	// Another program, or a MiniStack of another user, may have taken the port.
	if taken := c.portFree(ctx, port); taken != nil && ctx.Err() == nil {
		return taken
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return cli.Hint(fmt.Errorf("start MiniStack: %w; the last lines of its log:%s", err, c.logTail()), "read "+c.logPath())
}

// spawn starts the emulator's process.
func (c cloud) spawn(python string, port int) (pid int, err error) {
	temp := filepath.Join(c.dataPath(), "tmp")
	if err := os.RemoveAll(temp); err != nil {
		return 0, fmt.Errorf("empty the emulator's temporary folder: %w", err)
	}
	if err := os.MkdirAll(temp, 0o700); err != nil {
		return 0, fmt.Errorf("create the emulator's folders: %w", err)
	}
	log, err := os.OpenFile(c.logPath(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, fmt.Errorf("create the emulator's log: %w", err)
	}
	defer log.Close()
	record, err := os.OpenFile(c.recordPath(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, cli.Hint(fmt.Errorf("create the emulator's record: %w", err), "remove that file or folder")
	}
	defer record.Close()

	ministack := exec.Command(python, "-I", "-u", "-c", emulator)
	ministack.Dir = c.dataPath()
	ministack.Env = c.ministackEnviron(port)
	ministack.Stdout, ministack.Stderr = log, log
	ministack.ExtraFiles = []*os.File{record}
	// In its own session, it still runs after this command and its terminal exit.
	ministack.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := ministack.Start(); err != nil {
		return 0, fmt.Errorf("start MiniStack: %w", err)
	}
	return ministack.Process.Pid, nil
}

// watch returns a function that tells whether a child process has ended. Until it
// returns true, no other process can have the child's id.
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

// ministackEnviron returns the environment of the emulator, without a person's
// settings for other installations. Lambda functions inherit it, with the endpoint
// that keeps them on the local cloud.
func (c cloud) ministackEnviron(port int) []string {
	data := c.dataPath()
	return localcloud.Environ(port, []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + os.Getenv("HOME"),
		"TMPDIR=" + filepath.Join(data, "tmp"), // for unpacked Lambda code
		fmt.Sprintf("GATEWAY_PORT=%d", port),
		"BIND_HOST=127.0.0.1",
		"PERSIST_STATE=1",
		"STATE_DIR=" + filepath.Join(data, "state"),
		// These services are not used, and have fixed ports, which only one
		// emulator could use.
		"IOT_MTLS_ENABLED=0",
		"SFTP_ENABLED=0",
	})
}

// portFree returns an error if the port is in use.
func (c cloud) portFree(ctx context.Context, port int) error {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	taken := func(by, remedy string) error {
		return cli.Hint(fmt.Errorf("port %d is %s", port, by), remedy+", or choose another port ("+localcloud.AnotherPort(c.at(), port)+")")
	}
	const otherProgram = "in use by another program"
	if connection, err := net.DialTimeout("tcp", address, time.Second); err == nil {
		connection.Close()
		if localcloud.IsMiniStack(ctx, port) {
			return taken("in use by a MiniStack that was not started for "+c.dir, "stop it where it was started ("+command.Target{}.Make("local-down")+")")
		}
		return taken(otherProgram, "stop that program")
	}
	listener, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		return listener.Close()
	case errors.Is(err, syscall.EADDRINUSE): // bound, but not listening yet
		return taken(otherProgram, "stop that program")
	}
	return taken(fmt.Sprintf("not usable: %v", err), "get the permission")
}

// waitHealthy returns when the emulator answers. It fails when another program
// answers, when the emulator has ended, when ctx is canceled, and after
// startTimeout.
func (c cloud) waitHealthy(ctx context.Context, emulator localcloud.Emulator, ended func() bool) error {
	deadline := time.Now().Add(startTimeout)
	what := fmt.Sprintf("waiting for MiniStack on port %d", emulator.Port)
	return waitUntil(ctx, c.console, what, func() (bool, error) {
		err := emulator.Answers(ctx, c.at())
		switch {
		case err == nil, errors.Is(err, localcloud.ErrForeign):
			return true, err
		case ended():
			return false, errors.New("it ended before it answered")
		case time.Now().After(deadline):
			return false, fmt.Errorf("waited %v: %w", startTimeout, err)
		}
		return false, nil
	})
}
