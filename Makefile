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

.PHONY: help setup setup-test front messages run example test test-engine test-desk test-postgres test-fast
.PHONY: lint lint-style lint-types lint-imports lint-docs lint-messages format docs bench lock clean
.DELETE_ON_ERROR:

help:
	@echo "make run     start the service with demonstration data; says where, and with which accounts"
	@echo "make test    run the tests: engine, then the service on PostgreSQL, on SQLite and in a browser"
	@echo "make example assess one of the sample enterprises, screen all of them (results in $(OUT)/)"
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

# What the pages are made of: third-party files from npm, and the English words in compiled form.
front: setup
	@sh tools/need.sh node
	@$(BIN)/python tools/vendor.py

messages: setup
	@$(BIN)/python tools/messages.py

# --- the main job ----------------------------------------------------------------------------------------

run: setup front messages
	$(BIN)/zongbu serve --demo

example: setup
	@mkdir -p $(OUT)
	$(BIN)/zongbu check
	$(BIN)/zongbu assess $(ONE) $(UNDER)
	@$(BIN)/zongbu assess $(ONE) $(UNDER) --output $(OUT)/one-enterprise.html
	@$(BIN)/zongbu assess $(ONE) $(UNDER) --output $(OUT)/one-enterprise.json
	$(BIN)/zongbu verify $(OUT)/one-enterprise.json
	$(BIN)/zongbu screen examples/hangzhou-listed.csv $(UNDER) --output $(OUT)/hangzhou-listed.csv

# --- keeping it right ------------------------------------------------------------------------------------

test: test-engine test-postgres test-desk

test-engine: setup-test
	@sh tools/need.sh postgres || true
	@sh tools/need.sh java || true
	$(BIN)/python -m pytest tests --ignore=tests/desk

# The same tests of the service on both databases; the browser's once.
test-postgres: setup-test front messages
	@sh tools/need.sh postgres || true
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest tests/desk -m "not browser" -n 2

test-desk: setup-test front messages
	@sh tools/need.sh chromium || true
	$(BIN)/python -m pytest tests/desk -n 2

test-fast: setup-test
	$(BIN)/python -m pytest -m "not spark and not postgres and not browser"

lint: lint-style lint-types lint-imports lint-docs lint-messages

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

lint-messages: setup-test
	$(BIN)/python tools/messages.py --check

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
	rm -rf $(OUT) dist node_modules zongbu/desk/static/vendor zongbu/desk/kernel/documents/fonts
	rm -rf bench/data spark-warehouse metastore_db derby.log
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -path ./$(VENV) -prune -o -type d -name __pycache__ -print0 | xargs -0 rm -rf
