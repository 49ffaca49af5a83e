package main

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/google/go-cmp/cmp"

	"retoolapi/infra/stage"
	"retoolapi/internal/projecttest"
)

// functionAlone returns the template of a stack that has only the function.
func functionAlone(t *testing.T) template {
	t.Helper()
	s := &Stack{cdk: awscdk.NewStack(newApp(t, nil), nil, nil), stage: "dev", settings: stage.Defaults("dev")}
	if err := s.addFunction(); err != nil {
		t.Fatal(err)
	}
	return template(*assertions.Template_FromStack(s.cdk, nil).ToJSON())
}

func TestTheFunctionEndsBeforeTheGatewayGivesUpAndLogsIntoTheStack(t *testing.T) {
	tmpl := functionAlone(t)
	_, function := tmpl.only(t, "AWS::Lambda::Function")
	delete(function, "Code")
	want := object{
		"Runtime":       "provided.al2023",
		"Architectures": list{"arm64"},
		"Handler":       "bootstrap",
		"Role":          tmpl.attribute(t, "AWS::IAM::Role", "Arn"),
		"LoggingConfig": object{"LogGroup": object{"Ref": logGroup(t, tmpl, "FunctionLogs")}},
		"MemorySize":    256.0,
		"Timeout":       10.0,
	}
	if diff := cmp.Diff(want, function); diff != "" {
		t.Errorf("function (-want +got):\n%s", diff)
	}
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	if timeout := function["Timeout"].(float64); timeout >= 30 {
		t.Errorf("the function may take %g s, the gateway gives up after 30 s", timeout)
	}
}

func TestTheFunctionMayWriteItsLogsAndNothingElse(t *testing.T) {
	tmpl := functionAlone(t)
	_, role := tmpl.only(t, "AWS::IAM::Role")
	wantRole := object{"AssumeRolePolicyDocument": policy(object{
		"Effect":    "Allow",
		"Principal": object{"Service": "lambda.amazonaws.com"},
		"Action":    "sts:AssumeRole",
	})}
	if diff := cmp.Diff(wantRole, role); diff != "" {
		t.Errorf("role, without managed policies (-want +got):\n%s", diff)
	}

	id, statements := tmpl.only(t, "AWS::IAM::Policy")
	wantStatements := object{
		"PolicyName": id,
		"Roles":      list{tmpl.ref(t, "AWS::IAM::Role")},
		"PolicyDocument": policy(object{
			"Effect":   "Allow",
			"Action":   list{"logs:CreateLogStream", "logs:PutLogEvents"},
			"Resource": object{"Fn::GetAtt": list{logGroup(t, tmpl, "FunctionLogs"), "Arn"}},
		}),
	}
	if diff := cmp.Diff(wantStatements, statements); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
}

func TestOnlyTheAPIMayCallTheFunction(t *testing.T) {
	tmpl := templateOf(t, "dev")
	_, permission := tmpl.only(t, "AWS::Lambda::Permission")
	want := object{
		"Action":       "lambda:InvokeFunction",
		"FunctionName": tmpl.attribute(t, "AWS::Lambda::Function", "Arn"),
		"Principal":    "apigateway.amazonaws.com",
		"SourceArn": join("arn:", object{"Ref": "AWS::Partition"}, ":execute-api:", object{"Ref": "AWS::Region"}, ":",
			object{"Ref": "AWS::AccountId"}, ":", tmpl.ref(t, "AWS::ApiGatewayV2::Api"), "/*/*/*"),
	}
	if diff := cmp.Diff(want, permission); diff != "" {
		t.Errorf("permission (-want +got):\n%s", diff)
	}
}

func TestTheFunctionIsBuiltForItsArchitectureOrOnLocalForThisMachine(t *testing.T) {
	got := map[string]platform{}
	for _, name := range []string{"dev", "prod", "local", "local-blue"} {
		for _, architecture := range []string{"arm64", "x86_64"} {
			got[name+" "+architecture] = platformOf(name, stage.Settings{Architecture: architecture})
		}
	}
	thisMachine := platform{runtime.GOOS, runtime.GOARCH}
	want := map[string]platform{
		"dev arm64":         {"linux", "arm64"},
		"dev x86_64":        {"linux", "amd64"},
		"prod arm64":        {"linux", "arm64"},
		"prod x86_64":       {"linux", "amd64"},
		"local arm64":       thisMachine,
		"local x86_64":      thisMachine,
		"local-blue arm64":  thisMachine,
		"local-blue x86_64": thisMachine,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(platform{})); diff != "" {
		t.Errorf("platforms (-want +got):\n%s", diff)
	}
}

