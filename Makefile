# `make run` and `make test` set up by themselves, on a fresh machine too. Python 3.11 or newer is all they need.

SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
OUT := build
ONE := examples/one-enterprise.yaml
UNDER := --policy hangzhou-2023 --as-of 2023-06-30
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help setup setup-test run test test-fast lint lint-style lint-types lint-imports lint-docs
.PHONY: format docs bench lock clean
.DELETE_ON_ERROR:

help:
	@echo "make run     assess one of the sample enterprises, screen all of them (results in $(OUT)/)"
	@echo "make test    run the tests"
	@echo "make lint    style, types, import contracts, and whether the documents are still true"
	@echo "make docs    write what the READMEs show and the chapter on semantics anew"
	@echo "make format  put the code in the house style"
	@echo "make bench   measure (results in docs/benchmark.md)"
	@echo "make setup   make .venv from the hash-locked requirements (the others do it when needed)"
	@echo "make lock    renew requirements/*.txt after a change in pyproject.toml (UPGRADE=1: newest versions)"
	@echo "make clean   remove everything that the above have made, except .venv"

# --- setting up: a stamp remembers which requirements were installed -------------------------------------

setup: $(VENV)/.run
setup-test: $(VENV)/.test

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Zongbu needs Python 3.11 or newer (set PYTHON=…)" >&2; exit 1; }
	@sh tools/need.sh venv $(PYTHON)
	$(PYTHON) -m venv $(VENV)

# The project itself is installed without its dependencies (they come from the lock) and without build
# isolation (what builds it is in the lock too), so nothing unpinned is ever fetched.
$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	$(PIP) --no-build-isolation -r requirements/test.txt
	@touch $@

# --- the main job ----------------------------------------------------------------------------------------

run: setup
	@mkdir -p $(OUT)
	$(BIN)/zongbu check
	$(BIN)/zongbu assess $(ONE) $(UNDER)
	@$(BIN)/zongbu assess $(ONE) $(UNDER) --output $(OUT)/one-enterprise.html
	@$(BIN)/zongbu assess $(ONE) $(UNDER) --output $(OUT)/one-enterprise.json
	$(BIN)/zongbu verify $(OUT)/one-enterprise.json
	$(BIN)/zongbu screen examples/hangzhou-listed.csv $(UNDER) --output $(OUT)/hangzhou-listed.csv

# --- keeping it right ------------------------------------------------------------------------------------

test: setup-test
	@sh tools/need.sh postgres || true
	@sh tools/need.sh java || true
	$(BIN)/python -m pytest

test-fast: setup-test
	$(BIN)/python -m pytest -m "not spark and not postgres"

lint: lint-style lint-types lint-imports lint-docs

lint-style: setup-test
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check --output-format concise .

lint-types: setup-test
	$(BIN)/mypy

lint-imports: setup-test
	$(BIN)/lint-imports --no-logo

lint-docs: setup-test
	$(BIN)/python tools/readme.py --check
	$(BIN)/python tools/links.py

format: setup-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup-test
	$(BIN)/python tools/readme.py
	$(BIN)/python -m tests.spec

bench: setup-test
	$(BIN)/python -m bench

lock:
	sh tools/lock.sh

clean:
	rm -rf $(OUT) dist bench/data spark-warehouse metastore_db derby.log
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -path ./$(VENV) -prune -o -type d -name __pycache__ -print0 | xargs -0 rm -rf
