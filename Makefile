# make report   runs the demo study: data/raw -> reports/deck.pptx
# make test     ruff, mypy, import-linter, pytest, nbval
# make lab      JupyterLab with the project's kernel
# Each sets up .venv first, from requirements.lock, if that has changed.

PYTHON ?= python3
STUDY ?= study.toml
WORKERS ?= auto
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help report test test-long lab notebooks lock clean

help:
	@sed -n 's/^# //p' Makefile

report: $(READY)
	@$(BIN)/surveytools run --verbose --study $(STUDY)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope -m "not long"
	$(BIN)/python -m surveytools.running.stored check
	$(BIN)/python -m surveytools.running.regression

test-long: $(READY)
	$(BIN)/python -m pytest -m long

lab: $(READY)
	$(BIN)/jupyter lab --notebook-dir .

# Runs the notebooks on the demo and keeps their outputs, for nbval to compare.
notebooks: $(READY)
	$(BIN)/python -m surveytools.running.stored refresh

# The one command that makes the lock: universal, hashed, without registry addresses.
lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --extra test --extra oracles --universal \
	    --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
	    --custom-compile-command "make lock" --output-file requirements.lock

clean:
	rm -rf .venv reports/* data/processed/* .snakemake

$(READY): requirements.lock pyproject.toml
	@sh .ci/setup "$(PYTHON)"
	@touch $@