func TestBuildWritesAProgramForTheTarget(t *testing.T) {
	for arch, want := range map[string]elf.Machine{"arm64": elf.EM_AARCH64, "amd64": elf.EM_X86_64} {
		program, err := elf.NewFile(bytes.NewReader(built(t, platform{"linux", arch})))
		if err != nil {
			t.Fatal(err)
		}
		if program.Machine != want {
			t.Errorf("the program is for %s, want %s", program.Machine, want)
		}
		// The program must be static: Lambda does not have this machine's C library.
		if libraries, err := program.ImportedLibraries(); err != nil || len(libraries) > 0 {
			t.Errorf("the program needs the libraries %v (%v), want none", libraries, err)
		}
	}
}

func TestEverybodyMayRunTheProgram(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	output := filepath.Join(t.TempDir(), "bootstrap")
	if err := build(platform{"linux", "arm64"}, output); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(output)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o755 {
		t.Errorf("the mode is %o, want 755", got)
	}
}

func TestBuildIgnoresWhatAPersonHasSetForTheirOwnBuilds(t *testing.T) {
	envFile := filepath.Join(t.TempDir(), "env")
	projecttest.WriteFile(t, envFile, "GOFLAGS=-gcflags=-N\nGOARM64=v8.2\n")
	want := built(t, platform{"linux", "arm64"})
	t.Setenv("GOENV", envFile) // what `go env -w` writes
	t.Setenv("GOFLAGS", "")
	if !bytes.Equal(want, built(t, platform{"linux", "arm64"})) {
		t.Error("GOFLAGS in the file of `go env -w` changes the program")
	}
	t.Setenv("GOFLAGS", "-gcflags=-N")
	if !bytes.Equal(want, built(t, platform{"linux", "arm64"})) {
		t.Error("GOFLAGS in the environment changes the program")
	}
	t.Setenv("GOROOT", filepath.Dir(envFile)) // as the go command sets it when it switches to another Go
	if !bytes.Equal(want, built(t, platform{"linux", "arm64"})) {
		t.Error("GOROOT in the environment changes the program")
	}
}

func TestBuildThatFailsSaysWhatTheCompilerSaid(t *testing.T) {
	err := build(platform{"plan9", "arm64"}, filepath.Join(t.TempDir(), "bootstrap"))
	want := "build the function (go build ./lambda for plan9/arm64): exit status 2\n" +
		"go: unsupported GOOS/GOARCH pair plan9/arm64"
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func TestGoModNamesTheGoThatTheFunctionIsBuiltWith(t *testing.T) {
	file, err := os.ReadFile(filepath.Join(projecttest.Root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`(?m)^toolchain (\S+)$`).FindSubmatch(file)
	if got == nil || string(got[1]) != toolchain {
		t.Errorf("the line toolchain of go.mod is %q, want %s", got, toolchain)
	}
}

// otherGo is a Go that the project supports, but that does not build the function.
const otherGo = "go1.26.11"

// useGo puts another Go first on the PATH, as if nothing else were installed.
func useGo(t *testing.T, version string) {
	t.Helper()
	fetch := exec.Command("go", "env", "GOROOT")
	fetch.Env = append(os.Environ(), "GOTOOLCHAIN="+version)
	goroot, err := fetch.Output()
	if err != nil {
		t.Fatalf("fetch %s: %v", version, err)
	}
	t.Setenv("PATH", filepath.Join(strings.TrimSpace(string(goroot)), "bin")+":"+os.Getenv("PATH"))
	t.Setenv("GOTOOLCHAIN", "local")
	got, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil || strings.TrimSpace(string(got)) != version {
		t.Fatalf("the Go on the PATH is %s (%v), want %s", got, err, version)
	}
}

func TestTheProgramIsTheSameWhicheverGoIsInstalled(t *testing.T) {
	programs := map[string][]byte{}
	for _, version := range []string{otherGo, toolchain} {
		t.Run(version, func(t *testing.T) {
			useGo(t, version)
			programs[version] = built(t, platform{"linux", "arm64"})
		})
	}
	if len(programs) != 2 || !bytes.Equal(programs[otherGo], programs[toolchain]) {
		t.Errorf("two versions of Go give two programs")
	}
}

func TestAToolchainThatCannotBeFetchedIsExplained(t *testing.T) {
	useGo(t, otherGo)
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOPROXY", "off")
	err := build(platform{"linux", "arm64"}, filepath.Join(t.TempDir(), "bootstrap"))
	want := "(?s)^build the function .*go: download " + toolchain + ".*: toolchain not available\n" +
		"The function is built with " + toolchain + " and no other Go: let the go command fetch it .*$"
	if !regexp.MustCompile(want).MatchString(fmt.Sprint(err)) {
		t.Errorf("error %v, want %s", err, want)
	}
}

// built returns the bytes of the function's program.
func built(t *testing.T, on platform) []byte {
	t.Helper()
	output := filepath.Join(t.TempDir(), "bootstrap")
	if err := build(on, output); err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// thisMachine returns Lambda's name for this machine's processor.
func thisMachine() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}
	return "x86_64"
}

func policy(statements ...any) object {
	return object{"Version": "2012-10-17", "Statement": statements}
}
