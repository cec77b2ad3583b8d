# Two commands matter: `make demo` shows what the program does, `make test` proves it. Each makes its own
# environment in .venv; a locked requirement that changes makes it anew.

PYTHON ?= python3
# Danish first; `make demo TUMORPROFIL_LANGUAGE=en` speaks English.
TUMORPROFIL_LANGUAGE ?= da

BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
RUNTIME := .venv/runtime.stamp
DEVELOPMENT := .venv/development.stamp
CATALOGUE := src/tumorprofil/locale/da/LC_MESSAGES/tumorprofil.po

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test check bench docs messages coverage lock chromium java clean

help:
	@echo "make demo      assess the shipped examples and show the result"
	@echo "make test      every check and every test"
	@echo "make check     ruff, mypy, import-linter, generated documents in step"
	@echo "make bench     measure, and write benchmarks/RESULTS.md"
	@echo "make docs      generate docs/reference and the README's pictures"
	@echo "make messages  collect the texts for people into the Danish catalogue"
	@echo "make coverage  which lines and branches the tests reach"
	@echo "make lock      resolve the requirements again"
	@echo "make clean     remove everything that was made"

demo: $(RUNTIME)
	@TUMORPROFIL_LANGUAGE=$(TUMORPROFIL_LANGUAGE) $(BIN)/python -m tumorprofil.cli.demo

test: check chromium java
	@$(BIN)/python -m pytest

check: $(DEVELOPMENT)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > .venv/lint-imports.log 2>&1 || { cat .venv/lint-imports.log; exit 1; }
	@$(BIN)/python -m tumorprofil.cohort.document --check docs/reference

bench: $(DEVELOPMENT)
	@$(BIN)/python -m benchmarks

docs: $(DEVELOPMENT) chromium
	@$(BIN)/python -m tumorprofil.cohort.document docs/reference
	@TUMORPROFIL_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/report/test_page_in_browser.py

messages: $(DEVELOPMENT)
	@$(BIN)/pybabel --quiet extract -F babel.cfg -k translate --no-location --sort-output --omit-header \
		-o .venv/tumorprofil.pot .
	@$(BIN)/pybabel --quiet update -i .venv/tumorprofil.pot -o $(CATALOGUE) -l da --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --width 120

coverage: $(DEVELOPMENT)
	@$(BIN)/python -m pytest --cov --cov-report=term

lock:
	@test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet uv; }
	@.venv-lock/bin/uv pip compile pyproject.toml --group test --group check --group bench --group build \
		--upgrade --generate-hashes --universal --no-header --no-annotate --quiet -o requirements/development.txt
	@.venv-lock/bin/uv pip compile pyproject.toml --group build -c requirements/development.txt \
		--upgrade --generate-hashes --universal --no-header --no-annotate --quiet -o requirements/runtime.txt

# The pages are looked at in a real browser. Where it cannot be had, those tests skip and say so.
chromium:
	@for name in chromium chromium-browser google-chrome; do command -v $$name > /dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		echo "Installing Chromium for the tests of the pages."; \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } \
			> .venv/chromium.log 2>&1 || { echo "Chromium could not be installed:"; tail -n 3 .venv/chromium.log; }; \
	else \
		echo "Chromium is not installed; the tests of the pages will skip."; \
	fi

# Spark runs on Java 17 or 21. Where it cannot be had, its tests skip and say so.
java:
	@if [ -n "$$JAVA_HOME" ] || command -v java > /dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		echo "Installing Java for the tests of Spark."; \
		export DEBIAN_FRONTEND=noninteractive; \
		{ apt-get update && for version in 17 21; do \
			apt-get install -y --no-install-recommends openjdk-$$version-jre-headless && break; done; } \
			> .venv/java.log 2>&1 || { echo "Java could not be installed:"; tail -n 3 .venv/java.log; }; \
	else \
		echo "Java is not installed; the tests of Spark will skip."; \
	fi

clean:
	rm -rf .venv .venv-lock out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; name it, for example: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making the environment in .venv (about a minute the first time)."
	@$(PYTHON) -m venv .venv

# The lock names every requirement; resolving again would let an extra such as coverage[toml] ask for a newer one.
$(RUNTIME): requirements/runtime.txt pyproject.toml | .venv/bin/python
	@$(PIP) install --no-deps --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# Holds all that the runtime needs, at the same versions. The runtime comes first: what builds a package that comes as
# source is in it, so that nothing is fetched for a build that is not locked.
$(DEVELOPMENT): requirements/development.txt $(RUNTIME)
	@echo "Installing what the tests need into .venv."
	@$(PIP) install --no-deps --no-build-isolation --require-hashes -r requirements/development.txt
	@touch $@
