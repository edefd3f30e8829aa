# make run opens the page, make serve serves it to a team, make test runs the suite. The README has the commands behind them, for people without make.

SUPPORTED := >=3.11,<3.14
VENV      := .venv
PY        := $(VENV)/bin/python
UV        := $(shell command -v uv 2>/dev/null)

# The first Python that is new enough; PYTHON=… takes another. Looked for only when an environment is made.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)

# What `make run` reads. FOLDER=… adds a folder of one's own.
FOLDER ?= corpus

# uv ignores pip's own setting for local wheels, and on Linux takes the CUDA build of torch unless told otherwise.
# TORCH=auto takes the build that fits the machine's GPU.
TORCH ?= cpu

ifneq ($(UV),)
venv    = $(UV) venv --quiet --allow-existing --python "$(or $(PYTHON),$(SUPPORTED))" $(1)
install = $(if $(PIP_FIND_LINKS),,UV_TORCH_BACKEND=$(TORCH)) $(UV) pip install --python $(1)/bin/python \
	$(foreach place,$(PIP_FIND_LINKS),--find-links $(place))
freeze  = $(UV) pip freeze --python $(1)/bin/python
else
venv    = $(or $(PYTHON),$(error No Python $(SUPPORTED) found: install one, or name it with PYTHON=…)) -m venv $(1)
install = $(1)/bin/python -m pip install
freeze  = $(1)/bin/python -m pip freeze --all
endif

# What `make serve` reads: a folder with team.toml and secrets.toml, as docs/team.md describes it.
TEAM ?= team

# Compiled modules are kept: the suite, and each command, start processes that would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run serve test test-distributed lint lock clean
.DELETE_ON_ERROR:

# Exit code 3 of ingest: done, but some files could not be read. The page opens all the same.
run: $(VENV)/.run
	$(PY) -m ingest "$(FOLDER)" || [ $$? -eq 3 ]
	@echo "Sourcewise: http://127.0.0.1:$${STREAMLIT_SERVER_PORT:-8501}  (Ctrl+C ends it)"
	$(PY) -m streamlit run app.py

serve: $(VENV)/.team
	$(PY) -m views serve "$(TEAM)"

test: $(VENV)/.dev
	$(PY) -m pytest -m "not slow and not distributed" -n auto --maxprocesses 4 --dist worksteal $(PYTEST_ARGS)

test-distributed: $(VENV)/.distributed
	$(PY) -m pytest -m distributed -n0 $(PYTEST_ARGS)

# The types of what only a library on a server needs are checked too.
lint: $(VENV)/.distributed
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

# Takes the newest releases that requirements-dev.txt admits, in an environment of its own. pip and uv spell names
# differently, hence tr.
lock:
	rm -rf $(VENV)/lock
	$(call venv,$(VENV)/lock)
	$(call install,$(VENV)/lock) -r requirements-dev.txt -r requirements-distributed.txt
	$(call freeze,$(VENV)/lock) >$(VENV)/lock/frozen
	{ echo '# Written by `make lock`: what the suite was last run with.'; \
	  sed -e '/^pip==/d' -e 's/^\(torch==[^+]*\)+cpu$$/\1/' $(VENV)/lock/frozen | tr 'A-Z_' 'a-z-' | LC_ALL=C sort; } >constraints.txt
	rm -rf $(VENV)/lock

clean:
	rm -rf $(VENV)

# Stamps, so that a second run installs nothing.
$(VENV)/.made:
	$(call venv,$(VENV))
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.txt constraints.txt
	$(call install,$(VENV)) -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/.team: $(VENV)/.made requirements.txt requirements-team.txt constraints.txt
	$(call install,$(VENV)) -r requirements.txt -r requirements-team.txt -c constraints.txt
	@touch $(VENV)/.run $@

$(VENV)/.dev: $(VENV)/.made requirements.txt requirements-dev.txt requirements-mcp.txt requirements-team.txt constraints.txt
	$(call install,$(VENV)) -r requirements-dev.txt -c constraints.txt
	@touch $(VENV)/.run $@

$(VENV)/.distributed: $(VENV)/.dev requirements-distributed.txt
	$(call install,$(VENV)) -r requirements-distributed.txt -c constraints.txt
	@touch $@
