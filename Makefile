# One command each: `make demo` to try it, `make test` before a change goes in. Each is quick the second time (stamps in build/).
# PYTHON=… chooses the interpreter of a new .venv; LAN=1 and PORT=… are the demo's.

SHELL := /bin/sh
BIN := .venv/bin
STAMPS := build/stamps
NPM := deploy/setup/npm
SOURCES := $(shell find config/web config/words signaling/web media/web recordings/web kiosk/web counter/web -type f 2>/dev/null)
export PYTHON

.PHONY: help setup setup-test demo test check bench pictures mirror lock clean

help:
	@echo "make demo [LAN=1] [PORT=…]   try it: a server, a media node, links for kiosk and counter"
	@echo "make test                    everything that must hold: checks, then all tests"
	@echo "make check                   the checks alone: ruff, mypy, tsc, import contracts, printed files"
	@echo "make bench                   figures of this machine"
	@echo "make setup                   what demo needs, without starting it"
	@echo "make pictures                take the README's pictures again"
	@echo "make mirror                  print the files that are made from code (protocol, settings)"
	@echo "make lock                    write requirements.lock from what is installed"
	@echo "make clean                   remove what was made here, .venv included"

setup: $(STAMPS)/python $(STAMPS)/sound $(STAMPS)/fonts $(STAMPS)/pages

setup-test: $(STAMPS)/python-dev $(STAMPS)/sound $(STAMPS)/fonts $(STAMPS)/pages $(STAMPS)/test-tools

$(STAMPS)/python: requirements.lock pyproject.toml deploy/setup/python deploy/setup/lib.sh
	@deploy/setup/python
	@mkdir -p $(@D) && touch $@

$(STAMPS)/python-dev: requirements.lock pyproject.toml deploy/setup/python deploy/setup/lib.sh
	@deploy/setup/python dev
	@mkdir -p $(@D) && touch $@ $(STAMPS)/python

$(STAMPS)/sound: deploy/setup/sound requirements.lock | $(STAMPS)/python
	@deploy/setup/sound
	@mkdir -p $(@D) && touch $@

$(STAMPS)/fonts: deploy/setup/fonts deploy/setup/lib.sh | $(STAMPS)/python
	@deploy/setup/fonts
	@mkdir -p $(@D) && touch $@

$(STAMPS)/modules: package.json package-lock.json | $(STAMPS)/python
	@echo "set-up: installing the pages' packages" >&2
	@$(NPM) ci --no-fund --no-audit --no-update-notifier --loglevel=error
	@mkdir -p $(@D) && touch $@

$(STAMPS)/pages: $(STAMPS)/modules vite.config.ts tsconfig.json $(SOURCES)
	@echo "set-up: building the pages" >&2
	@$(NPM) run --silent build -- --logLevel warn
	@mkdir -p $(@D) && touch $@

$(STAMPS)/test-tools: deploy/setup/test-tools deploy/setup/lib.sh
	@deploy/setup/test-tools
	@mkdir -p $(@D) && touch $@

demo: setup
	@$(BIN)/virtual-window demo $(if $(LAN),--lan) $(if $(PORT),--port $(PORT))

test: setup-test
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest

# Each check is a target of its own: `make -k check` shows everything that is wrong, not the first.
CHECKS := check-ruff check-mypy check-imports check-printed check-types check-pages
.PHONY: $(CHECKS)
check: $(CHECKS)

check-ruff: $(STAMPS)/python-dev
	$(BIN)/ruff check
check-mypy: $(STAMPS)/python-dev
	$(BIN)/mypy
check-imports: $(STAMPS)/python-dev
	$(BIN)/lint-imports --no-logo
check-printed: $(STAMPS)/python-dev
	$(BIN)/python -m signaling.wire.mirror --check
	$(BIN)/python -m config.mirror --check
check-types: $(STAMPS)/modules
	@$(NPM) run --silent check
check-pages: $(STAMPS)/modules
	@$(NPM) test --silent

pictures: setup-test
	$(BIN)/pytest tests/browser/test_pictures.py
	@mkdir -p docs/pictures && cp build/pictures/*.png docs/pictures/

mirror: $(STAMPS)/python
	$(BIN)/python -m signaling.wire.mirror
	$(BIN)/python -m config.mirror

# The others in bench/ are what these start or share.
BENCHES := visits recovery forwarding packet_cost recording lips sealing verify review stills papers tools log_line
bench: setup-test
	@for name in $(BENCHES); do echo "== bench.$$name"; $(BIN)/python -m "bench.$$name" || exit 1; done

# Run in a fresh .venv with every extra: pip install -e '.[dev,kiosk,pages]' after a change in pyproject.toml.
lock: $(STAMPS)/python-dev
	@{ sed -n '/^#/p' requirements.lock; $(BIN)/pip freeze --exclude-editable; } > build/requirements.lock && mv build/requirements.lock requirements.lock

clean:
	rm -rf build dist node_modules .venv *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
