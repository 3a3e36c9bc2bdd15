# Two commands are all a newcomer needs: `make demo` and `make test`. Each installs what it needs
# into .venv the first time, and nothing the second time.

PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check
# They examine the pages, and anchor what is saved, in tests; never shipped, skipped where no npm is.
NODE_PACKAGES := axe-core@4.14.1 @apache-annotator/selector@0.2.0
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check bench clean

help:  ## these lines
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/installed  ## index the sample course and serve the chat on 127.0.0.1:7860
	.venv/bin/pincite demo

test: .venv/installed-dev  ## the fast tests
	.venv/bin/python -m pytest

test-slow: .venv/installed-dev  ## the tests that take longer
	.venv/bin/python -m pytest -m slow

check: .venv/installed-dev  ## ruff and mypy
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

bench: .venv/installed-dev  ## speed and memory, ours beside the plain way
	.venv/bin/python -m tests.benchmarks

clean:  ## remove what these commands made
	rm -rf .venv demo-library build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/installed: pyproject.toml constraints.txt
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	$(PIP) install -c constraints.txt -e .
	touch $@

.venv/installed-dev: pyproject.toml constraints.txt
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	$(PIP) install -c constraints.txt -e '.[dev]'
	! command -v npm >/dev/null || npm install --prefix .venv --no-save --no-package-lock \
		--no-audit --no-fund --ignore-scripts $(NODE_PACKAGES)
	touch .venv/installed $@
