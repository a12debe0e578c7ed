# Xiaoer. `make` lists the targets.
.DEFAULT_GOAL := help
SHELL := bash
export RASA_TELEMETRY_ENABLED := false
export PATH := $(CURDIR)/.tools/bin:$(PATH)

PY := .venv/bin/python
BOT := bot/.venv/bin/python
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print)
STEP := scripts/step

.PHONY: help setup demo run test check train nlu bench format clean

help:  ## List the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: .venv/.ready bot/.venv/.ready web/dist/.ready  ## Both Python environments and the web pages

demo: setup train  ## A demo shop that answers, on http://127.0.0.1:8000 (Ctrl-C stops all of it)
	@.venv/bin/xiaoer demo

run: setup train  ## The shop of your settings, without demo data (Ctrl-C stops all of it)
	@.venv/bin/xiaoer run

test: setup train  ## The whole test suite
	@scripts/test

check: .venv/.ready bot/.venv/.ready web/node_modules/.ready  ## Format, lint, types, import directions
	@scripts/check

train: bot/.venv/.ready  ## Train the model if it is stale
	@$(BOT) -m bot.train

nlu: train  ## Measure the understanding, report in var/nlu, fail under the bars of tests/nlu/bars.yml
	@$(BOT) scripts/nlu_report.py

bench: setup train  ## Measure against stock Rasa and write docs/benchmarks.md (about half an hour)
	@$(PY) -m bench

format: .venv/.ready  ## Put the code into house format
	@.venv/bin/ruff check --fix --quiet . && .venv/bin/ruff format .

clean:  ## Remove what was built: environments, models, web pages; the data in var stays
	rm -rf .venv bot/.venv .tools models var/bench web/dist web/node_modules .mypy_cache .ruff_cache .pytest_cache .rasa .hypothesis

.tools/bin/uv:
	@scripts/find-python 3.11 >/dev/null && $(STEP) "uv, the installer" scripts/install-uv

.venv/.ready: pyproject.toml uv.lock | .tools/bin/uv
	@python=$$(scripts/find-python 3.11) && \
	  $(STEP) "main environment (about 15 s)" uv sync --quiet --locked --python "$$python"
	@$(STEP) "bytecode of our own code" $(PY) -m compileall -q desk shop actions migrations
	@touch $@

bot/.venv/.ready: bot/pyproject.toml bot/uv.lock | .tools/bin/uv
	@python=$$(scripts/find-python 3.10) && \
	  $(STEP) "bot environment with Rasa (about a minute, 600 MB)" \
	  uv sync --quiet --locked --project bot --python "$$python"
	@$(STEP) "bytecode of the bot" $(BOT) -m compileall -q bot/components bot/*.py
	@touch $@

web/node_modules/.ready: web/package.json web/package-lock.json | .venv/.ready
	@$(STEP) "web libraries" scripts/node npm --prefix web ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/.ready: $(WEB_SOURCES) web/node_modules/.ready
	@$(STEP) "web pages" scripts/node npm --prefix web run --silent build
	@touch $@
