# Triptych. `make help` lists the targets.
SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# `make module-path PATH=…`: a path of modules. The recipes keep the PATH of the environment.
ifeq ($(origin PATH),command line)
MODULE := $(PATH)
override PATH := $(shell echo "$$PATH")
endif

# DATA is not read from the environment, where another program may have set it. `make
# DATA=folder` sets it.
BUILD     := build
DATA      := .triptych
MODULES   := .ci/language cli e2e emulator functions picture shared statemachine terraform
FUNCTIONS := validate sanitize resize record erase backfill fail
HOST      := $(shell go env GOOS)-$(shell go env GOARCH)
COMMIT    := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

# The sources of the functions. A change of any other file does not change their bytes.
FUNCTION_SOURCES := $(shell find functions picture shared -type f \( -name '*.go' -o -name '*.s' -o -name '*.json' -o -name '*.gz' -o -name 'go.*' \) -not -name '*_test.go')
ALL_SOURCES      := $(shell find cli emulator functions picture shared statemachine terraform -type f -not -name '*_test.go') go.work

HOST_BINARIES := $(FUNCTIONS:%=$(BUILD)/functions/%/bootstrap)
PACKAGES      := $(FUNCTIONS:%=$(BUILD)/functions/%.zip) $(FUNCTIONS:%=$(BUILD)/functions/%-arm64.zip)

# Functions are built outside of the workspace, because the workspace would raise the
# versions of their dependencies to those of the emulator's modules.
FUNCTION_BUILD := CGO_ENABLED=0 GOWORK=off go -C functions build -trimpath -buildvcs=false -tags lambda.norpc -ldflags='-s -w'

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(BUILD)/triptych $(HOST_BINARIES) ## Start the AWS emulator, process samples/, serve until Ctrl-C; ARGS="--inject file" adds flags of `triptych up`
	@exec $(BUILD)/triptych up --data $(DATA) --samples $(ARGS)

.PHONY: build
build: $(BUILD)/triptych $(HOST_BINARIES) $(PACKAGES) ## Build the command, and the functions for Lambda and for this machine

.PHONY: test
test: ## Run the tests (under 5 minutes on 2 cores)
	go test $(MODULES:%=./%/...) -short

.PHONY: check
check: fmt-check vet lint ## Format, vet, lint, and the tests with the race detector (needs gcc)
	go test -race -short -timeout 30m $(MODULES:%=./%/...)

.PHONY: e2e
e2e: build ## Run the end-to-end tests with the built binaries
	TRIPTYCH_BIN=$(abspath $(BUILD))/triptych go -C e2e test -count=1 -timeout 20m ./...

.PHONY: attack
attack: $(BUILD)/triptych ## Render MUTANTS mutated images; each crash, bomb, and master that other programs reject is a finding
	go -C e2e build -o $(abspath $(BUILD))/attack ./attack
	$(BUILD)/attack -binary $(BUILD)/triptych -mutants $(or $(MUTANTS),5000) -seed $(or $(SEED),1) -keep $(BUILD)/findings \
	  -seeds samples,$(wildcard picture/testdata/cases)
	$(BUILD)/attack -binary $(BUILD)/triptych -mutants $$(($(or $(MUTANTS),5000) / 5)) -seed $(or $(SEED),1) -keep $(BUILD)/findings \
	  -seeds samples,$(wildcard picture/testdata/cases) -match '[.](heic|avif)$$' -recipe e2e/testdata/as-is.json

.PHONY: mutants
mutants: ## Compare the HEIC decoder with libheif on MUTANTS mutated files, with pillow-heif of a cache (python3 with venv)
	go build -o $(BUILD)/compare-mutants ./picture/heif/mutants
	TRIPTYCH_PILLOW=$(or $(TRIPTYCH_PILLOW),$$(.ci/pillow)) $(BUILD)/compare-mutants -mutants $(or $(MUTANTS),50000) -seed $(or $(SEED),1) -keep $(BUILD)/mutants

.PHONY: e2e-foreign
e2e-foreign: build ## Run the deployed stack on MiniStack, an independent AWS emulator, and compare answers
	.ci/foreign

