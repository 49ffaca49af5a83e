# The commands people type. `make` alone lists them.
#
# STAGE chooses the stage (default dev): make deploy STAGE=prod. The stage
# local always means the local cloud, never an AWS account.

STAGE ?= dev
override STAGE := $(strip $(STAGE))
LOCAL := go run ./scripts/local
RETOOL := go run ./scripts/retool
CDK := node_modules/.bin/cdk
TOOLS := .local/tools
# Not bin/cfn-lint, which names its interpreter by path: that may have a space in
# it, or be gone after the folder was moved.
CFNLINT = $(TOOLS)/bin/python -c 'import sys; from cfnlint.runner import main; sys.exit(main())'

# The CDK library prints a long banner on Node 20, on which it works.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

ifeq ($(STAGE),local)
RUN := $(LOCAL) run --
CDKFLAGS := --no-notices
endif

.DEFAULT_GOAL := help
.NOTPARALLEL: # make deploy connect: one after the other
.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Shows what a command prints only if it fails.
quietly = @log=$$($(1) 2>&1) || { echo "$$log" >&2; exit 1; }

.PHONY: local
local: need ## Start the local cloud, deploy to it and print what to type into Retool
	@$(LOCAL) up
	@echo "Bootstrapping the local cloud…"
	$(call quietly,$(LOCAL) run -- $(CDK) bootstrap aws://000000000000/us-east-1 --no-notices)
	@echo "Deploying the stack (the first time compiles the CDK app: a minute or two)…"
	$(call quietly,$(LOCAL) run -- $(CDK) deploy -c stage=local --no-notices --require-approval never)
	@$(RETOOL) connect --stage local

.PHONY: local-destroy
local-destroy: need ## Delete the stack from the local cloud
	@echo "Deleting the stack from the local cloud…"
	$(call quietly,$(LOCAL) run -- $(CDK) destroy -c stage=local --no-notices --force)
	@echo "Deleted: nothing of the stack is left."

.PHONY: local-down
local-down: ## Stop the local cloud
	@$(LOCAL) down

.PHONY: deploy
deploy: need ## Deploy the stage to AWS
	$(RUN) $(CDK) deploy -c "stage=$(STAGE)" $(CDKFLAGS)

.PHONY: destroy
destroy: need ## Delete the stage from AWS
	$(RUN) $(CDK) destroy -c "stage=$(STAGE)" $(CDKFLAGS)

.PHONY: synth
synth: need ## Write the CloudFormation template of the stage; needs no AWS account
	$(RUN) $(CDK) synth -c "stage=$(STAGE)" $(CDKFLAGS)

.PHONY: diff
diff: need ## Show what a deploy of the stage would change
	$(RUN) $(CDK) diff -c "stage=$(STAGE)" $(CDKFLAGS)

.PHONY: connect
connect: need ## Make the service user, prove the flow and print what to type into Retool
	@$(RETOOL) connect --stage "$(STAGE)"

.PHONY: check
check: need ## Prove a deployed stage from outside; asks for the refresh token
	@$(RETOOL) check --stage "$(STAGE)"

.PHONY: test
test: need $(TOOLS)/installed ## Run every test: units, template, end to end on a local cloud, browser
	go run gotest.tools/gotestsum@v1.13.0 --format pkgname -- -count=1 -timeout 30m ./...

.PHONY: generate
generate: need ## Write again what follows from the operations: openapi.yaml, the expected template
	go run ./lambda/openapi > openapi.yaml.new || { rm openapi.yaml.new; exit 1; }
	mv openapi.yaml.new openapi.yaml
	go test ./infra -run TestTemplateOfDev -update

.PHONY: lint
lint: need $(TOOLS)/installed ## Check format, vet and the template
	@files=$$(gofmt -l e2e infra lambda scripts) || exit 1; test -z "$$files" || { echo "gofmt would change:"; echo "$$files"; exit 1; }
	go vet ./...
	@for stage in dev prod; do \
		rm -rf .local/lint/$$stage && \
		$(CDK) synth --quiet --no-notices -c stage=$$stage --output .local/lint/$$stage && \
		$(CFNLINT) --config-file infra/lint/cfnlintrc.yaml --template .local/lint/$$stage/*.template.json \
		|| exit 1; \
	done

# What every target needs. Each missing thing gets one line.
.PHONY: need go node python
need: go node python node_modules/.package-lock.json
go:
	@command -v go >/dev/null && go list -m >/dev/null || { echo "Go 1.26 or newer is missing: https://go.dev/dl/" >&2; exit 1; }
node:
	@command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
		|| { echo "Node.js 20 or newer, with npm, is missing: https://nodejs.org/" >&2; exit 1; }
python:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null \
		|| { echo "Python 3.10 or newer is missing: https://www.python.org/downloads/" >&2; exit 1; }

# What only the tests and the linter need: the aws CLI and cfn-lint.
REQUIREMENTS := e2e/requirements.txt infra/lint/requirements.txt
$(TOOLS)/installed: $(REQUIREMENTS) | need
	@echo "Installing the aws CLI and cfn-lint into $(TOOLS)…"
	@install -d -m 700 .local && rm -rf $(TOOLS) && python3 -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: $(REQUIREMENTS:%=--requirement %)
	@touch $@

# The CDK CLI that package.json pins.
node_modules/.package-lock.json: package-lock.json | node
	@echo "Installing the CDK CLI…"
	@npm ci --silent
