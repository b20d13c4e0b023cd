# Everything a checkout needs: only Python (3.11 or newer), make and a shell. `make help` lists the targets.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
OUT    ?= out
STAMP  := $(VENV)/.ready

.PHONY: help demo test lint types shape unit agreement fuzz bench tables weights lock wheel clean costs

help:            ## this list
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(STAMP): requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("fieldmark needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(STAMP)   ## scan the bundled capture: table, database and report
	mkdir -p $(OUT)
	$(BIN)/fieldmark scan --demo --db $(OUT)/demo.db --html $(OUT)/demo.html

test: lint types shape unit   ## the whole gate

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

shape: $(STAMP)
	$(BIN)/lint-imports

unit: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal

agreement: $(STAMP) ## compare with tshark, value by value, over the captures at hand (minutes)
	$(BIN)/python tests/agreement.py

sizing: $(STAMP) ## measure what a frame costs and compute docs/cluster.md anew; CAPTURE=an identity-dense capture
	PYTHONPATH=.:tests/data $(BIN)/python tests/data/sizing.py $(CAPTURE)

fuzz: $(STAMP)   ## coverage-guided fuzzing of the observers; SECONDS=600 by default
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=2.3'
	$(BIN)/python tests/fuzz/fuzz_observers.py -max_total_time=$${SECONDS:-600} -timeout=5

bench: $(STAMP)  ## speed beside the peers that are installed, written to bench/RESULTS.md (many minutes)
	$(BIN)/python tests/bench/bench.py

costs: $(STAMP)  ## what each observer costs a frame; ends with an error if a frequent one is over its limit
	$(BIN)/python tests/decode_cost.py

tables: $(STAMP) ## rebuild the index of the tables after editing fingerprints/
	$(BIN)/python -m fingerprints.catalogue --build

weights: $(STAMP) ## fit the weights of signs on the labelled captures at hand, print how good they are, write the table
	PYTHONPATH=.:tests/data $(BIN)/python tests/fit_weights.py --write
	$(BIN)/python -m fingerprints.catalogue --build

lock:            ## renew the locked development versions (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev --no-emit-index-url --no-annotate \
	  --custom-compile-command 'make lock' -o requirements-dev.txt pyproject.toml

wheel: $(STAMP)  ## build the wheel into dist/
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist .

clean:           ## remove what these targets made
	rm -rf $(VENV) $(OUT) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