.PHONY: e2e-awscli
e2e-awscli: build ## Run the AWS command line against the emulator; it is installed into a cache (python3 with venv)
	.ci/awscli

# Terraform or OpenTofu: the one that is installed.
TF       ?= $(firstword $(shell command -v terraform tofu) terraform)
TF_FLAGS := $(if $(STACK),-var stack=$(STACK))

.PHONY: deploy
deploy: build ## Build and deploy to AWS with TF (terraform or tofu): STACK=name, AWS_REGION, AWS_PROFILE, terraform/*.auto.tfvars
	$(TF) -chdir=terraform init
	$(TF) -chdir=terraform apply $(TF_FLAGS)
	@printf '\n  build/triptych upload --wait PHOTO.jpg%s\n' '$(if $(STACK), --stack $(STACK))'

.PHONY: destroy
destroy: ## Remove the stack from AWS; refuses while originals exist, unless FORCE=yes
	cd terraform && TF='$(TF)' TF_FLAGS='$(TF_FLAGS)' FORCE='$(FORCE)' ./destroy.sh

.PHONY: check-checkov
check-checkov: ## Scan terraform/ with checkov, which is installed into a cache (python3 with venv)
	.ci/checkov

.PHONY: check-asl
check-asl: ## Check the state machines with AWS's language service, JSON schemas and JSONata (npm)
	.ci/asl/test
	.ci/asl/check statemachine/*.asl.json

.PHONY: check-js
check-js: ## Check the types of clients/js and run its tests (npm)
	npm --prefix clients/js ci --no-audit --no-fund --loglevel=error
	npm --prefix clients/js test

.PHONY: check-terraform
check-terraform: build ## Check terraform/ and its examples, and compare their deployment with the emulator
	.ci/terraform/check

.PHONY: check-actions
check-actions: ## Check the workflows of GitHub with actionlint
	GOWORK=off go -C .ci/actions build -o $(abspath $(BUILD))/actionlint github.com/rhysd/actionlint/cmd/actionlint
	$(BUILD)/actionlint

.PHONY: release
release: ## Write the files of a release to dist/: VERSION=v1.0.0; PLATFORMS="linux/amd64 ..." limits the archives
	.ci/release/build $(VERSION)

.PHONY: check-release
check-release: ## Build a release for this machine twice, compare the bytes, and run it in an empty folder without Go (root or sudo)
	.ci/release/check

.PHONY: module-path
module-path: ## Set the path of the Go modules, for a fork: MODULE=github.com/you/triptych (or PATH=)
	@.ci/module-path '$(MODULE)'

.PHONY: check-module-path
check-module-path: ## Rename the modules of a copy, build it, and install it from a proxy of modules
	.ci/module-path-test

.PHONY: check-upgrade
check-upgrade: ## Open a data folder of an earlier build, FROM=revision (the commit before if not given), with this build
	.ci/upgrade-test $(FROM)

.PHONY: docs
docs: ## Build the documentation as a site in build/site, and check its links (python3 with venv)
	.ci/docs/build

.PHONY: vulncheck
vulncheck: ## Look for known vulnerabilities in what the modules call (needs vuln.go.dev)
	GOWORK=off go -C .ci/vulncheck build -o $(abspath $(BUILD))/govulncheck golang.org/x/vuln/cmd/govulncheck
	for module in $(MODULES); do echo "-- $$module"; (cd $$module && $(abspath $(BUILD))/govulncheck ./...); done

.PHONY: e2e-terraform
e2e-terraform: build ## Apply terraform/ to the emulator with TF and the real AWS provider; TF_PLUGINS=folder for a mirror of providers
	TRIPTYCH_BIN=$(abspath $(BUILD))/triptych E2E_TERRAFORM=$(TF) E2E_TERRAFORM_PLUGINS=$(TF_PLUGINS) go -C e2e test -count=1 -v -timeout 60m -run 'TestTerraform' .

.PHONY: check-gainmap
check-gainmap: $(BUILD)/triptych ## Decode masters with HDR gain maps with libultrahdr, which is installed into a cache (python3)
	.ci/gainmap $(BUILD)/triptych

.PHONY: e2e-browser
e2e-browser: $(BUILD)/triptych $(HOST_BINARIES) ## Run the console's tests in Chromium; screenshots of all pages go to build/screens
	go -C e2e vet -tags browser ./browser
	TRIPTYCH_BIN=$(abspath $(BUILD))/triptych SCREENS=$(abspath $(BUILD))/screens go -C e2e test -tags browser -count=1 -timeout 15m ./browser

.PHONY: test-arm64
test-arm64: ## Run the image engine's tests as arm64 code, under QEMU on other machines
	.ci/test-arm64

.PHONY: bench
bench: bench-engine bench-quality bench-pipeline ## Measure the image engine, and the pipeline on this machine

.PHONY: check-bench
check-bench: ## Compare the instructions of five jobs of the engine with the baseline, under valgrind; UPDATE=1 writes the baseline
	.ci/bench-guard $(if $(UPDATE),update)

.PHONY: bench-engine
bench-engine: ## Compare with sharp and Pillow on PHOTOS (a folder), ROUNDS times; TAGS=purego without assembly
	go build -tags '$(TAGS)' -o $(BUILD)/bench ./picture/bench
	$(BUILD)/bench -photos $(or $(PHOTOS),samples) -rounds $(or $(ROUNDS),7) $(if $(JSON),-json $(JSON))

.PHONY: bench-quality
bench-quality: ## Bytes and SSIMULACRA2 of JPEG variants of PHOTOS (a folder); needs ssimulacra2_rs, cjpeg and djpeg
	go run ./picture/bench/quality -photos $(or $(PHOTOS),samples)

.PHONY: bench-pipeline
bench-pipeline: build ## Time 1,000 uploads on the emulator, each function, and one execution of Step Functions
	TRIPTYCH_BIN=$(abspath $(BUILD))/triptych go -C e2e test -count=1 -run='^$$' -bench='Uploads|Functions' -benchtime=2x .
	go test -count=1 -run='^$$' -bench=PipelineExecution ./emulator/stepfunctions

.PHONY: soak
soak: build ## Upload a thousand images while the emulator injects failures and is killed
	TRIPTYCH_BIN=$(abspath $(BUILD))/triptych E2E_LONG=1 go -C e2e test -count=1 -v -timeout 90m -run 'TestFaults|TestSoak' -parallel 1 ./...

.PHONY: burst
burst: build ## Upload 3,000 images at a Lambda concurrency of 10, and count successes, failures and throttles
	TRIPTYCH_BIN=$(abspath $(BUILD))/triptych E2E_LONG=1 go -C e2e test -count=1 -v -timeout 60m -run 'TestThrottling' .

.PHONY: corpus
corpus: $(BUILD)/triptych $(HOST_BINARIES) ## Render other projects' test images; compare them with Pillow and libde265; REPORT=docs/corpora.md
	@# In CI, a package that the archive temporarily lacks must not stop a change.
	.ci/corpus $(or $(CORPUS),$(BUILD)/corpus) $(if $(CI),|| true)
	TRIPTYCH_PILLOW=$$(.ci/pillow) && export TRIPTYCH_PILLOW && \
	TRIPTYCH_BIN=$(abspath $(BUILD))/triptych TRIPTYCH_CORPUS=$(abspath $(or $(CORPUS),$(BUILD)/corpus)) TRIPTYCH_CORPUS_REPORT=$(if $(REPORT),$(abspath $(REPORT))) go -C e2e test -count=1 -v -timeout 30m -run 'TestCorpora' .
	TRIPTYCH_CORPUS=$(abspath $(or $(CORPUS),$(BUILD)/corpus)) go test -count=1 -v -run '^TestCorpus$$' ./picture/heif/hevc

.PHONY: fmt
fmt: ## Format the Go code
	gofmt -w $(MODULES)

.PHONY: fmt-check
fmt-check:
	@unformatted=$$(gofmt -l $(MODULES)); test -z "$$unformatted" || { echo "not formatted (make fmt):"; echo "$$unformatted"; exit 1; }

.PHONY: vet
vet:
	go vet $(MODULES:%=./%/...)

.PHONY: lint
lint: language $(BUILD)/golangci-lint ## Check the language, and run golangci-lint
	$(BUILD)/golangci-lint run $(MODULES:%=./%/...)

.PHONY: language
language: $(BUILD)/language ## Check words and commit subjects against docs/style.md
	@$(BUILD)/language

.PHONY: fuzz
fuzz: ## Fuzz every parser for FUZZTIME each (default 10s); IN="folders" limits it to them
	.ci/fuzz $(or $(FUZZTIME),10s) $(or $(IN),.)

.PHONY: tidy
tidy: ## Tidy every module; expected to leave no diff
	for module in $(MODULES); do (cd $$module && GOWORK=off go mod tidy); done

.PHONY: wasm
wasm: ## Copy the libraries of picture/wasm from their Go modules; UPDATE=path@version sets a module's version
	.ci/wasm/update $(UPDATE)

# quoted makes one word of the shell from any text.
quoted = '$(subst ','\'',$(1))'

.PHONY: clean
clean: ## Remove the build, and the state of `make run`
	@.ci/clean $(call quoted,$(BUILD)) $(call quoted,$(DATA))

$(BUILD)/triptych: $(ALL_SOURCES)
	@echo 'Compiling the command $@ (a few minutes the first time).'
	@go build -trimpath -buildvcs=false -ldflags='-s -w -X main.commit=$(COMMIT)' -o $@ ./cli/triptych

$(BUILD)/language: $(wildcard .ci/language/*.go) .ci/language/go.mod
	go build -o $@ ./.ci/language

$(BUILD)/golangci-lint: .ci/tools/go.mod .ci/tools/go.sum
	GOWORK=off go -C .ci/tools build -o $(abspath $@) github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(BUILD)/pack: terraform/pack/main.go
	GOWORK=off go -C terraform build -o $(abspath $@) ./pack

# Slow steps say what they do. The functions share most of their packages, so only the first
# one takes long.
compiling = @echo 'Compiling the function $(1) for $(2)$(if $(filter $(1),$(firstword $(FUNCTIONS))), (the first time with the packages of all functions)).'

define function
$(BUILD)/linux-amd64/$(1)/bootstrap: $$(FUNCTION_SOURCES)
	$(call compiling,$(1),linux/amd64)
	@GOOS=linux GOARCH=amd64 $$(FUNCTION_BUILD) -o $$(abspath $$@) ./$(1)

$(BUILD)/linux-arm64/$(1)/bootstrap: $$(FUNCTION_SOURCES)
	$(call compiling,$(1),linux/arm64)
	@GOOS=linux GOARCH=arm64 $$(FUNCTION_BUILD) -o $$(abspath $$@) ./$(1)

$(BUILD)/functions/$(1).zip: $(BUILD)/linux-amd64/$(1)/bootstrap $(BUILD)/pack
	@mkdir -p $$(@D)
	@echo 'Packing $$@.'
	@$(BUILD)/pack $$< $$@

$(BUILD)/functions/$(1)-arm64.zip: $(BUILD)/linux-arm64/$(1)/bootstrap $(BUILD)/pack
	@mkdir -p $$(@D)
	@echo 'Packing $$@.'
	@$(BUILD)/pack $$< $$@

# On Linux the emulator runs the same bytes as Lambda.
$(BUILD)/functions/$(1)/bootstrap: $(BUILD)/$(HOST)/$(1)/bootstrap
	@mkdir -p $$(@D)
	@cp $$< $$@.new && mv $$@.new $$@
endef
$(foreach name,$(FUNCTIONS),$(eval $(call function,$(name))))

# Machines other than linux/amd64 and linux/arm64 need their own binaries.
ifeq (,$(filter linux-amd64 linux-arm64,$(HOST)))
$(BUILD)/$(HOST)/%/bootstrap: $(FUNCTION_SOURCES)
	$(call compiling,$*,$(HOST))
	@$(FUNCTION_BUILD) -o $(abspath $@) ./$*
endif
