package main

import (
	"bytes"
	"cmp"
	"io"
	"os"

	"github.com/aws/jsii-runtime-go"
)

// withJSII calls run, which may use the CDK, and returns its exit code. The CDK
// is JavaScript: jsii runs it in a Node.js process, which starts with the first
// construct. withJSII stops this process.
func withJSII(run func() int) int {
	// Without --stack-trace-limit=0, metadata.json of the cloud assembly holds a
	// stack trace with a temporary folder, which differs from run to run.
	// --max-old-space-size is what jsii sets if NODE_OPTIONS is not set.
	options := cmp.Or(os.Getenv("NODE_OPTIONS"), "--max-old-space-size=4069")
	os.Setenv("NODE_OPTIONS", options+" --stack-trace-limit=0")
	// The file that this names would be in the assembly of a slow synth only, and
	// differ from run to run.
	os.Unsetenv("CDK_PERF_COUNTERS_FILE")
	// jsii has read the environment when the CDK's packages were initialized. It
	// reads it again after a Close.
	jsii.Close()

	reader, writer, err := os.Pipe()
	if err != nil {
		panic(err) // there are no file descriptors left
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
// without a newline. Its Close and another goroutine both wait for the Node.js
// process, and the second one reports an error. If the process did fail, the text
// after the colon is another one.
const raceOfJSII = "Runtime process exited abnormally: waitid: no child processes"

// copyWithout copies source to target without the text, and does not wait for a
// newline or for the end of source. It returns at an error, which it does not
// report, because standard error is what it writes to.
func copyWithout(target io.Writer, source io.Reader, text string) {
	var held []byte // not written yet: it may be the start of the text
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

// overlap returns the length of the longest proper prefix of text that data ends
// with.
func overlap(data []byte, text string) int {
	for n := min(len(data), len(text)-1); n > 0; n-- {
		if string(data[len(data)-n:]) == text[:n] {
			return n
		}
	}
	return 0
}
