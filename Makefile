# The commands people type. `make` alone lists them. What they are doing they say
# on standard error.
#
# STAGE chooses the stage (default dev): make deploy STAGE=prod. The stage
# local always means the local cloud, never an AWS account.

# Taken as it stands, never expanded by make, and handed to the commands in the
# environment, never in the text of a shell command: a CI may pass the name of a
# branch, whatever is in it.
STAGE ?= dev
override STAGE := $(value STAGE)
export STAGE

# What is run here is built for this machine, whatever a person builds their own
# programs for.
export GOOS := $(shell GOTOOLCHAIN=local go env GOHOSTOS 2>/dev/null)
export GOARCH := $(shell GOTOOLCHAIN=local go env GOHOSTARCH 2>/dev/null)
export GOAMD64 := v1
export GOARM64 := v8.0

LOCAL := go run ./scripts/local
RETOOL := go run ./scripts/retool
# By its path: a link in node_modules/.bin may be missing or another's.
CDK := node node_modules/aws-cdk/bin/cdk
QUIETLY := sh scripts/quietly.sh
TOOLS := .local/tools
# Go modules that are only run.
GOTESTSUM := gotest.tools/gotestsum@v1.13.0
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
# Not bin/cfn-lint, which names its interpreter by path: that may have a space in
# it, or be gone after the folder was moved.
CFNLINT = $(TOOLS)/bin/python -I -c 'import sys; from cfnlint.runner import main; sys.exit(main())'

# The CDK library prints a long banner on Node 20, on which it works.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

ifeq ($(STAGE),local)
RUN := $(LOCAL) run --
CDKFLAGS := --no-notices
# The emulator's change sets call every change of some types a possible
# replacement; the CDK CLI knows from CloudFormation's documentation.
DIFFFLAGS := --method=template
endif

.DEFAULT_GOAL := help
.NOTPARALLEL: # make deploy connect: one after the other
.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: local
local: need ## Start the local cloud, deploy to it and print what to type into Retool
	@$(LOCAL) up
	@echo "Bootstrapping the local cloud…" >&2
	@$(QUIETLY) bootstrapping $(LOCAL) run -- $(CDK) bootstrap aws://000000000000/us-east-1 --no-notices
	@echo "Deploying the stack (the first time compiles the CDK app: a minute or two)…" >&2
	@$(QUIETLY) deploying $(LOCAL) run -- $(CDK) deploy -c stage=local --no-notices --require-approval never
	@$(RETOOL) connect --stage local

.PHONY: local-destroy
local-destroy: need ## Delete the stack from the local cloud
	@echo "Deleting the stack from the local cloud…" >&2
	@$(QUIETLY) deleting $(LOCAL) run -- $(CDK) destroy -c stage=local --no-notices --force
	@echo "Deleted: nothing of the stack is left."

.PHONY: local-down
local-down: ## Stop the local cloud
	@$(LOCAL) down

.PHONY: deploy
deploy: need ## Deploy the stage to AWS
	$(RUN) $(CDK) deploy -c "stage=$$STAGE" $(CDKFLAGS)

.PHONY: destroy
destroy: need ## Delete the stage from AWS
	$(RUN) $(CDK) destroy -c "stage=$$STAGE" $(CDKFLAGS)

.PHONY: synth
synth: need ## Write the CloudFormation template of the stage; needs no AWS account
	$(RUN) $(CDK) synth -c "stage=$$STAGE" $(CDKFLAGS)

.PHONY: diff
diff: need ## Show what a deploy of the stage would change
	$(RUN) $(CDK) diff -c "stage=$$STAGE" $(CDKFLAGS) $(DIFFFLAGS)

.PHONY: connect
connect: need ## Make the service user, prove the flow and print what to type into Retool
	@$(RETOOL) connect --stage "$$STAGE"

.PHONY: check
check: need ## Prove a deployed stage from outside; asks for the refresh token
	@$(RETOOL) check --stage "$$STAGE"

