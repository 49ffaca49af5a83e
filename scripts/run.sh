#!/bin/sh
# Builds a Go program and becomes it. `go run` would add a line of its own to what
# a failed program says, and hide its exit code.
#
#   sh scripts/run.sh ./scripts/NAME [ARGUMENT…]
#   sh scripts/run.sh MODULE/NAME@VERSION [ARGUMENT…]
set -u
package=$1
shift
name=${package%@*}
bin=$PWD/.local/bin
program=$bin/${name##*/}
mkdir -p "$bin" || exit
case $package in
*@*) GOBIN=$bin go install "$package" ;;
*) go build -o "$program" "$package" ;;
esac || exit
exec "$program" "$@"
