#!/bin/sh
# Looks for known vulnerabilities in the project's code, with the Go version that
# builds the function. Go's vulnerability database is also a Go module, so this
# works wherever modules can be fetched. It uses the newest version.
set -eu
cd "$(dirname "$0")/.."

GOTOOLCHAIN=$(sed -n 's/^toolchain //p' go.mod)
GOFLAGS=-mod=readonly # a person's own flags are for their own builds
export GOTOOLCHAIN GOFLAGS

module=golang.org/x/vulndb
version=$(go list -m -f '{{.Version}}' $module@latest)
database=$PWD/.local/vulndb/$version
if ! test -e "$database/index"; then
	echo "Indexing the vulnerability database ${version}…"
	rm -rf .local/vulndb
	sh scripts/run.sh ./scripts/quietly run "fetching the database" -- go mod download "$module@$version"
	sh scripts/run.sh ./scripts/quietly run "indexing the database" -- go run "$module/cmd/indexdb@$version" \
		-vulns "$(go env GOMODCACHE)/$module@$version/data/osv" -out "$database.new"
	mv "$database.new" "$database"
fi
echo "Scanning with ${GOTOOLCHAIN}…"
url=file://$(printf %s "$database" | sed 's/%/%25/g; s/ /%20/g; s/#/%23/g; s/?/%3F/g')
sh scripts/run.sh golang.org/x/vuln/cmd/govulncheck@v1.9.0 -db "$url" ./...
