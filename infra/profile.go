package main

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
)

// profileHasEndpoint tells whether the profile that the environment names leads
// requests elsewhere, as the CDK CLI reads it: of all services, or of one. A profile
// that was named on the CLI's command line is not known here.
//
// The app reads the files itself, because it does not import the AWS SDK.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
func profileHasEndpoint(getenv func(string) string) bool {
	profile := cmp.Or(getenv("CDK_PROFILE"), getenv("AWS_PROFILE"), getenv("AWS_DEFAULT_PROFILE"), "default")
	folder := filepath.Join(getenv("HOME"), ".aws")
	config := sectionsOf(cmp.Or(getenv("AWS_CONFIG_FILE"), filepath.Join(folder, "config")))
	credentials := sectionsOf(cmp.Or(getenv("AWS_SHARED_CREDENTIALS_FILE"), filepath.Join(folder, "credentials")))
	for _, section := range []map[string]string{config["profile "+profile], config[profile], credentials[profile]} {
		if section["endpoint_url"] != "" || config["services "+section["services"]]["endpoint_url"] != "" {
			return true
		}
	}
	return false
}

// sectionsOf reads a file of AWS's configuration: the values by section and key. What
// belongs to one service is indented, and is read as the section's own. A file that
// cannot be read has none: the CLI reports that itself.
func sectionsOf(path string) map[string]map[string]string {
	text, _ := os.ReadFile(path)
	sections := map[string]map[string]string{}
	section := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			name, _, _ = strings.Cut(name, "]")
			name = strings.Join(strings.Fields(name), " ")
			if sections[name] == nil {
				sections[name] = map[string]string{}
			}
			section = sections[name]
			continue
		}
		if key, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(value) != "" {
			section[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
		}
	}
	return sections
}
