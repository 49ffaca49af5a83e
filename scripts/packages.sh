#!/bin/sh
# Installs the npm packages that package-lock.json pins, unless they are there.
#
#   sh scripts/packages.sh          installs
#   sh scripts/packages.sh check    only tells whether they are there
set -u

# npm writes .package-lock.json last, but it does not tell which packages were left
# out.
installed() {
	test -e node_modules/.package-lock.json && node -e '
		const { packages } = require("./package-lock.json");
		for (const path in packages)
			if (path && require("./" + path + "/package.json").version !== packages[path].version) throw path' 2>/dev/null
}

installed && exit
test "${1-}" = check && exit 1
# shellcheck disable=SC2046 # a flag is a word
npm ci --no-audit --no-fund --loglevel=error $(sed -n 's/^[a-z]/--&/p' .npmrc) || exit
installed || {
	echo "npm ci succeeded, but did not install every package of package-lock.json: a setting of npm leaves some out (npm config ls)" >&2
	exit 1
}
