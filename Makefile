# Everything a checkout needs: only Python (3.11 or newer), make and a shell. `make help` lists the targets.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
OUT    ?= out
CC     ?= cc
STAMP  := $(VENV)/.ready

.PHONY: help demo test lint types shape quick unit agreement fuzz bench tables templates weights lock wheel clean costs core sanitize

help:            ## this list
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(STAMP): requirements-dev.txt pyproject.toml $(wildcard scanner/capture/native/*)
	$(PYTHON) -c 'import sys; sys.exit("fieldmark needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(STAMP)   ## scan the bundled capture: table, database and report
	mkdir -p $(OUT)
	$(BIN)/fieldmark scan --demo --db $(OUT)/demo.db --html $(OUT)/demo.html

core: $(STAMP)   ## build the compiled core in place, warnings being errors
	CFLAGS="-std=c11 -Wall -Wextra -Werror" $(BIN)/python -c 'from setuptools import setup; setup()' -q build_ext --inplace --force
	$(BIN)/python -c 'from scanner.capture import core'

CHECKED = -std=c11 -g -O1 -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=undefined -fPIC -shared

sanitize: $(STAMP) ## the core's tests with the compiler's sanitizers watching (in a copy of the checkout)
	rm -rf $(OUT)/sanitize/main && mkdir -p $(OUT)/sanitize/main
	cp -r scanner fingerprints reports tests pcaps pyproject.toml $(OUT)/sanitize/main
	if [ -d ../shared ]; then ln -sfn "$$(cd ../shared && pwd)" $(OUT)/sanitize/shared; fi
	rm -f $(OUT)/sanitize/main/scanner/capture/core*.so
	$(CC) $(CHECKED) -I$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("include"))') \
	  scanner/capture/native/*.c -o $(OUT)/sanitize/main/scanner/capture/core.abi3.so
	python=$$(cd $(BIN) && pwd)/python && cd $(OUT)/sanitize/main && PYTHONPATH=. PYTHONMALLOC=malloc \
	  LD_PRELOAD=$$($(CC) -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 \
	  $$python -m pytest -p no:cacheprovider tests/scanner/capture/test_core.py tests/scanner/test_engine.py

test: lint types shape unit   ## the whole gate

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

shape: $(STAMP)
	$(BIN)/lint-imports

quick: $(STAMP)  ## the everyday part of the tests: all but the slow ones
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

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

templates: $(STAMP) ## translate the templates of the page again after editing reports/templates/
	$(BIN)/python -m reports.translated --build

weights: $(STAMP) ## fit the weights of signs on the labelled captures at hand, print how good they are, write the table
	PYTHONPATH=.:tests/data $(BIN)/python tests/fit_weights.py --write
	$(BIN)/python -m fingerprints.catalogue --build

lock:            ## renew the locked development versions (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev --no-emit-index-url --no-annotate \
	  --custom-compile-command 'make lock' -o requirements-dev.txt pyproject.toml

wheel: $(STAMP)  ## build the wheel into dist/
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist .

clean:           ## remove what these targets made
	rm -rf $(VENV) $(OUT) build dist *.egg-info scanner/capture/core*.so .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
