package stage

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"retoolapi/internal/visible"
)

// Settings are what a stage may change. No change of a setting replaces the user
// pool, the app client, the API or the table.
type Settings struct {
	SelfSignUp         bool // anyone who has the client id may create a user
	AccessTokenMinutes int  // validity of access and id tokens
	RefreshTokenDays   int  // validity of refresh tokens
	ThrottleRate       int  // requests per second that the API takes
	ThrottleBurst      int  // requests at once that the API takes
	LogRetentionDays   int  // both log groups
	MemoryMB           int  // of the function; its share of a processor grows with it
	Retain             bool // the user pool and the table stay when the stack is deleted

	// Architecture is the function's processor, in Lambda's words. On a stage of
	// the local cloud it is that of this machine, whatever is set.
	Architecture string

	DomainName      string // of the API; without one it has only its default endpoint
	CertificateArn  string // of the domain's certificate, in the stack's region
	DefaultEndpoint bool   // the API also answers at the address that API Gateway generates

	Tags map[string]string // of everything that can carry tags, besides those that are always there
}

// number is the rule of a setting that is a whole number.
type number struct {
	field    func(*Settings) *int
	min, max int
	oneOf    []int // if set, the only values allowed
	unit     string
}

// logRetention are the values that CloudWatch Logs allows for RetentionInDays:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var logRetention = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// text is the rule of a setting that is a text.
type text struct {
	field   func(*Settings) *string
	allowed func(string) bool
	rule    string // what is allowed, in words
}

// What Lambda calls the processors:
// https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
const (
	ARM64 = "arm64"
	X8664 = "x86_64"
)

var texts = map[string]text{
	"architecture": {
		field:   func(s *Settings) *string { return &s.Architecture },
		allowed: func(words string) bool { return words == ARM64 || words == X8664 },
		rule:    `"` + ARM64 + `" or "` + X8664 + `"`,
	},
	"domainName": {
		field:   func(s *Settings) *string { return &s.DomainName },
		allowed: IsDomain,
		rule:    `a domain name of your own in small letters, such as "api.example.com"`,
	},
	"certificateArn": {
		field:   func(s *Settings) *string { return &s.CertificateArn },
		allowed: certificate.MatchString,
		rule:    `the ARN of a certificate of AWS Certificate Manager: "arn:aws:acm:REGION:ACCOUNT:certificate/ID"`,
	},
}

var switches = map[string]func(*Settings) *bool{
	"selfSignUp": func(s *Settings) *bool { return &s.SelfSignUp },
	"retain":     func(s *Settings) *bool { return &s.Retain },

	"defaultEndpoint": func(s *Settings) *bool { return &s.DefaultEndpoint },
}

// The limits are the services': token validity is Cognito's, the throttle is
// an account's quota for HTTP APIs, the memory is Lambda's.
var numbers = map[string]number{
	"accessTokenMinutes": {field: func(s *Settings) *int { return &s.AccessTokenMinutes }, min: 5, max: 1440, unit: "minutes"},
	"refreshTokenDays":   {field: func(s *Settings) *int { return &s.RefreshTokenDays }, min: 1, max: 3650, unit: "days"},
	"throttleRate":       {field: func(s *Settings) *int { return &s.ThrottleRate }, min: 1, max: 10000, unit: "requests per second"},
	"throttleBurst":      {field: func(s *Settings) *int { return &s.ThrottleBurst }, min: 1, max: 5000, unit: "requests"},
	"logRetentionDays":   {field: func(s *Settings) *int { return &s.LogRetentionDays }, oneOf: logRetention, unit: "days"},
	"memoryMB":           {field: func(s *Settings) *int { return &s.MemoryMB }, min: 128, max: 10240, unit: "MB"},
}

const keyTags = "tags"

// Defaults returns the settings of a stage that sets nothing itself.
func Defaults(stage string) Settings {
	return Settings{
		// The README's walkthrough signs a user up. Only this machine reaches the
		// local cloud.
		SelfSignUp:         IsLocal(stage),
		AccessTokenMinutes: 60,
		RefreshTokenDays:   365,
		ThrottleRate:       50,
		ThrottleBurst:      100,
		LogRetentionDays:   30,
		MemoryMB:           256,
		Architecture:       ARM64, // Lambda's cheaper processor
		DefaultEndpoint:    true,
	}
}

