package projecttest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// FreePort returns a port that nothing used a moment ago.
func FreePort(t testing.TB) int {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// SilentServer returns the URL of a server that accepts and never answers, until
// the end of the test.
func SilentServer(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return "http://" + listener.Addr().String()
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// Build builds commands of the project, such as scripts/local, into a folder.
func Build(t testing.TB, folder string, commands ...string) {
	t.Helper()
	if err := build(folder, commands...); err != nil {
		t.Fatal(err)
	}
}

func build(folder string, commands ...string) error {
	args := []string{"build", "-o", folder + string(filepath.Separator)}
	for _, command := range commands {
		args = append(args, "retoolapi/"+command)
	}
	return run("go", args...)
}

// run runs a command. If it fails, its output is in the error.
func run(name string, args ...string) error {
	command := exec.Command(name, args...)
	command.Env = Environ()
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w\n%s", command.Args, err, output)
	}
	return nil
}

// WithMiniStack starts an emulator of AWS for the tests of a package, runs them,
// stops the emulator and returns the exit code of the tests. If the emulator does
// not start, it returns the exit code of a failure.
//
//	func TestMain(m *testing.M) {
//		os.Exit(projecttest.WithMiniStack(func(url string) int { endpoint = url; return m.Run() }))
//	}
func WithMiniStack(tests func(endpoint string) int) (code int) {
	folder, err := os.MkdirTemp("", "ministack-")
	if err == nil {
		defer os.RemoveAll(folder)
		code, err = withMiniStack(folder, tests)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func withMiniStack(folder string, tests func(endpoint string) int) (int, error) {
	port, err := freePort()
	if err != nil {
		return 0, err
	}
	if err := build(folder, "scripts/local"); err != nil {
		return 0, err
	}
	local := func(command string) error {
		return run(filepath.Join(folder, "local"), command, "--port", strconv.Itoa(port), "--dir", folder)
	}
	defer local("down") // also if "up" fails halfway; errors of "down" do not matter to the tests
	if err := local("up"); err != nil {
		return 0, err
	}
	return tests(fmt.Sprintf("http://127.0.0.1:%d", port)), nil
}
