package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// codes are those with which some programs colour what they print, even if it goes
// to no terminal (FORCE_COLOR).
var codes = regexp.MustCompile("\x1b\\[[0-9;?]*[ -/]*[@-~]")

// waits matches the lines in which the project's commands say that they still run,
// which are of no use once they have ended.
var waits = regexp.MustCompile(`(?m)^still .* \(\d+ s\)\n`)

// text returns what was printed, without codes of a terminal.
func (o *output) text() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return waits.ReplaceAll(codes.ReplaceAll(o.all.Bytes(), nil), nil)
}

// lastLines returns the end of what was printed, without codes of a terminal.
func (o *output) lastLines() []byte {
	const enough = 4 << 10
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.all.Bytes()
	return codes.ReplaceAll(all[max(0, len(all)-enough):], nil)
}

// event matches a line in which the CDK CLI reports what CloudFormation does:
//
//	RetoolApi-local |  5/20 | 10:41:49 AM | CREATE_IN_PROGRESS | AWS::Lambda::Function | Function (Function76856677)
//
// The number of resources is missing while a stack is deleted.
var event = regexp.MustCompile(`^\S+ \| +(\d+)(?:/(\d+))? \| [^|]+ \| ([A-Z_]+) +\| (\S+) +\|`)

// progress returns what a CDK CLI is doing by the last of its events, or nothing.
func (j *job) progress() string {
	var last [][]byte
	for line := range bytes.Lines(j.output.lastLines()) {
		if parts := event.FindSubmatch(line); parts != nil {
			last = parts
		}
	}
	if last == nil {
		return ""
	}
	done := string(last[1])
	if len(last[2]) > 0 {
		done += " of " + string(last[2])
	}
	return fmt.Sprintf(": %s %s, %s done", verb(string(last[3])), last[4], done)
}

// verb returns the status of a resource in the words of a person.
func verb(status string) string {
	switch status {
	case "CREATE_IN_PROGRESS":
		return "creating"
	case "CREATE_COMPLETE":
		return "created"
	case "UPDATE_IN_PROGRESS":
		return "updating"
	case "UPDATE_COMPLETE":
		return "updated"
	case "DELETE_IN_PROGRESS":
		return "deleting"
	case "DELETE_COMPLETE":
		return "deleted"
	}
	return strings.ToLower(strings.ReplaceAll(status, "_", " "))
}
