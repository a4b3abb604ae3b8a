# Everything is prepared by itself: a virtual environment in .venv, filled from pinned
# requirements, and the system libraries that Qt needs. Nothing is done twice.

VENV := .venv
BIN := $(VENV)/bin
PINS := packaging/requirements
CATALOGUE := resources/translations/ko/LC_MESSAGES/portdesk
KEYWORDS := Message later say:2 tr trn:1,2
PICTURES ?= build/tour
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
SYSTEM := packaging/linux/libraries.py
ON_LINUX := $(filter Linux,$(shell uname -s))
SCREEN := $(if $(ON_LINUX),$(DISPLAY)$(WAYLAND_DISPLAY),yes)
VIRTUAL := $(if $(SCREEN),,xvfb-run --auto-servernum --server-args="-screen 0 1366x768x24")

.DEFAULT_GOAL := help
.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 16

##### using it

.PHONY: run tour
run: system-run $(VENV)/.run $(VENV)/.installed $(CATALOGUE).mo ## open Portdesk on the demo shop
ifdef SCREEN
	@$(BIN)/portdesk --demo
else
	@echo "There is no display here, so Portdesk takes its tour on a virtual one."
	@$(MAKE) --no-print-directory tour
endif

tour: system-run $(VENV)/.run $(VENV)/.installed $(CATALOGUE).mo ## take a picture of each screen (PICTURES=folder)
	@mkdir -p $(PICTURES)
	@$(VIRTUAL) $(BIN)/portdesk --demo --tour $(PICTURES)

##### proving it

.PHONY: test check contract bench sim mutants fuzz
test: system-test $(VENV)/.develop $(VENV)/.installed $(CATALOGUE).mo ## check and test everything, in tiers
	@MAKE="$(MAKE)" $(BIN)/python tests/tiers.py

check: system-test $(VENV)/.develop $(VENV)/.installed ## style, layers, types, dead code, dependencies, words
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	PYTHONPATH=gui $(BIN)/lint-imports --cache-dir build/import-linter > build/layers.txt || { cat build/layers.txt; exit 1; }
	$(BIN)/mypy --no-error-summary
	$(BIN)/python packaging/dead_code.py
	$(BIN)/deptry gui > build/dependencies.txt 2>&1 || { cat build/dependencies.txt; exit 1; }
	$(BIN)/codespell
	$(BIN)/validate-pyproject pyproject.toml > /dev/null

contract: system-test $(VENV)/.develop $(VENV)/.installed ## the client and the sandbox against the published description (PORTDESK_OPENAPI=file: the full one)
	@$(BIN)/pytest tests/contract

bench: system-test $(VENV)/.develop $(VENV)/.installed $(CATALOGUE).mo ## measure everything against its peers in ten minutes (ONLY="start sync": some of it; FULL=1: more of each)
	@PYTHONPATH=gui:tests ONLY="$(ONLY)" FULL="$(FULL)" $(BIN)/python -m bench

sim: system-test $(VENV)/.develop $(VENV)/.installed ## play SEEDS histories of the money protocol from SEED on; one: make sim SEEDS=1 SEED=its number
	@PORTDESK_SEEDS=$(or $(SEEDS),100000) PORTDESK_SEED=$(or $(SEED),0) $(BIN)/pytest tests/sim -m campaign --quiet --timeout=0 -n $(if $(filter 1,$(SEEDS)),0,2)

mutants: system-test $(VENV)/.develop $(VENV)/.installed ## change the money protocol in one place at a time; do its tests notice? (FILES="finding refund")
	@$(BIN)/python tests/mutants.py $(FILES)

fuzz: system-test $(VENV)/.develop $(VENV)/.installed ## the mutation and property tests, ten times as long
	@PORTDESK_CAMPAIGN=10 $(BIN)/pytest tests/unit tests/integration tests/web -m 'campaign or hypothesis' --timeout=0

##### making it

.PHONY: bundle translations requirements audit clean
bundle: system-bundle $(VENV)/.develop $(VENV)/.installed $(CATALOGUE).mo ## build dist/portdesk, which needs no Python
	@$(BIN)/pyinstaller --noconfirm --log-level ERROR --workpath build/bundle --distpath dist packaging/portdesk.spec
	@du -sh dist/portdesk

translations: system $(VENV)/.run $(VENV)/.installed ## collect the texts, add them to the Korean catalogue and compile it
	@$(BIN)/pybabel --quiet extract --keywords='$(KEYWORDS)' --add-location=file --sort-by-file --no-wrap \
		--project=Portdesk --copyright-holder='Portdesk contributors' --output=build/portdesk.pot gui
	@$(BIN)/pybabel --quiet update --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date \
		--locale=ko --input-file=build/portdesk.pot --output-file=$(CATALOGUE).po
	@$(MAKE) --no-print-directory $(CATALOGUE).mo

requirements: system $(BIN)/uv ## pin again after a change of pyproject.toml (UPGRADE=--upgrade: to the newest)
	@$(call pin,develop,pyproject.toml --group build --group test --group check --group bundle)
	@$(call pin,run,pyproject.toml --group build --constraint $(PINS)/develop.txt)
	@$(call pin,maintain,--group maintain --constraint $(PINS)/develop.txt)

audit: system $(BIN)/uv ## look for known vulnerabilities in what is pinned
	@for set in develop maintain; do \
		$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement $(PINS)/$$set.txt || exit; done

clean: ## remove what was built, the environment too
	rm -rf build dist $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find gui tests packaging -name __pycache__ -prune -exec rm -rf {} +

# $(call pin,name,what goes in): the same on every machine, whatever indexes it is set up with
pin = env -u UV_FIND_LINKS -u UV_INDEX -u UV_EXTRA_INDEX_URL \
	$(BIN)/uv --no-config --quiet pip compile $(2) $(UPGRADE) --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-header --no-emit-index-url --output-file $(PINS)/$(1).txt > /dev/null

##### preparing

$(VENV)/.run: $(PINS)/run.txt | $(BIN)/pip
	@echo "Filling $(VENV) with what Portdesk needs; the first time takes a minute"
	@$(PIP) install --require-hashes --requirement $<
	@touch $@

$(VENV)/.develop: $(PINS)/develop.txt | $(VENV)/.run
	@echo "Adding the tools for tests and checks"
	@$(PIP) install --require-hashes --requirement $<
	@touch $@

$(BIN)/uv: $(PINS)/maintain.txt | $(BIN)/pip
	@$(PIP) install --require-hashes --requirement $<
	@touch $@

$(VENV)/.installed: pyproject.toml packaging/hatch_build.py | $(VENV)/.run
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@mkdir -p build
	@touch $@

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "Portdesk needs Python 3.11 or newer; none was found."; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)

%.mo: %.po | $(VENV)/.run
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

.PHONY: system system-run system-test system-bundle
system system-run system-test system-bundle:
	@$(if $(ON_LINUX),$(or $(PYTHON),python3) $(SYSTEM) $(NEEDS))
system-run: NEEDS = $(if $(VIRTUAL),display)
system-test: NEEDS = --wish bundle
system-bundle: NEEDS = bundle
