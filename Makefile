# The commands people type. `make` alone lists them, in the order of this file, with
# the lines that begin with ##. They report their progress on standard error.
#
# STAGE chooses the stage (default dev): make deploy STAGE=prod. The stages local
# and local-NAME always mean the local cloud, never an AWS account: the same rule as
# IsLocal() in infra/stage/stage.go.

# A CI may pass the name of a branch, with any characters in it. So make does not
# expand the value, and the commands read it from the environment, not from the
# text of a shell command.
STAGE ?= dev
STAGE_FROM := $(origin STAGE)
override STAGE := $(value STAGE)
export STAGE

# What make local and make local-destroy act on: STAGE if it is on the local cloud.
LOCAL_STAGES := local local- local-%
export LOCAL_STAGE := $(if $(filter $(LOCAL_STAGES),$(STAGE)),$(STAGE),local)

# The commands are built for this machine, even if a person has set another target
# for their own programs.
export GOOS := $(shell GOTOOLCHAIN=local go env GOHOSTOS 2>/dev/null)
export GOARCH := $(shell GOTOOLCHAIN=local go env GOHOSTARCH 2>/dev/null)
export GOAMD64 := v1
export GOARM64 := v8.0

RUN_GO := sh scripts/run.sh
LOCAL := $(RUN_GO) ./scripts/local
RETOOL := $(RUN_GO) ./scripts/retool
# Not node_modules/.bin/cdk, which may be missing or belong to another package.
CDK := node node_modules/aws-cdk/bin/cdk
QUIETLY := $(RUN_GO) ./scripts/quietly
TOOLS := .local/tools
CHECKOV_ENVIRONMENT := .local/checkov
# Go modules that are only run, so go.mod does not require them.
GOTESTSUM := gotest.tools/gotestsum@v1.13.0
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
# Not bin/cfn-lint: its first line holds the path of the interpreter, which fails
# with a space in the path or after the folder was moved.
CFNLINT = $(TOOLS)/bin/python -I -c 'import sys; from cfnlint.runner import main; sys.exit(main())'

CHECKOV = $(CHECKOV_ENVIRONMENT)/bin/python -I infra/lint/checkov/check.py

# The CDK library works on Node.js 20, but prints a long warning there.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

# https://no-color.org, which the CDK CLI does not know.
ifneq ($(NO_COLOR),)
CDKFLAGS := --no-color
endif

ifneq ($(filter $(LOCAL_STAGES),$(STAGE)),)
RUN := $(LOCAL) run --
CDKFLAGS += --no-notices
# The emulator's change sets report every change of some types as a possible
# replacement. With this method the CDK CLI goes by CloudFormation's documentation.
DIFFFLAGS := --method=template
endif

.DEFAULT_GOAL := help
.NOTPARALLEL: # make deploy connect: one after the other
.PHONY: help
help:
	@awk -F ':.*## ' '/^##@ / { print substr($$0, 5) } /^##(  |$$)/ { print substr($$0, 3) } \
		/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Try it on this machine, without an AWS account
.PHONY: local
local: local-stage go node ## Start the local cloud, deploy to it, print the form
	@$(QUIETLY) --step "1 of 4" together "setting up" $(INSTALL_CDK) $(INSTALL_MINISTACK) $(COMPILE)
	@echo "2 of 4: starting the local cloud…" >&2
	@$(LOCAL) up
	@$(QUIETLY) --step "3 of 4" run "deploying the stack" -- $(LOCAL) run -- sh -c \
		'$(CDK) bootstrap aws://000000000000/us-east-1 --no-notices && \
		$(CDK) deploy -c "stage=$$LOCAL_STAGE" --no-notices --require-approval never'
	@echo "4 of 4: connecting…" >&2
	@$(RETOOL) connect --stage "$$LOCAL_STAGE"

.PHONY: local-destroy
local-destroy: local-stage need ## Delete the stack from the local cloud
	@$(RETOOL) retained --stage "$$LOCAL_STAGE"
	@echo "Deleting the stack from the local cloud…" >&2
	@$(QUIETLY) run "deleting the stack" -- $(LOCAL) run -- $(CDK) destroy -c "stage=$$LOCAL_STAGE" --no-notices --force
	@rm -f ".retool/$$LOCAL_STAGE.html" ".retool/$$LOCAL_STAGE.html."*.tmp
	@$(RETOOL) retained --stage "$$LOCAL_STAGE" --destroyed

