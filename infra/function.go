package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"retoolapi/infra/stage"
)

// functionTimeoutSeconds is under the 30 s after which the gateway gives up,
// so that a slow request ends with the function's own error.
const functionTimeoutSeconds = 10

// addFunction builds the Lambda and declares it with its role and log group.
func (s *Stack) addFunction() error {
	target := targetOf(s.stage)
	dir, err := os.MkdirTemp("", "retoolapi-function-")
	if err != nil {
		return fmt.Errorf("build the function: %w", err)
	}
	// The function's construct copies it into the cloud assembly.
	defer os.RemoveAll(dir)
	// For `list` and `destroy` the CLI requires no code, which is then never
	// uploaded, and an empty folder takes its place.
	if *s.cdk.BundlingRequired() {
		if err := build(target, filepath.Join(dir, "bootstrap")); err != nil {
			return err
		}
	}
	logGroup := s.newLogGroup("FunctionLogs", nil)

	// Its own role: the managed AWSLambdaBasicExecutionRole may create log
	// groups, and a late write would bring a deleted group back.
	role := awsiam.NewRole(s.cdk, jsii.String("FunctionRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	logGroup.GrantWrite(role)

	s.function = awslambda.NewFunction(s.cdk, jsii.String("Function"), &awslambda.FunctionProps{
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: target.architecture(),
		Handler:      jsii.String("bootstrap"),
		Code:         awslambda.Code_FromAsset(&dir, nil),
		Role:         role,
		LogGroup:     logGroup,
		MemorySize:   jsii.Number(s.settings.MemoryMB),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(functionTimeoutSeconds)),
	})
	return nil
}

// target is the operating system and processor that a function is built for,
// in Go's terms.
type target struct{ os, arch string }

// targetOf returns for a stage Lambda's cheaper processor, or for the local cloud,
// which runs the function as a child process, this machine.
func targetOf(name string) target {
	if name == stage.Local {
		return target{runtime.GOOS, runtime.GOARCH}
	}
	return target{"linux", "arm64"}
}

func (t target) architecture() awslambda.Architecture {
	if t.arch == "arm64" {
		return awslambda.Architecture_ARM_64()
	}
	return awslambda.Architecture_X86_64()
}

// toolchain is the Go that the function is built with, whichever Go a person
// has; go.mod names the same. Another one would give another program, and so
// another deployment, of the same commit, with the faults of its own library.
const toolchain = "go1.27.3"

// build compiles the Lambda so that one commit gives the same bytes wherever
// and by whomever it is built: the asset's hash is the hash of the bytes, and a
// change of hash is a deployment.
func build(t target, output string) error {
	slow := time.AfterFunc(2*time.Second, func() {
		fmt.Fprintf(os.Stderr, "Building the function with %s (the first time compiles all of it: up to a minute)…\n", toolchain)
	})
	defer slow.Stop()
	cmd := exec.Command("go", "build", "-tags=lambda.norpc", "-ldflags=-s -w -buildid=", "-o", output, "retoolapi/lambda")
	cmd.Env = append(os.Environ(), "GOOS="+t.os, "GOARCH="+t.arch, "CGO_ENABLED=0",
		// Fetched by the go command if it is another one. Named here too,
		// because some installations do not follow go.mod (GOTOOLCHAIN=local).
		// The GOROOT of the Go that runs this app is not that one's.
		"GOTOOLCHAIN="+toolchain, "GOROOT=",
		// No path of this machine and no commit. In GOFLAGS, because what a
		// person has set there for their own builds does not belong in this
		// one, and an empty value would leave what `go env -w` has set.
		"GOFLAGS=-trimpath -buildvcs=false",
		"GOEXPERIMENT=", "GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the function (go build ./lambda for %s/%s): %w\n%s", t.os, t.arch, err, explained(out))
	}
	// Lambda runs it as another user. The mode follows this machine's umask, and
	// is packed with the file but not part of the asset's hash.
	if err := os.Chmod(output, 0o755); err != nil {
		return fmt.Errorf("build the function: %w", err)
	}
	return nil
}

// explained returns what the go command said, and what to do if that is that
// it could not fetch the toolchain.
func explained(said []byte) []byte {
	said = bytes.TrimSpace(said)
	if bytes.Contains(said, []byte("go: download "+toolchain)) {
		said = fmt.Appendf(said, "\nThe function is built with %s and no other Go: let the go command fetch it (GOPROXY, GOSUMDB and GOPRIVATE must allow golang.org/toolchain), or put it on the PATH as %[1]s (go install golang.org/dl/%[1]s@latest && %[1]s download).", toolchain)
	}
	return said
}
