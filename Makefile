# What CI does, for the work at hand. `make` alone lists the targets.
BIN ?= .venv/bin

help:            ## this list
	@grep -E '^[a-z]+: .*##' Makefile | sed 's/: .*##/  /'

setup:           ## a virtual environment with everything
	python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e '.[all,dev]'

check:           ## format, lint, types, imports, tests: what CI runs
	.ci/lint $(BIN)
	$(BIN)/python -m pytest -q

fix:             ## format, mend what can be mended, write transcripts and docs anew
	$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .
	$(BIN)/crm help --all --format markdown > docs/commands.md
	$(BIN)/python -m pytest -q --update tests/test_transcripts.py tests/test_docs.py

test:            ## the tests alone
	$(BIN)/python -m pytest -q

bench:           ## how long things take, beside what they may take
	$(BIN)/python benchmarks/run.py

.PHONY: help setup check fix test bench
