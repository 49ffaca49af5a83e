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

// functionTimeoutSeconds is less than the gateway's limit of 30 s, so that the
// function itself answers a slow request.
const functionTimeoutSeconds = 10

// addFunction builds the Lambda and declares it with its role and log group.
func (s *Stack) addFunction() error {
	on := platformOf(s.stage, s.settings)
	dir, err := os.MkdirTemp("", "retoolapi-function-")
	if err != nil {
		return fmt.Errorf("build the function: %w", err)
	}
	// The folder is only needed until the construct has copied it.
	defer os.RemoveAll(dir)
	// `cdk list` and `cdk destroy` upload no code, so an empty folder is enough.
	if *s.cdk.BundlingRequired() {
		if err := build(on, filepath.Join(dir, "bootstrap")); err != nil {
			return err
		}
	}
	logGroup := s.newLogGroup("FunctionLogs", nil)

	// The managed AWSLambdaBasicExecutionRole may create log groups: a late write
	// would create the deleted group again. This role may not.
	role := awsiam.NewRole(s.cdk, jsii.String("FunctionRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	logGroup.GrantWrite(role)

	s.function = awslambda.NewFunction(s.cdk, jsii.String("Function"), &awslambda.FunctionProps{
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: on.architecture(),
		Handler:      jsii.String("bootstrap"),
		Code:         awslambda.Code_FromAsset(&dir, nil),
		Role:         role,
		LogGroup:     logGroup,
		MemorySize:   jsii.Number(s.settings.MemoryMB),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(functionTimeoutSeconds)),
	})
	exempt(s.function, map[string]string{
		"CKV_AWS_115": "The throttle of the API limits the function, and reserved concurrency would be taken from the account's other functions.",
		"CKV_AWS_116": "The function is called synchronously: the caller gets the error, and there is no event to keep.",
		"CKV_AWS_117": "The function calls AWS services only, so that a VPC would add cost and a longer start.",
		"CKV_AWS_173": "The environment holds no secret, and Lambda encrypts it with a key of AWS.",
	})
	return nil
}

// platform is the GOOS and GOARCH that the function is built for.
type platform struct{ os, arch string }

// platformOf returns the platform of a stage. The local cloud runs the function as a
// process of this machine.
func platformOf(name string, settings stage.Settings) platform {
	if stage.IsLocal(name) {
		return platform{runtime.GOOS, runtime.GOARCH}
	}
	if settings.Architecture == stage.X8664 {
		return platform{"linux", "amd64"}
	}
	return platform{"linux", "arm64"}
}

func (p platform) architecture() awslambda.Architecture {
	if p.arch == "arm64" {
		return awslambda.Architecture_ARM_64()
	}
	return awslambda.Architecture_X86_64()
}

// toolchain is the Go that the function is built with, whichever Go is installed.
// go.mod names the same version. Another version would give another program, so
// that the same commit would be deployed again.
const toolchain = "go1.27.3"

// build compiles the Lambda. One commit gives the same bytes on every machine:
// the asset's hash is that of the bytes, and a new hash causes a deployment.
func build(p platform, output string) error {
	slow := time.AfterFunc(2*time.Second, func() {
		fmt.Fprintf(os.Stderr, "Building the function with %s (the first build takes up to a minute)…\n", toolchain)
	})
	defer slow.Stop()
	cmd := exec.Command("go", "build", "-tags=lambda.norpc", "-ldflags=-s -w -buildid=", "-o", output, "retoolapi/lambda")
	cmd.Env = append(os.Environ(), "GOOS="+p.os, "GOARCH="+p.arch, "CGO_ENABLED=0",
		// The go command fetches this Go if another one is installed. go.mod is
		// not enough, because some installations set GOTOOLCHAIN=local. GOROOT
		// is cleared, because it may be that of the Go that runs this app.
		"GOTOOLCHAIN="+toolchain, "GOROOT=",
		// The program holds no path of this machine and no commit. The flags are
		// in GOFLAGS to replace those that a person has set for their own builds.
		// An empty GOFLAGS would not replace those of `go env -w`.
		"GOFLAGS=-trimpath -buildvcs=false",
		"GOEXPERIMENT=", "GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the function (go build ./lambda for %s/%s): %w\n%s", p.os, p.arch, err, withHint(out))
	}
	// Lambda runs the program as another user, so the mode must not depend on
	// this machine's umask. It is packed with the file, but not part of the
	// asset's hash.
	if err := os.Chmod(output, 0o755); err != nil {
		return fmt.Errorf("build the function: %w", err)
	}
	return nil
}

// withHint returns the output of the go command. If the toolchain could not be
// fetched, it adds what to do.
func withHint(output []byte) []byte {
	output = bytes.TrimSpace(output)
	if bytes.Contains(output, []byte("go: download "+toolchain)) {
		output = fmt.Appendf(output, "\nThe function is built with %s and no other Go: let the go command fetch it (GOPROXY, GOSUMDB and GOPRIVATE must allow golang.org/toolchain), or put it on the PATH as %[1]s (go install golang.org/dl/%[1]s@latest && %[1]s download).", toolchain)
	}
	return output
}
