# make run    set up and serve the dashboard on http://localhost:8501 (ATLAS=path for an atlas of your own)
# make test   set up and run every test
# make bench  time the kernel, cold loads, whole interactions, pages, many sessions and large atlases; goes to benchmarks/measured/DATE.txt
# make lock   renew the pinned requirements after a change in pyproject.toml

SHELL := bash
VENV := .venv
MEASURED := benchmarks/measured
BIN := $(VENV)/bin
# The first Python on this machine that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: run test bench lint lock clean

run: $(VENV)/.run
	ATLAS="$(ATLAS)" $(BIN)/streamlit run dashboard.py $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m tests.chromium
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m atlas_data validate
	$(BIN)/pytest -n auto --dist loadgroup $(ARGS)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Name one: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-test.txt | $(BIN)/python
	$(PIP) -r requirements-test.txt
	@touch $@ $(VENV)/.run

bench: $(VENV)/.test $(VENV)/.bench
	$(BIN)/python -m tests.chromium
	mkdir -p $(MEASURED)
	set -o pipefail; { date; for script in kernel loading interaction pages sessions growth; do \
		echo; echo "## $$script"; $(BIN)/python -m benchmarks.$$script || exit 1; done; } 2>&1 | tee $(MEASURED)/$$(date +%FT%H%M).txt

$(VENV)/.bench: requirements-bench.txt | $(BIN)/python
	$(PIP) -r requirements-bench.txt
	@touch $@

lint: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet uv
	for group in "" test bench; do \
		$(VENV)/lock/bin/uv pip compile pyproject.toml $${group:+--group $$group} --quiet --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
			-o requirements$${group:+-$$group}.txt; \
	done

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache test-results static/made-*
