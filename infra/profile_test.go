package main

import (
	"path/filepath"
	"testing"

	"retoolapi/internal/projecttest"
)

func TestTheEndpointOfAProfile(t *testing.T) {
	home := t.TempDir()
	config, credentials := filepath.Join(home, ".aws", "config"), filepath.Join(home, ".aws", "credentials")
	projecttest.WriteFile(t, config, `[default]
region = eu-west-1
# endpoint_url = http://127.0.0.1:4566
[profile emulator]
endpoint_url = http://127.0.0.1:4566
[ profile  spaces ]
  endpoint_url=http://127.0.0.1:4566
[profile service]
services = some
[services some]
s3 =
  endpoint_url = http://127.0.0.1:4566
[services unused]
s3 =
  endpoint_url = http://127.0.0.1:4566
[profile nothing]
endpoint_url =
services = none
`)
	projecttest.WriteFile(t, credentials, "[secret]\naws_access_key_id = AKIDEXAMPLE\nendpoint_url = http://127.0.0.1:4566\n")
	for _, test := range []struct {
		environment map[string]string
		want        bool
	}{
		{nil, false},
		{map[string]string{"AWS_PROFILE": "emulator"}, true},
		{map[string]string{"AWS_DEFAULT_PROFILE": "emulator"}, true},
		{map[string]string{"CDK_PROFILE": "emulator", "AWS_PROFILE": "nothing"}, true},
		{map[string]string{"AWS_PROFILE": "nothing", "AWS_DEFAULT_PROFILE": "emulator"}, false},
		{map[string]string{"AWS_PROFILE": "spaces"}, true},
		{map[string]string{"AWS_PROFILE": "service"}, true},
		{map[string]string{"AWS_PROFILE": "secret"}, true},
		{map[string]string{"AWS_PROFILE": "missing"}, false},
		{map[string]string{"AWS_PROFILE": "emulator", "AWS_CONFIG_FILE": "/dev/null"}, false},
		{map[string]string{"AWS_PROFILE": "emulator", "HOME": "/nowhere", "AWS_CONFIG_FILE": config}, true},
		{map[string]string{"AWS_PROFILE": "secret", "HOME": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": credentials}, true},
	} {
		getenv := func(name string) string {
			if value, ok := test.environment[name]; ok || name != "HOME" {
				return value
			}
			return home
		}
		if got := profileHasEndpoint(getenv); got != test.want {
			t.Errorf("with %v: %v, want %v", test.environment, got, test.want)
		}
	}
}
