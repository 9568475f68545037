# `make lab` and `make test` each work alone, first, in a fresh clone. `make help` lists the rest.

VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev lab test demo check docs bench

help: ## list the commands
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1 \t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16
	@echo
	@echo 'Variables: PYTHON=python3.12 (the Python of .venv), ARGS="…" (passed on by lab and test).'

setup: ## create .venv, install Cajal into it and register the kernel
	@PYTHON="$(PYTHON)" sh scripts/setup.sh

setup-dev: ## the same, with what the tests and checks need
	@PYTHON="$(PYTHON)" sh scripts/setup.sh test

lab: setup ## open the notebooks in JupyterLab
	@root=; if [ "$$(id -u)" = 0 ]; then root=--allow-root; fi; \
	PATH="$(CURDIR)/.venv/bin:$$PATH" exec $(VENV) -m jupyterlab --ServerApp.root_dir="$(CURDIR)/notebooks" $$root $(ARGS)

# Two processes share the tests by files, in their order; some, chosen by ARGS, are run sooner by one.
# More threads of torch would only wait for each other.
test: setup-dev ## run every test
	@OMP_NUM_THREADS=1 $(VENV) -m pytest $(or $(ARGS),--numprocesses=2 --dist=loadfile --no-loadscope-reorder --durations=25)

demo: setup ## run the training notebook, print its table, leave it as build/02_link_and_train.html
	@$(VENV) scripts/demo.py notebooks/02_link_and_train.ipynb build

check: setup-dev ## lint, formatting and types
	@$(VENV) -m ruff check
	@$(VENV) -m ruff format --check
	@$(VENV) -m pyright
	@sh scripts/javascript.sh

docs: setup-dev ## build docs/ and the API reference as HTML, in build/docs
	@$(VENV) -m sphinx --quiet --fresh-env --fail-on-warning --keep-going -b html docs build/docs $(ARGS)
	@echo 'The first page is build/docs/index.html.'

bench: setup-dev ## measure what docs/performance.md shows, and write it there
	@$(VENV) -m benchmarks.performance $(ARGS)