// Load returns the settings of a stage: its defaults, changed by its entry
// under "stages" of cdk.json's context. stages is that value as encoding/json
// decodes it, or nil if it is missing. A stage without an entry has the defaults.
//
// The error lists the faults of all stages, one per line, each with its key, its
// value and what is allowed. So a fault is found before its stage is deployed.
func Load(stage string, stages any) (Settings, error) {
	entries, ok := stages.(map[string]any)
	if !ok && stages != nil {
		return Settings{}, fmt.Errorf("cdk.json: stages: %s is not an object: write {\"dev\": {…}}", show(stages))
	}
	faults := []error{Check(stage)}
	settings := Defaults(stage)
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		decoded, err := decode(name, entries[name])
		faults = append(faults, err)
		if name == stage {
			settings = decoded
		}
	}
	if err := errors.Join(faults...); err != nil {
		return Settings{}, err
	}
	return settings, nil
}

// Read returns the settings of a stage as the app has them if the CDK CLI reads this
// cdk.json. A null means the default, as it does there.
func Read(stage string, cdkJSON []byte) (Settings, error) {
	var file struct {
		Context struct{ Stages any }
	}
	if err := json.Unmarshal(cdkJSON, &file); err != nil {
		return Settings{}, fmt.Errorf("cdk.json: %w", err)
	}
	return Load(stage, withoutNulls(file.Context.Stages))
}

func withoutNulls(value any) any {
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	kept := map[string]any{}
	for key, value := range object {
		if value != nil {
			kept[key] = withoutNulls(value)
		}
	}
	return kept
}

// decode returns the settings of one entry under "stages", or its faults.
func decode(stage string, entry any) (Settings, error) {
	path := "cdk.json: stages." + visible.Text(stage)
	settings := Defaults(stage)
	var faults []error
	if !stageName.MatchString(stage) {
		faults = append(faults, fmt.Errorf("cdk.json: stages: stage %q is no name: it %s", stage, NameRule))
	}
	values, ok := entry.(map[string]any)
	if !ok {
		faults = append(faults, fmt.Errorf("%s: %s is not an object: write {} for the defaults", path, show(entry)))
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		faults = append(faults, set(&settings, key, path+"."+visible.Text(key), values[key]))
	}
	faults = append(faults, checkDomain(path, settings, values))
	return settings, errors.Join(faults...)
}

// set changes one setting. at is its place in cdk.json.
func set(settings *Settings, key, at string, value any) (err error) {
	if key == keyTags {
		settings.Tags, err = decodeTags(at, value)
		return err
	}
	if field, ok := switches[key]; ok {
		on, ok := value.(bool)
		if !ok {
			return fmt.Errorf("%s: %s is not allowed: write true or false", at, show(value))
		}
		*field(settings) = on
		return nil
	}
	if rule, ok := texts[key]; ok {
		words, ok := value.(string)
		if !ok || !rule.allowed(words) {
			return fmt.Errorf("%s: %s is not allowed: write %s", at, show(value), rule.rule)
		}
		*rule.field(settings) = words
		return nil
	}
	rule, ok := numbers[key]
	if !ok {
		return fmt.Errorf("%s: unknown setting (value %s): the settings are %s", at, show(value), strings.Join(keys(), ", "))
	}
	n, ok := value.(float64)
	if !ok || !rule.allows(n) {
		return fmt.Errorf("%s: %s is not allowed: write %s", at, show(value), rule)
	}
	*rule.field(settings) = int(n)
	return nil
}

func (r number) allows(n float64) bool {
	if n != math.Trunc(n) {
		return false
	}
	if r.oneOf != nil {
		return slices.Contains(r.oneOf, int(n))
	}
	return float64(r.min) <= n && n <= float64(r.max)
}

func (r number) String() string {
	if r.oneOf != nil {
		return fmt.Sprintf("one of %s (%s)", strings.Trim(strings.ReplaceAll(fmt.Sprint(r.oneOf), " ", ", "), "[]"), r.unit)
	}
	return fmt.Sprintf("a whole number from %d to %d (%s)", r.min, r.max, r.unit)
}

func keys() []string {
	all := slices.Concat(slices.Collect(maps.Keys(switches)), slices.Collect(maps.Keys(numbers)), slices.Collect(maps.Keys(texts)), []string{keyTags})
	slices.Sort(all)
	return all
}

// show returns a value as it is in cdk.json.
func show(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return visible.Text(fmt.Sprint(value))
	}
	return visible.Text(string(text))
}