TEST := go run $(GOTESTSUM) --format pkgname -- -count=1 -parallel 8 -timeout 30m
# The race detector, for which the function is tested apart, needs a C compiler.
.PHONY: test
test: need tools ## Run every test: units, template, end to end on a local cloud, browser
	@if command -v "$$(go env CC)" >/dev/null; then \
		CGO_ENABLED=1 $(TEST) -race ./lambda/...; \
	else \
		echo "No C compiler is there: the function is tested without the race detector."; \
		$(TEST) ./lambda/...; \
	fi
	$(TEST) $$(go list ./... | grep -v /lambda)

.PHONY: generate
generate: need ## Write again what follows from the operations: openapi.yaml, the expected template
	go run ./scripts/openapi > openapi.yaml.new || { rm openapi.yaml.new; exit 1; }
	mv openapi.yaml.new openapi.yaml
	go test ./infra -run TestTemplateOfDev -update

# golangci-lint reads the code of no newer Go than the one it is built with.
.PHONY: lint
lint: need tools ## Check the Go code, the shell scripts and the template
	GOTOOLCHAIN=$$(sed -n 's/^toolchain //p' go.mod) go run $(GOLANGCI_LINT) run
	$(TOOLS)/bin/shellcheck .ci/* scripts/*.sh
	@for stage in dev prod; do \
		rm -rf .local/lint/$$stage && \
		$(CDK) synth --quiet --no-notices -c stage=$$stage --output .local/lint/$$stage && \
		$(CFNLINT) --config-file infra/lint/cfnlintrc.yaml --template .local/lint/$$stage/*.template.json \
		|| exit 1; \
	done

.PHONY: vulncheck
vulncheck: go ## Look for known vulnerabilities in the Go code and its dependencies
	@sh scripts/vulncheck.sh

# What every target needs. Each missing thing gets one line, each other fault is
# reported by the tool that has it.
.PHONY: need go node packages
need: go packages
go:
	@command -v go >/dev/null || { echo "Go 1.26 or newer is missing: https://go.dev/dl/" >&2; exit 1; }
	@go list -m >/dev/null || { $(OLDER_GO) && echo "Go 1.26 or newer is needed: https://go.dev/dl/" >&2; exit 1; }
node:
	@command -v node >/dev/null && command -v npm >/dev/null \
		|| { echo "Node.js 20 or newer, with npm, is missing: https://nodejs.org/" >&2; exit 1; }
	@version=$$(node -p process.versions.node) || exit 1; \
		test "$${version%%.*}" -ge 20 || { echo "Node.js 20 or newer is needed, not $$version: https://nodejs.org/" >&2; exit 1; }

# Tells whether the Go at hand is older than go.mod asks for. One before 1.21
# cannot even read go.mod.
OLDER_GO = case "$$(GOTOOLCHAIN=local go version)" in *" go1."[0-9]" "*|*" go1."[0-9].*|*" go1.1"[0-9]*|*" go1.2"[0-5]*) true;; *) false;; esac

# The packages that package-lock.json pins, in node_modules. npm writes the file
# .package-lock.json last; that alone does not tell what it left out.
PACKAGES_ARE_THERE := test -e node_modules/.package-lock.json && node -e ' \
	const { packages } = require("./package-lock.json"); \
	for (const path in packages) \
		if (path && require("./" + path + "/package.json").version !== packages[path].version) throw path' 2>/dev/null
packages: node
	@$(PACKAGES_ARE_THERE) || { \
		echo "Installing the CDK CLI…" >&2; \
		$(QUIETLY) "installing the CDK CLI" npm ci --no-audit --no-fund --loglevel=error $$(sed -n 's/^[a-z]/--&/p' .npmrc) && \
		{ $(PACKAGES_ARE_THERE) || { echo "npm ci ended well, but has not installed what package-lock.json names: a setting of npm leaves it out (npm config ls)" >&2; exit 1; }; }; }

# What only the tests and the linter need: the aws CLI, cfn-lint and shellcheck.
# The command finds out itself whether there is anything to do: files may be
# missing.
REQUIREMENTS := e2e/requirements.txt infra/lint/requirements.txt scripts/lint/requirements.txt
.PHONY: tools
tools: need
	@$(LOCAL) venv --packages "the aws CLI and the linters" --import awscli --import cfnlint $(REQUIREMENTS:%=--requirements %) $(TOOLS)
