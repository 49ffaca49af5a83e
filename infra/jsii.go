package main

import (
	"bytes"
	"cmp"
	"io"
	"os"

	"github.com/aws/jsii-runtime-go"
)

// withJSII runs what uses the CDK and returns its exit code. The CDK is
// JavaScript: jsii runs it in a Node.js process, which starts with the first
// construct and ends here.
func withJSII(run func() int) int {
	// Without it, metadata.json of the cloud assembly holds a stack trace that
	// names a folder of this very run. jsii sets the other option itself, but
	// only if the variable is not there.
	options := cmp.Or(os.Getenv("NODE_OPTIONS"), "--max-old-space-size=4069")
	os.Setenv("NODE_OPTIONS", options+" --stack-trace-limit=0")

	reader, writer, err := os.Pipe()
	if err != nil {
		panic(err) // no file descriptors are left
	}
	stderr, flushed := os.Stderr, make(chan struct{})
	os.Stderr = writer
	go func() {
		copyWithout(stderr, reader, raceOfJSII)
		close(flushed)
	}()
	defer func() {
		writer.Close()
		<-flushed
	}()
	defer jsii.Close()
	return run()
}

// raceOfJSII is what jsii writes to standard error in about half of all runs,
// without a newline: its Close and its watch both wait for the Node.js process,
// and the one that comes second takes that for a failure. A process that really
// failed has another reason behind the colon.
const raceOfJSII = "Runtime process exited abnormally: waitid: no child processes"

// copyWithout copies source to target as it comes, except for the text. An
// error ends it: there is no place left to report one.
func copyWithout(target io.Writer, source io.Reader, text string) {
	var held []byte // may be the start of the text
	chunk := make([]byte, 64<<10)
	for {
		n, readErr := source.Read(chunk)
		held = bytes.ReplaceAll(append(held, chunk[:n]...), []byte(text), nil)
		keep := 0
		if readErr == nil {
			keep = overlap(held, text)
		}
		_, writeErr := target.Write(held[:len(held)-keep])
		held = held[len(held)-keep:]
		if readErr != nil || writeErr != nil {
			return
		}
	}
}

// overlap returns how many bytes at the end of data are the start of the text.
func overlap(data []byte, text string) int {
	for n := min(len(data), len(text)-1); n > 0; n-- {
		if string(data[len(data)-n:]) == text[:n] {
			return n
		}
	}
	return 0
}
