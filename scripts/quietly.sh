#!/bin/sh
# Runs a command and shows its output only if it fails. While it runs, prints a
# line every five seconds.
#
#   sh scripts/quietly.sh WHAT COMMAND [ARGUMENT…]
set -u
what=$1
shift
log=$(mktemp) || exit
(
	seconds=0
	while sleep 5 >/dev/null 2>&1; do
		seconds=$((seconds + 5))
		echo "still $what ($seconds s)"
	done
) >&2 &
ticker=$!
trap 'kill "$ticker" 2>/dev/null; rm -f "$log"' EXIT

# In the background, because a shell handles a signal only between commands, and
# npm handles none while it waits for an answer.
"$@" >"$log" 2>&1 &
command=$!
# shellcheck disable=SC2329 # the trap calls it
interrupted() {
	kill "$command" 2>/dev/null && sleep 1 && kill -9 "$command" 2>/dev/null
	exit 130
}
trap interrupted INT TERM HUP

wait "$command"
code=$?
test "$code" -eq 0 || cat "$log" >&2
exit "$code"
