#!/bin/sh
# Runs a command and shows its output only if it fails. While it runs, prints a
# line every five seconds; on a terminal one line that changes every second.
#
#   sh scripts/quietly.sh WHAT COMMAND [ARGUMENT…]
set -u
what=$1
shift
log=$(mktemp) || exit
period=5
erase=
end='\n'
if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
	period=1
	erase='\r\033[K'
	end=
fi
(
	seconds=0
	while sleep "$period" >/dev/null 2>&1; do
		seconds=$((seconds + period))
		# shellcheck disable=SC2059 # the format has the terminal's codes
		printf "${erase}still %s (%s s)${end}" "$what" "$seconds"
	done
) >&2 &
ticker=$!
# shellcheck disable=SC2329 # the trap calls it
finish() {
	kill "$ticker" 2>/dev/null
	# shellcheck disable=SC2059
	printf "$erase" >&2
	rm -f "$log"
}
trap finish EXIT

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
if test "$code" -ne 0; then
	# shellcheck disable=SC2059
	printf "$erase" >&2
	cat "$log" >&2
fi
exit "$code"
