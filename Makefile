# Everything runs in .venv, which is made from requirements.lock on first use and left alone until
# the lock or pyproject.toml changes. Needs git, make and Python 3.11 or newer, nothing else.
#   make run    the worked example: what do 17 posts buy over 12?
#   make app    the page in a browser, on which the same is asked by mouse
#   make test   every check but those of stress;  make lint   the checks that run no code of ours
#   make quick  tests of the single parts, under a minute, while you work
#   make stress many seeds, killed processes, pages made anew, the compiled functions as plain Python
#   make verify   the model against queueing theory (make record: and its record);  make bench  benchmarks
#   make storm    sweeps under faults;  make fuzz  bad input at every door;  make mutants  changes of
#                 the source that no test sees: each N times
#   make audit    known vulnerabilities of the packages;  make sbom  a bill of them all
#   make env      only the environment;  make lock  pin anew;  make clean

PYTHON ?= python3
SHELL := /bin/sh
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: run app test compiled stress quick lint bench clean env lock reference golden programs evidence credibility docs storm verify record fuzz mutants audit sbom

run: env
	$(BIN)/coresponder compare 17 12 program=los_angeles

app: env
	$(BIN)/coresponder app

# The compiled functions are tested a second time as plain Python: the same tests, without numba.
UNCOMPILED := $(patsubst %,tests/test_%.py,twin engine engine_duties engine_rules measures \
  durations calls courses roster outcomes trace dispatch rules_modes rules_queue rules_scope rules_home rules_kinds \
  rules_breaks rules_recall rules_recall_several rules_square_root \
  rules_after_scene rules_center rules_visits rules_interrupted rules_repeats visit_ledger chairs averted \
  absence breaks persons visits travel ledger hand_worked_day)

test:
	$(MAKE) -j 2 lint compiled
	$(BIN)/python -m pytest -n 2 -m "not stress"

# The functions of the model as machine code, once: each worker of the tests would make its own.
compiled: env
	@CORESPONDER_NO_STORE=1 $(BIN)/python -c "import sim; sim.run(1, draws=0, replications=2, check='none')"

stress: env
	$(BIN)/python -m pytest -n 2 -m stress
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -n 2 -m "not stress" $(UNCOMPILED)

quick: env
	$(BIN)/ruff check
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not stress"

lint: env
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict sim
	$(BIN)/lint-imports
	$(BIN)/deptry .

# Sweeps in worlds that lose, delay and kill their blocks, each from a seed; the tests try 2,000.
N ?= 100000
storm: env
	$(BIN)/python -m tests.storm 2000 $(N)

# Every door of the program pushed from N seeds; the tests try a few. (make fuzz DOOR=plans N=10000)
DOOR ?= all
fuzz: env
	$(BIN)/python -m tests.fuzz $(DOOR) 0 $(N)

# Single changes of the rules, measures and money, drawn at random; each has to fail a test.
mutants: N = 60
mutants: env
	$(BIN)/python -m tests.mutants $(N) 1

# Known vulnerabilities of the pinned packages, and a bill of them all in build/.
audit: env
	@$(BIN)/python -m tests.supply audit

sbom: env
	@$(BIN)/python -m tests.supply sbom

# The model against queueing theory, law by law; the tests run the quick form. The record of the
# whole, which pages, documents and docs/credibility.md cite, is made anew by make record.
verify: env
	$(BIN)/coresponder verify

record: env
	$(BIN)/python -m tests.record
	$(BIN)/python -m tests.credibility

bench: env
	$(BIN)/python -m benchmarks

env: .venv/.installed

# Two stamps, each written last, so that a set-up that was cut short is never taken as done, and so
# that an edit of pyproject.toml alone does not download everything again.
.venv/.installed: .venv/.dependencies pyproject.toml
	@rm -f $@
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dependencies: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "error: '$(PYTHON)' is not Python 3.11 or newer; install one, or name it: make PYTHON=python3.12" >&2; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  if [ "$$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing python3-venv"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; \
	  fi; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "error: '$(PYTHON)' cannot make environments; install its venv package: sudo apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --require-hashes -r requirements.lock
	@touch $@

# uv is only the pinning tool: it lives in a throw-away environment, never in .venv.
lock:
	@set -e; tool=$$(mktemp -d); trap 'rm -rf "$$tool"' EXIT; \
	$(PYTHON) -m venv "$$tool"; \
	"$$tool/bin/python" -m pip --disable-pip-version-check install --quiet uv; \
	"$$tool/bin/uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --extra dev --extra cluster $(LOCK_FLAGS) \
	  --custom-compile-command "make lock  (newest of everything: make lock LOCK_FLAGS=--upgrade)" \
	  --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks build dist
	find . -name .git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +
	git clean -fdXq -- results

# The committed reference result; a test holds every later run against it.
reference: env
	rm -rf results/.reference
	$(BIN)/coresponder compare 17 12 program=los_angeles --results results/.reference
	rm -rf results/reference
	mv results/.reference/compare-* results/reference
	rmdir results/.reference
	$(BIN)/python -m tests.readme
	$(BIN)/python -m tests.credibility

# What people read, as the golden tests hold it; read the difference before you commit it.
golden: env
	$(BIN)/python -m pytest -q -k golden --regen-all

# Every program preset held against what is published of it.
programs: env
	$(BIN)/coresponder programs --markdown > docs/.programs.md || { rm -f docs/.programs.md; exit 1; }
	mv docs/.programs.md docs/programs.md
	$(BIN)/python -m tests.credibility

# The studies of the effect, the options of outcomes and costs, and the source of every number.
evidence: env
	$(BIN)/coresponder evidence --markdown > docs/.evidence.md || { rm -f docs/.evidence.md; exit 1; }
	mv docs/.evidence.md docs/evidence.md
	$(BIN)/python -m tests.credibility

# What was tested and what was not, from the pages above, the reference result and the laws.
credibility: env
	$(BIN)/python -m tests.credibility

# The tables of measures in docs/model.md and docs/glossary.md, from the dictionary of measures; and
# the site, with the notebooks run anew if they or the code have changed.
docs: env
	$(BIN)/python -m tests.docs
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/site