# A stage that was typed, but is not on the local cloud, is a mistake. One in the
# environment is for the other targets.
.PHONY: local-stage
local-stage:
	@test '$(STAGE_FROM)' != 'command line' || test "$$STAGE" = "$$LOCAL_STAGE" || { \
		echo "STAGE names no stage of the local cloud: write STAGE=local or STAGE=local-NAME, or leave it out" >&2; exit 2; }

.PHONY: local-down
local-down: ## Stop the local cloud
	@$(LOCAL) down

##
##@ Deploy to AWS, or to the local cloud with STAGE=local or STAGE=local-NAME
.PHONY: deploy
deploy: need ## Deploy the stage to AWS
	$(RUN) $(CDK) deploy -c "stage=$$STAGE" $(CDKFLAGS)

.PHONY: destroy
destroy: need ## Delete the stage from AWS
	@$(RETOOL) retained --stage "$$STAGE"
	$(RUN) $(CDK) destroy -c "stage=$$STAGE" $(CDKFLAGS)
	@$(RETOOL) retained --stage "$$STAGE" --destroyed
	@for page in ".retool/$$STAGE.html" ".retool/$$STAGE.html."*.tmp; do \
		if [ -e "$$page" ]; then printf 'The page %s is still there, with what connect printed: delete it.\n' "$$page" >&2; fi; \
	done

.PHONY: synth
synth: need ## Write the template of the stage; needs no AWS account
	$(RUN) $(CDK) synth -c "stage=$$STAGE" $(CDKFLAGS)

.PHONY: diff
diff: need ## Show what a deploy of the stage would change
	$(RUN) $(CDK) diff -c "stage=$$STAGE" $(CDKFLAGS) $(DIFFFLAGS)

##
##@ Connect Retool
.PHONY: connect
connect: go packages ## Create the service user, prove the flow, print the form
	@$(RETOOL) connect --stage "$$STAGE"

.PHONY: check
check: go packages ## Prove a deployed stage from outside; asks for the token
	@$(RETOOL) check --stage "$$STAGE"

##
##@ Change the project
TEST := $(RUN_GO) $(GOTESTSUM) --format pkgname -- -count=1 -parallel 8 -timeout 30m
# Only the function is tested with the race detector, which needs a C compiler.
.PHONY: test
test: tools ## Run every test: units, template, local cloud, browser
	@if command -v "$$(go env CC)" >/dev/null; then \
		CGO_ENABLED=1 $(TEST) -race ./lambda/...; \
	else \
		echo "There is no C compiler: the function is tested without the race detector."; \
		$(TEST) ./lambda/...; \
	fi
	$(TEST) $$(go list ./... | grep -v /lambda)

.PHONY: generate
generate: need ## Write openapi.yaml and the expected template
	$(RUN_GO) ./scripts/openapi > openapi.yaml.new || { rm openapi.yaml.new; exit 1; }
	mv openapi.yaml.new openapi.yaml
	go test ./infra -run TestTemplateOfDev -update

