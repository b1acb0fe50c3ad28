# Everything starts here. Needs Python 3.11 or 3.12, make and a package index; nothing else.
#
#   make podcast TOPIC="…" [SOURCES="file url …"] [MINUTES=5] [OUT=episode.mp3]
#   make up | status | logs [SERVICE=aims] | down
#   make test | fuzz | check | lock | clean
#   make bench | bench-status | bench-listeners | bench-first-audio | bench-playback | bench-four
#   make bench-player | bench-landing | bench-refresh | bench-listen | bench-stop | screenshots
#
# PYTHON=/path/to/python3.12 names the interpreter that .venv is made with.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev packages podcast test fuzz up down status logs check bench bench-status bench-listeners bench-first-audio bench-playback bench-four bench-player bench-landing bench-refresh bench-listen bench-stop screenshots lock settings problems clean
unexport PYTHONDONTWRITEBYTECODE

# The first Python that starts at all (a pyenv shim may exist and fail); bootstrap.py looks further.
STARTER := $(shell for p in .venv/bin/python python3.12 python3.11 python3 python; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && echo "$$p" && break; done)
ifeq ($(STARTER),)
$(error No Python found. Aethercast needs Python 3.11 or 3.12)
endif
ifdef PYTHON
export PYTHON
endif
# What a person types reaches the programs as typed, a dollar sign included.
override TOPIC := $(value TOPIC)
override SOURCES := $(value SOURCES)
override OUT := $(value OUT)
export TOPIC SOURCES MINUTES OUT SERVICE TAIL

RUN := .venv/bin/python

help:
	@sed -n '3,7s/^#//p' Makefile

# Where the page could not be built, only who asks for setup by name has it tried again at once.
AGAIN = $(if $(filter setup setup-dev,$(MAKECMDGOALS)),--page-again)
setup:
	@$(STARTER) scripts/bootstrap.py $(AGAIN)

setup-dev:
	@$(STARTER) scripts/bootstrap.py --dev $(AGAIN)

# For looking at what runs: no page is built for it.
packages:
	@$(STARTER) scripts/bootstrap.py --no-page

podcast: setup
	@$(RUN) -m scripts.podcast

up: setup
	@$(RUN) -m scripts.local up

down:
	@if [ -x .venv/bin/python ]; then $(RUN) -m scripts.local down; fi

status: packages
	@$(RUN) -m scripts.local status

logs: packages
	@$(RUN) -m scripts.local logs

# What fails beside two other workers on a busy machine is tried once more, alone and by name: a
# broken behaviour fails again, and whoever reads the log sees what needed a second try.
test: setup-dev
	@$(RUN) -m pytest -n 3 --no-loadscope-reorder $(ARGS); code=$$?; \
	if [ $$code -ne 1 ]; then exit $$code; fi; \
	echo "make test: SOME TESTS FAILED. They are tried once more, alone; should they pass now, they are flaky:"; \
	$(RUN) -m pytest -v --last-failed --last-failed-no-failures=none $(ARGS)

# Twice ten thousand generated requests against a stack of its own (make test sends five thousand).
fuzz: setup-dev
	@FUZZ_EXAMPLES=700 $(RUN) -m pytest tests/acceptance/test_contract.py -q -s $(ARGS)

check: setup-dev
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@.venv/bin/lint-imports
	@.venv/bin/node api/web/node_modules/typescript/bin/tsc --noEmit -p api/web

bench: setup-dev
	@$(RUN) -m tests.bench.hops $(ARGS)

bench-status: setup-dev
	@$(RUN) -m tests.bench.status $(ARGS)

bench-listeners: setup-dev
	@$(RUN) -m tests.bench.listeners $(ARGS)

# These three ask the stack of this checkout, start it where it does not run, and leave it running.
bench-first-audio: setup-dev
	@$(RUN) -m tests.bench.first_audio $(ARGS)

bench-playback: setup-dev
	@$(RUN) -m tests.bench.playback $(ARGS)

bench-four: setup-dev
	@$(RUN) -m tests.bench.four $(ARGS)

bench-player: setup-dev
	@$(RUN) -m tests.bench.player_page $(ARGS)

bench-landing: setup-dev
	@$(RUN) -m tests.bench.landing $(ARGS)

# In a stack of its own, which it starts and takes down.
bench-refresh: setup-dev
	@$(RUN) -m tests.bench.refresh $(ARGS)

# Likewise, with episodes that are asked for meanwhile.
bench-listen: setup-dev
	@$(RUN) -m tests.bench.listen_while_refreshing $(ARGS)

# Likewise, with episodes that are asked for meanwhile.
bench-stop: setup-dev
	@$(RUN) -m tests.bench.stopping $(ARGS)

screenshots: setup-dev
	@$(RUN) -m pytest tests/api/web/screenshots.py -q $(ARGS)

# Compiles the hand-written lists. The output names no index.
COMPILE = .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header
lock: setup-dev
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) -c requirements.txt -c requirements-dev.txt scripts/first.in -o scripts/first.txt

settings: setup-dev
	@$(RUN) -m scripts.settings_doc

problems: setup-dev
	@$(RUN) -m scripts.problems_doc

clean:
	@if [ -x .venv/bin/python ]; then $(RUN) -m scripts.local clean; fi
	rm -rf api/web/dist api/web/dist.new api/web/dist.old api/web/node_modules api/web/.failed
	rm -rf .venv .aethercast .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
