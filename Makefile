# Seedbed: `make help` lists what there is. Every target sets up what it needs in .venv first.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
KERNELS := $(wildcard generator/kernels/native/*.c generator/kernels/native/*.h)
PAGES := docs/field-types.md docs/formats.md
PAGE = $(BIN)/python -m cluster $(if $(findstring formats,$(1)),formats,types) --markdown
# Processes for the tests: one more than there are cores, since many tests wait for servers; four at most.
PYTEST_PROCESSES := -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --maxprocesses 4
CHECKOV := 3.3.30
POLICY := $(VENV)/policy/bin/checkov
export RAY_USAGE_STATS_ENABLED := 0
# Tests start many processes; each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test soak rehearse check docs load bench bench-types format clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 18

install: $(STAMP) ## Set up .venv with Seedbed and its development tools

$(STAMP): pyproject.toml setup.py constraints.txt $(KERNELS)
	@echo "seedbed: setting up $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "seedbed: Python 3.11 to 3.13 is needed; say which with: make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24' 'setuptools>=77' wheel
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -c 'from generator import kernels; print("seedbed: installed; kernels:", kernels.KIND, \
	  "" if kernels.KIND == "native" else "(no C compiler was found: the same bytes, slower)")'
	@touch $(STAMP)

demo: $(STAMP) ## Start the service and use it over HTTP: a shop of five million rows, made, followed, verified; DEMO_ARGS=--s3: on S3
	@$(BIN)/seedbed demo $(DEMO_ARGS)

test: $(STAMP) ## Run all tests, on real Ray, databases and an S3 server that they start themselves
	@$(BIN)/python -m pytest -q $(PYTEST_PROCESSES) --ignore tests/kubernetes $(PYTEST_ARGS)

soak: $(STAMP) ## Random schedules of faults over many jobs, and other tests that take long (an hour; see tests/soak)
	@$(BIN)/python -m pytest -q -s -p no:xdist tests/soak $(PYTEST_ARGS)

rehearse: $(STAMP) ## Production on this machine: replicas, PostgreSQL, Redis, S3, Ray nodes that come, die and go (some minutes)
	@$(BIN)/python -m tests.rehearsal

check: $(STAMP) $(POLICY) ## Lint, formatting, types, layering; that generated pages are current; k8s/, the image and their policies
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(foreach page,$(PAGES),$(call PAGE,$(page)) | cmp -s - $(page) || \
	  { echo "$(page) does not say what there is now; write it again with: make docs"; exit 1; };)
	@$(BIN)/python k8s/monitoring/made.py --check
	@$(BIN)/python -m pytest -q -p no:xdist tests/kubernetes $(PYTEST_ARGS)
	@rm -rf build/k8s && $(BIN)/python -m tests.kubernetes.manifests build/k8s
	@$(POLICY) --config-file k8s/checkov.yaml --directory build/k8s

# A tool with a hundred packages of its own, so in an environment of its own.
$(POLICY): Makefile
	@echo "seedbed: setting up checkov"
	@$(PYTHON) -m venv $(VENV)/policy
	@$(VENV)/policy/bin/python -m pip install --quiet --disable-pip-version-check 'checkov==$(CHECKOV)'
	@touch $(POLICY)

docs: $(STAMP) ## Write the pages that are made from the field types and formats, the dashboard and the rules
	@$(BIN)/python k8s/monitoring/made.py
	@$(foreach page,$(PAGES),$(call PAGE,$(page)) > $(page).new && mv $(page).new $(page) || \
	  { rm -f $(page).new; exit 1; };)

bench: $(STAMP) ## Measure against other generators in the same run
	@$(BIN)/python -m bench

load: $(STAMP) ## The service under load, over PostgreSQL and over SQLite: entering jobs, reading, following (some minutes)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[load]'
	@$(BIN)/python -m bench.load postgresql
	@$(BIN)/python -m bench.load sqlite

bench-types: $(STAMP) ## Measure what a cell of every field type costs
	@$(BIN)/python -m bench types

format: $(STAMP) ## Format and fix what can be fixed
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

clean: ## Remove everything that is made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f generator/kernels/_native*.so
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
