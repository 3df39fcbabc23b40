# make demo: archive the bundled saved site, offline.   make quick: the quick tests.   make test: all of them.
# PYTHON=…: another Python than the newest that is found; VENV=…: another environment than .venv.
VENV := .venv
BIN := $(VENV)/bin
COMPILE := -q --no-header --no-annotate --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

PIP := python -m pip install --disable-pip-version-check $(if $(CI),--quiet)
# A file is a process' share of work, so that what its tests share is made once; how many there are, and their order, is
# in tests/conftest.py.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

# The newest Python that the project is tested on and that can make environments, or else any that is new enough.
VERSIONS := 3.13 3.12 3.11
ABLE := import sys, ensurepip, venv; print(sys._base_executable if sys.version_info >= (3, 11) else exit(1))
PYTHON ?= $(shell for name in $(VERSIONS:%=python%) python3; do $$name -c '$(ABLE)' 2>/dev/null && break; done)
PYTHON := $(PYTHON)
NONE := $(or $(PYTHON),no python3) is no Python from 3.11 on that can make environments. Debian, Ubuntu: \
	apt-get install python3-venv; macOS: brew install python; elsewhere: https://www.python.org/downloads/
# Of which version the environment is, in the name of the file that is there once it is whole.
MADE := $(VENV)/made-by-$(shell $(or $(PYTHON),false) -c 'import sys; print(*sys.version_info[:2], sep=".")' 2>/dev/null)

.PHONY: demo quick test versions sites world crawl lint audit format lock expected webarchive screenshots docs container \
	bench clean

demo: $(VENV)/run
	$(BIN)/scrapy crawl sina_finance -s ARCHIVE_REPLAY_FROM=tests/fixtures/site -s ARCHIVE_DIR=demo
	$(BIN)/scrapy crawl sina_history -a urls=tests/fixtures/webarchive/urls.txt -a archives=internet_archive \
		-s ARCHIVE_REPLAY_FROM=tests/fixtures/webarchive/internet_archive.warc -s ARCHIVE_DIR=demo
	@echo; $(BIN)/scrapy coverage --revisions -s ARCHIVE_DIR=demo
	@echo; echo "The newest post:  $$(find demo/posts -name '*.md' | sort | tail -n 1)"
	@echo "Where posts are:  $(CURDIR)/demo/posts"
	@echo "What is missing:  $(BIN)/scrapy coverage -s ARCHIVE_DIR=demo"
	@echo "Seen by nobody:   $(BIN)/scrapy coverage --completeness -s ARCHIVE_DIR=demo"
	@echo "Words in texts:   $(BIN)/scrapy search 专精特新 -s ARCHIVE_DIR=demo"

# Pure parts, pipelines, and a crawl: what is not marked as slow.
quick: $(VENV)/dev
	$(PYTEST) -m "not slow"

test: $(VENV)/dev $(VENV)-pywb/run $(VENV)-data/run $(VENV)-docs/run
	$(PYTEST)

# lint and the quick tests on each other version that is there, here or as pyenv's, in an environment of its own.
versions:
	@for version in $(filter-out $(MADE:$(VENV)/made-by-%=%),$(VERSIONS)); do \
		for name in python$$version $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$$version.*/bin/python$$version; do \
			$$name -c '$(ABLE)' >/dev/null 2>&1 || continue; \
			$(MAKE) lint quick PYTHON=$$name VENV=.venv-$$version || exit 1; break; \
		done; \
	done

# The recipes of docs/publish.md for other themes and generators, with what npm has today. Debian: apt-get install
# jekyll ruby-jekyll-commonmark
sites: $(VENV)/dev
	SITES=1 $(BIN)/python -m pytest tests/deploy/test_other_sites.py

# Simulated worlds, one a seed; FIRST is the first seed. A failing one prints the command that plays it again.
SEEDS ?= 1000
FIRST ?= 0
world: $(VENV)/dev
	$(BIN)/python -m tests.support.world --seeds $(SEEDS) --first $(FIRST)

crawl: $(VENV)/run
	$(BIN)/scrapy crawl sina_finance

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Asks PyPI for known vulnerabilities of what a run imports; one that PyPI knows nothing of fails, too.
audit: $(VENV)/dev
	$(BIN)/pip-audit --strict --disable-pip --no-deps -r requirements.lock

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Writes tests/fixtures/expected anew from the saved site; the diff is what a reviewer reads.
expected: $(VENV)/dev
	$(BIN)/python -m tests.support.make_expected

# Writes the bundled web archive anew, which the demo's history is from.
webarchive: $(VENV)/dev
	$(BIN)/python -m tests.support.make_webarchive

# Takes the pictures of the status page anew that the READMEs show.
screenshots: $(VENV)/dev
	$(BIN)/python -m tests.support.make_screenshots

# The documents as a site, in build/docs; `make docs DOCS=serve` shows it while you write.
DOCS ?= build
docs: $(VENV)-docs/run
	NO_MKDOCS_2_WARNING=1 $(VENV)-docs/bin/mkdocs $(DOCS)

# Builds the images and tries them and the services on the bundled site, with the Docker that answers or one of its own
# (root; debootstrap); minutes. It wants ports 6800, 8001 and 8080.
container: $(VENV)/dev
	CONTAINERS=1 $(BIN)/python -m pytest tests/deploy/test_container_images.py tests/deploy/test_container_services.py

# Compares exactness and speed with other tools; writes bench/RESULTS.md. BENCH_PAGES: a folder of saved
# pages with checked expectations.
bench: $(VENV)/bench
	$(BIN)/python -m bench

lock: $(VENV)/dev
	$(BIN)/pip-compile $(COMPILE) --allow-unsafe -o requirements-dev.lock requirements-dev.txt
	$(BIN)/pip-compile $(COMPILE) -c requirements-dev.lock -o requirements.lock requirements.txt
	for name in pywb data docs; do \
		$(BIN)/pip-compile $(COMPILE) --allow-unsafe -o requirements-$$name.lock requirements-$$name.txt || exit 1; \
	done

clean:
	rm -rf $(VENV) $(VENV)-* .mypy_cache .ruff_cache .pytest_cache build *.egg-info

# An environment of another version, or one that was not finished, is made anew.
$(MADE):
	@$(or $(PYTHON),false) -c '$(ABLE)' >/dev/null 2>&1 || { echo '$(NONE)' >&2; exit 1; }
	@echo "$(VENV) is made with $(PYTHON) ($(@:$(VENV)/made-by-%=%))"
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/run: requirements.lock $(MADE)
	$(BIN)/$(PIP) -r requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/run
	$(BIN)/$(PIP) -r requirements-dev.lock
	@touch $@

# The web archive of the tests, what reads data sets there, and what makes the site of the documents, each in an
# environment of its own: requirements-*.txt say why.
$(VENV)-%/run: requirements-%.lock $(MADE)
	$(PYTHON) -m venv --clear $(VENV)-$*
	$(VENV)-$*/bin/$(PIP) -r requirements-$*.lock
	@touch $@

$(VENV)/bench: requirements-bench.txt $(VENV)/dev
	$(BIN)/$(PIP) -r requirements-bench.txt
	@touch $@
