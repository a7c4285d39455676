# Everything runs in .venv, which each target makes for itself: Python 3.11+ and make will do.
# A target whose set-up is newer than requirements.lock and pyproject.toml begins at once.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench client lock release-contracts clean

VENV := .venv
READY := $(VENV)/.ready

# The first Python that is new enough and can make environments; `make PYTHON=...` names another.
CAN_SERVE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c '$(CAN_SERVE)' 2>/dev/null && echo $$python && break; done)

# What pip's own configuration says of indexes and proxies holds; where packages go does not.
PIP := PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 $(VENV)/bin/python -m pip install -qq \
	--disable-pip-version-check --no-input

help:
	@echo "make demo    start the platform, move money, break things, prove nothing was lost"
	@echo "make test    run the tests"
	@echo "make check   format, lint, types, architecture, events compatible with the last release"
	@echo "make bench   measure on this machine"
	@echo "make client  bring culm.client up to date with the API's description"
	@echo "make lock    bring requirements.lock up to date with pyproject.toml;"
	@echo "             OPTIONS=--upgrade takes the newest of everything"
	@echo "make release-contracts"
	@echo "             keep the events' schemas as those of the release, if all can read them"
	@echo "make clean   remove what the other targets made, but never data"

demo: $(READY)
	@$(VENV)/bin/culm demo

test: $(READY)
	@$(VENV)/bin/python -m pytest -q --numprocesses=auto --maxprocesses=4 --dist=loadfile

check: $(READY)
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/mypy --no-error-summary
	@$(VENV)/bin/lint-imports --no-logo
	@$(VENV)/bin/culm events check
	@echo "check: all good"

bench: $(READY)
	@$(VENV)/bin/python -m bench

client: $(READY)
	@$(VENV)/bin/python -m tools.client

# For every platform and Python 3.11 and up. It names no index: each machine has its own.
lock: $(READY)
	@cp requirements.lock $(VENV)/new.lock
	@$(VENV)/bin/uv pip compile pyproject.toml --extra dev --quiet --no-config \
		--universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--output-file $(VENV)/new.lock $(OPTIONS)
	@cmp -s $(VENV)/new.lock requirements.lock || mv $(VENV)/new.lock requirements.lock

# At every release: from then on these schemas are promised.
release-contracts: $(READY)
	@$(VENV)/bin/culm events check --accept

clean:
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path "./.culm/*" -prune -exec rm -rf {} +

# Wheels only: what has none for this machine is said at once, and no compiler is needed.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Culm needs Python 3.11 or newer, with venv." >&2; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(VENV)/bin/python -c '$(CAN_SERVE)' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) --only-binary :all: --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@
