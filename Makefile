# `make` alone lists the targets. Each target sets up what it needs.

PYTHON ?= python3
PYTHONS := 3.11 3.12 3.13
# Another Python gets an environment of its own.
VENV ?= .venv$(if $(filter-out python3,$(PYTHON)),-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help refresh lab new test test-all unit golden store shipped lint format types benchmark mutations scan data count pins environment indicators hooks clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14
	@echo 'Extra arguments go in ARGS, as in: make refresh ARGS="--help". Another Python: PYTHON=python3.12.'

$(READY): pyproject.toml constraints.txt tools/set-up.sh
	@sh tools/set-up.sh "$(PYTHON)" "$(VENV)"
	@touch $@

refresh: $(READY)  ## run every notebook and write the reports
	$(BIN)/thurrock refresh $(ARGS)

lab: $(READY)  ## open the notebooks in JupyterLab
	$(BIN)/thurrock lab $(ARGS)

new: $(READY)  ## make a notebook of your own: NAME=..., and FROM=... to begin as a shipped one
	@[ -n "$(NAME)" ] || { echo 'make new: name it: make new NAME=...' >&2; exit 2; }
	$(BIN)/thurrock new "$(NAME)" $(if $(FROM),--from "$(FROM)")

test: lint types unit golden  ## check style and types, then run all tests

test-all:  ## run the tests on each supported Python that this machine has
	@tested=; for version in $(PYTHONS); do \
	    python=$$(sh tools/find-python.sh $$version) || continue; \
	    echo "== Python $$version"; \
	    $(MAKE) --no-print-directory test PYTHON="$$python" VENV=.venv-$$version || exit 1; \
	    tested="$$tested $$version"; \
	done; \
	echo "tested on Python:$${tested:- none}"; [ -n "$$tested" ]

unit: $(READY)  ## run the tests and the examples in the docstrings
	$(BIN)/python -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile $(ARGS)

golden: $(READY)  ## run the notebooks and compare their stored figures
	@reports=$$(mktemp -d) && trap 'rm -rf "$$reports"' EXIT && \
	THURROCK_REPORTS_DIR="$$reports" $(BIN)/python -m pytest --nbval-lax --nbval-current-env \
	    --numprocesses=logical --maxprocesses=4 --dist=loadfile \
	    --nbval-cell-timeout=300 --ignore=notebooks/exploratory notebooks

store: $(READY)  ## run the notebooks and store their golden figures anew
	cd notebooks && ../$(BIN)/jupyter nbconvert --log-level=ERROR --to notebook --execute --inplace *.ipynb
	$(BIN)/nbstripout --keep-count --extra-keys "metadata.working_copy metadata.language_info cell.metadata.execution" \
	    notebooks/*.ipynb
	$(BIN)/python -m thurrock_analysis.machine.shipped

shipped: $(READY)  ## note what the notebooks hold, to tell later which were changed
	$(BIN)/python -m thurrock_analysis.machine.shipped

lint: $(READY)  ## check style
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .

format: $(READY)  ## put the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY)  ## check types
	$(BIN)/mypy

benchmark: $(READY)  ## time the slow parts
	$(BIN)/python benchmarks/refresh.py $(ARGS)

mutations: $(READY)  ## damage every table kept by hand in every way, and say what comes of it
	$(BIN)/python benchmarks/mutations.py $(ARGS)

scan: $(READY)  ## hold every statement of every authority against the rules: hours; ARGS="--areas Thurrock"
	$(BIN)/python -m tests.scan $(ARGS)

count: $(READY)  ## note how many rows the tables kept by hand have, after a change that is meant
	$(BIN)/python tools/count_rows.py

data: $(READY)  ## rebuild data/ from the publishers' files in FOLDER=...
	@[ -n "$(FOLDER)" ] || { echo 'make data: name the folder: make data FOLDER=...' >&2; exit 2; }
	$(BIN)/thurrock data build "$(FOLDER)" $(ARGS)
	$(BIN)/thurrock data expected
	$(BIN)/thurrock data usual
	$(BIN)/thurrock data outlook

pins: $(READY)  ## choose the newest allowed versions anew (constraints.txt)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --upgrade \
	    --no-annotate --custom-compile-command 'make pins' \
	    --output-file constraints.txt pyproject.toml

environment: $(READY)  ## write environment.yml, for conda, from pyproject.toml
	$(BIN)/python tools/conda_environment.py

indicators: $(READY)  ## write docs/indicators.md from the table of indicators
	$(BIN)/python tools/indicator_page.py

hooks: $(READY)  ## check every commit before it is made
	$(BIN)/pre-commit install

clean:  ## remove environments and caches; reports stay
	rm -rf .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