# golangci-lint must be built with the Go of go.mod: it cannot read newer code.
.PHONY: lint
lint: INSTALL_MORE = $(COMPILE_LINTER) $(INSTALL_CHECKOV)
lint: tools ## Check the Go code, the shell scripts and the template
	@$(QUIETLY) run "checking the Go code" -- env GOTOOLCHAIN=$$(sed -n 's/^toolchain //p' go.mod) $(RUN_GO) $(GOLANGCI_LINT) run
	@echo "ok    the Go code: golangci-lint finds nothing"
	@$(QUIETLY) run "checking the shell scripts" -- $(TOOLS)/bin/shellcheck .ci/* scripts/*.sh
	@echo "ok    the shell scripts: shellcheck finds nothing"
	@rm -rf .local/lint && mkdir -p .local/lint && node -e "$$LINTED_STAGES" >.local/lint/stages
	@for stage in $$(cat .local/lint/stages); do \
		$(QUIETLY) run "writing the template of $$stage" -- sh -c \
			'cd .local/lint && exec node ../../node_modules/aws-cdk/bin/cdk synth --quiet --no-notices -c stage=$$0 --output "$$PWD/$$0"' $$stage && \
		$(QUIETLY) run "checking the template of $$stage" -- $(CFNLINT) --config-file infra/lint/cfnlintrc.yaml --template .local/lint/$$stage/*.template.json && \
		$(QUIETLY) run "checking the template of $$stage" -- $(CHECKOV) .local/lint/$$stage/*.template.json && \
		echo "ok    the template of $$stage: cfn-lint and checkov find nothing" || exit; \
	done

# Prints the stages of cdk.json and one with every optional part, and writes a
# cdk.json that has them all. dev needs no entry.
define LINTED_STAGES
const config = require("./cdk.json")
config.app = "cd ../.. && " + config.app
config.context.stages = { dev: {}, ...config.context.stages, ...require("./infra/lint/every-option.json") }
require("fs").writeFileSync(".local/lint/cdk.json", JSON.stringify(config))
console.log(Object.keys(config.context.stages).join("\n"))
endef
export LINTED_STAGES

.PHONY: vulncheck
vulncheck: go ## Look for known vulnerabilities in the code and its modules
	@sh scripts/vulncheck.sh

##
##@ Variables
##  STAGE=NAME          the stage, which is a stack of its own (default dev):
##                      make deploy connect STAGE=prod
##                      local and local-NAME are on the local cloud:
##                      make local STAGE=local-blue
##  LOCAL_PORT=PORT     the port of the local cloud, if 4566 is in use:
##                      make local LOCAL_PORT=4567. The other targets find it.

# What every target needs. A missing tool is reported in one line; the tools report
# their other errors themselves.
.PHONY: need go node packages
need: go node
	@$(QUIETLY) together "setting up" $(INSTALL_CDK) "compiling the CDK app=$(COMPILE_APP)"
go:
	@command -v go >/dev/null || { echo "Go 1.26 or newer is missing: https://go.dev/dl/" >&2; exit 1; }
	@go list -m >/dev/null || { $(OLDER_GO) && echo "Go 1.26 or newer is needed: https://go.dev/dl/" >&2; exit 1; }
node:
	@command -v node >/dev/null && command -v npm >/dev/null \
		|| { echo "Node.js 20 or newer, with npm, is missing: https://nodejs.org/" >&2; exit 1; }
	@version=$$(node -p process.versions.node) || exit 1; \
		test "$${version%%.*}" -ge 20 || { echo "Node.js 20 or newer is needed, not $$version: https://nodejs.org/" >&2; exit 1; }

# Tells whether the installed Go is older than go.mod requires. A Go before 1.21
# cannot read go.mod at all.
OLDER_GO = case "$$(GOTOOLCHAIN=local go version)" in *" go1."[0-9]" "*|*" go1."[0-9].*|*" go1.1"[0-9]*|*" go1.2"[0-5]*) true;; *) false;; esac

# What is set up at the same time, because nothing of it needs the rest. Each one finds
# out itself whether there is anything to do.
INSTALL_CDK := "installing the CDK CLI=sh scripts/packages.sh"
INSTALL_MINISTACK := "installing MiniStack=$(LOCAL) up --prepare"
# The CDK CLI runs the same, which then has been linked already.
COMPILE_APP := go run -exec true ./infra
COMPILE := "compiling the CDK app and the commands=$(COMPILE_APP) && $(RUN_GO) -b ./scripts/retool"
# Single files of the tools may be missing, so the command looks at each.
REQUIREMENTS := e2e/requirements.txt infra/lint/requirements.txt scripts/lint/requirements.txt
INSTALL_TOOLS := "installing MiniStack, the aws CLI and the linters=$(LOCAL) up --prepare && \
	$(LOCAL) venv --packages 'the aws CLI and the linters' --import awscli --import cfnlint $(REQUIREMENTS:%=--requirements %) $(TOOLS)"
INSTALL_CHECKOV := "installing checkov=$(LOCAL) venv --packages checkov --import checkov --requirements infra/lint/checkov/requirements.txt $(CHECKOV_ENVIRONMENT)"
COMPILE_LINTER := 'compiling golangci-lint=GOTOOLCHAIN=$$(sed -n "s/^toolchain //p" go.mod) $(RUN_GO) -b $(GOLANGCI_LINT)'

packages: node
	@sh scripts/packages.sh check || { \
		echo "Installing the CDK CLI…" >&2; \
		$(QUIETLY) run "installing the CDK CLI" -- sh scripts/packages.sh; }

# What only the tests and the linter need: MiniStack, the aws CLI, cfn-lint and
# shellcheck.
.PHONY: tools
tools: go node
	@$(QUIETLY) together "setting up" $(INSTALL_CDK) $(COMPILE) $(INSTALL_TOOLS) $(INSTALL_MORE)
