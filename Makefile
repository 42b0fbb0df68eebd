# Two commands matter: `make run` opens a living simulated community, `make test` proves the whole thing.
# Both set up everything they need; neither needs Node, Docker or a running server.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8080
DATA ?= demo-data
WORKERS ?= $(shell nproc)
BIN := $(VENV)/bin
export VENV PYTHON

.PHONY: run test check bench setup setup-dev web lock test-ui guides test-faults test-unit clean help

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

run: setup web ## a living simulated community on http://127.0.0.1:$(PORT)/ (PORT=, DATA= are honoured)
	@exec $(BIN)/gateway demo --port $(PORT) --data "$(DATA)"

setup:
	@scripts/setup run

setup-dev:
	@scripts/setup dev

web: setup
	@$(BIN)/python hatch_build.py

test: setup-dev web ## everything: unit, property, contract, scenarios, integration, browser, fault
	@scripts/system-packages
	@# Side by side what computes; then, beside each other, what starts servers one by one and mostly waits for them, and
	@# the browser (its driver keeps an event loop running). All three run even if one of them fails.
	@status=0; export TMPDIR=$$(scripts/test-folder); \
	$(BIN)/pytest -n $(WORKERS) -m "not (integration or fault or browser or slow)" || status=$$?; \
	$(BIN)/pytest -m "(integration or fault) and not (browser or slow)" > >(sed -u 's/^/servers: /') 2>&1 & servers=$$!; \
	$(BIN)/pytest -m "browser and not slow" tests/browser || status=$$?; \
	wait $$servers || status=$$?; exit $$status

test-unit: setup-dev ## the fast, pure part alone
	@$(BIN)/pytest tests/devices tests/rules tests/gateway/response tests/test_architecture.py tests/test_scenarios.py

test-ui: setup-dev web ## the goals of the screens (docs/screen-goals.md); GOAL=9 takes one, GOAL=times those that want a quiet machine
	@scripts/system-packages
	@# First the walk through every page, side by side; then one by one what is measured. 5: nothing was asked of that run.
	@rm -rf build/goals; status=0; export TMPDIR=$$(scripts/test-folder) GATEWAY_UI=whole GOAL; \
	$(BIN)/pytest -n $(WORKERS) -m browser tests/browser/goals/test_every_page.py --timeout 3600 || [ $$? = 5 ] || status=1; \
	$(BIN)/pytest -m browser tests/browser/goals tests/browser/test_console_rules.py \
		--ignore tests/browser/goals/test_every_page.py --timeout 7200 || [ $$? = 5 ] || status=1; exit $$status

guides: setup-dev web ## the pictures of docs/guides, taken of the real gateway
	@scripts/system-packages
	@GATEWAY_GUIDES=write $(BIN)/pytest -m slow tests/browser/test_guides.py --timeout 3600

test-faults: setup-dev web ## the long fault, fuzz and soak runs
	@scripts/system-packages
	@$(BIN)/pytest -m "fault or slow" --timeout 3600

check: setup-dev ## format, lint, types
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy

bench: setup-dev ## the benchmarks with their budgets; results go to bench/results/
	@scripts/system-packages
	@$(BIN)/python bench/run.py

lock: ## renew the lock files from pyproject.toml
	@scripts/lock

clean: ## remove what was built; data folders stay
	rm -rf $(VENV) build dist gateway/static web/node_modules *.egg-info
