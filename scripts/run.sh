#!/bin/sh
# Builds a Go program and becomes it. `go run` would add a line of its own to what
# a failed program says, and hide its exit code.
#
#   sh scripts/run.sh ./scripts/NAME [ARGUMENT…]
#   sh scripts/run.sh MODULE/NAME@VERSION [ARGUMENT…]
#   sh scripts/run.sh -b PACKAGE    only builds it
set -u
become=yes
if [ "$1" = -b ]; then
	become=
	shift
fi
package=$1
shift
name=${package%@*}
bin=$PWD/.local/bin
program=$bin/${name##*/}
mkdir -p "$bin" || exit

# The first programs are built before there is one that could say so
# (scripts/quietly). On a terminal that is one line.
tell() {
	seconds=0
	while sleep 1 >/dev/null 2>&1; do
		seconds=$((seconds + 1))
		if [ "$erase" ] && [ "$seconds" -ge 2 ]; then
			printf "$erase%s" "still compiling $package ($seconds s)"
		elif [ $((seconds % 5)) -eq 2 ]; then
			echo "still compiling $package ($seconds s)"
		fi
	done
}
erase=
if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then erase='\r\033[K'; fi
tell >&2 &
teller=$!
# Built beside the program and put in its place at once, because another make may run
# it now. From a copy, go sees what is up to date.
new=$program.$$
# shellcheck disable=SC2059 # it has the terminal's codes
stop() { rm -f "$new"; kill "$teller" 2>/dev/null && wait "$teller" 2>/dev/null; printf "$erase" >&2; }
trap stop EXIT
trap 'exit 130' INT TERM HUP

case $package in
*@*) said=$(GOBIN=$bin go install "$package" 2>&1) ;;
*)
	cp -p "$program" "$new" 2>/dev/null
	said=$(go build -o "$new" "$package" 2>&1 && mv -f "$new" "$program" 2>&1)
	;;
esac
code=$?
stop
trap - EXIT
if [ "$code" -ne 0 ]; then
	printf '%s\n' "$said" >&2
	exit "$code"
fi
[ -z "$become" ] || exec "$program" "$@"
