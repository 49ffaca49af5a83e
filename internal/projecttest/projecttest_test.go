package projecttest

import (
	"os"
	"slices"
	"testing"
)

func TestEnvironHasNoPersonalVariables(t *testing.T) {
	personal := []string{"AWS_PROFILE", "CDK_DEFAULT_ACCOUNT", "LOCAL_PORT", "STAGE", "MAKEFLAGS", "MFLAGS"}
	kept := []string{"STAGES", "MY_AWS_PROFILE", "GOPROXY"}
	for _, name := range slices.Concat(personal, kept) {
		t.Setenv(name, "x")
	}
	got := Environ("AWS_REGION=eu-west-1")
	for _, name := range personal {
		if slices.Contains(got, name+"=x") {
			t.Errorf("%s is in the environment", name)
		}
	}
	for _, entry := range []string{"STAGES=x", "MY_AWS_PROFILE=x", "GOPROXY=x", "AWS_REGION=eu-west-1"} {
		if !slices.Contains(got, entry) {
			t.Errorf("%s is not in the environment", entry)
		}
	}
}

func TestUnsetenvIsUndoneAfterTheTest(t *testing.T) {
	t.Setenv("PROJECTTEST_A", "x")
	t.Run("unset", func(t *testing.T) {
		Unsetenv(t, "PROJECTTEST_")
		if value, set := os.LookupEnv("PROJECTTEST_A"); set {
			t.Errorf("it is still %q", value)
		}
	})
	if value := os.Getenv("PROJECTTEST_A"); value != "x" {
		t.Errorf("after the test it is %q", value)
	}
}
