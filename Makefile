# `make help` lists what there is. Nothing but python3 with venv and make is needed to begin.
.DEFAULT_GOAL := help
.PHONY: help setup dev run test soak laws races bench check fix messages lock browser
PY := .venv/bin/python
PORT ?= 8000
LEDGERS ?= 20000
STEPS ?= 100000
ROUNDS ?= 1000
EVENTS ?= 10000,100000,1000000
CODE := src tests scripts bench

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: ## everything that running needs; afterwards .venv/bin/suyuan is there
	@python3 scripts/setup.py

dev: ## what tests and checks need as well
	@python3 scripts/setup.py --dev

run: setup ## set up, load the demo company if the database is empty, serve on localhost:$(PORT)
	@.venv/bin/suyuan migrate --quiet
	@if .venv/bin/suyuan demo --help >/dev/null 2>&1; then .venv/bin/suyuan demo --if-empty; fi
	@.venv/bin/suyuan serve --port $(PORT)

test: dev browser ## all tests: SQLite, PostgreSQL, browser
	@bash scripts/test.sh

soak: dev ## check random ledgers against a slow, plain account of them (LEDGERS=20000)
	@$(PY) -m pytest tests/checker -q --ledgers $(LEDGERS)

laws: dev ## give random commands and hold the law of balance against each (STEPS=100000)
	@$(PY) -m pytest tests/laws -q -s --steps $(STEPS) --law-seed random

races: dev ## let sixty-four clients race for the last unit, again and again (ROUNDS=1000)
	@$(PY) -m pytest tests/races -q --rounds $(ROUNDS)

bench: dev ## figures beside the bare engine, into build/bench.json (EVENTS=10000000 for a large ledger)
	@$(PY) -W ignore:XDG_RUNTIME_DIR -m bench run --events $(EVENTS)

check: dev ## format, lint, types, imports, migrations, messages
	@bash scripts/check.sh

fix: dev ## format, and mend what the linter can mend
	.venv/bin/ruff check --fix --quiet $(CODE)
	.venv/bin/ruff format --quiet $(CODE)

messages: dev ## bring the Chinese catalogue up to date with the code, and list what is untranslated
	$(PY) scripts/messages.py update

lock: dev ## newer versions of everything, within the bounds of pyproject.toml and package.json
	scripts/lock.sh --upgrade

browser: # Chromium for the browser tests, where it may be installed
	@bash scripts/browser.sh
