package stage

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"retoolapi/internal/visible"
)

// The names of the tags that are always there.
const (
	TagProject = "project"
	TagStage   = "stage"
)

// Project is the value of the tag TagProject. Every stack's name begins with it.
const Project = "RetoolApi"

// AllTags returns the tags of everything that a stage deploys: those of its setting,
// and those that are always there.
func AllTags(name string, settings Settings) map[string]string {
	all := map[string]string{TagProject: Project, TagStage: name}
	maps.Copy(all, settings.Tags)
	return all
}

// A resource takes 50 tags, and two are always there. The rules are CloudFormation's,
// which gives the tags to the stack too, and IAM's, which are the strictest:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
const maxTags = 50 - 2

var (
	tagName  = regexp.MustCompile(`^[\p{L}\p{N} _.:/=+@-]{1,128}$`)
	tagValue = regexp.MustCompile(`^[\p{L}\p{N} _.:/=+@-]{1,256}$`)
)

const tagCharacters = "letters, digits, spaces and _ . : / = + - @"

// decodeTags returns the tags that are the value of a setting. at is the setting's
// place in cdk.json.
func decodeTags(at string, value any) (map[string]string, error) {
	values, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf(`%s: %s is not allowed: write an object of texts, such as {"team": "sales"}`, at, show(value))
	}
	var faults []error
	if len(values) > maxTags {
		faults = append(faults, fmt.Errorf("%s: %d tags are too many: write at most %d, because AWS allows 50 and two are always there", at, len(values), maxTags))
	}
	tags, alike := map[string]string{}, map[string]string{TagProject: TagProject, TagStage: TagStage}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		at := at + "." + visible.Text(name)
		text, err := decodeTag(name, values[name])
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", at, err))
		}
		// IAM takes names for the same if only their case differs.
		switch other := alike[strings.ToLower(name)]; other {
		case "":
		case TagProject, TagStage:
			faults = append(faults, fmt.Errorf("%s: the name is not allowed: the tag %s is always there, choose another name", at, other))
		default:
			faults = append(faults, fmt.Errorf("%s: the name is not allowed: it differs from %s only in capital letters", at, visible.Text(other)))
		}
		alike[strings.ToLower(name)], tags[name] = name, text
	}
	return tags, errors.Join(faults...)
}

// decodeTag returns the value of one tag.
func decodeTag(name string, value any) (string, error) {
	text, ok := value.(string)
	switch {
	case reserved(name):
		return "", errors.New("the name is not allowed: AWS keeps the prefix aws: for itself")
	case !tagName.MatchString(name):
		return "", errors.New("the name is not allowed: write 1 to 128 " + tagCharacters)
	case !ok:
		return "", fmt.Errorf(`%s is not allowed: write a text, in quotes`, show(value))
	case reserved(text):
		return "", fmt.Errorf("%s is not allowed: AWS keeps the prefix aws: for itself", show(value))
	case !tagValue.MatchString(text):
		return "", fmt.Errorf("%s is not allowed: write 1 to 256 %s", show(value), tagCharacters)
	}
	return text, nil
}

// reserved tells whether a name or a value has the prefix that AWS reserves, in any
// case.
func reserved(text string) bool {
	return strings.HasPrefix(strings.ToLower(text), "aws:")
}
