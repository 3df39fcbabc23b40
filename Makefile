# make demo: archive the bundled saved site, offline.   make test: run the tests.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
COMPILE := -q --no-header --no-annotate --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: demo test world crawl lint audit format lock expected webarchive bench clean

demo: $(VENV)/run
	$(BIN)/scrapy crawl sina_finance -s ARCHIVE_REPLAY_FROM=tests/fixtures/site -s ARCHIVE_DIR=demo
	$(BIN)/scrapy crawl sina_history -a urls=tests/fixtures/webarchive/urls.txt -a archives=internet_archive \
		-s ARCHIVE_REPLAY_FROM=tests/fixtures/webarchive/internet_archive.warc -s ARCHIVE_DIR=demo
	@echo; $(BIN)/scrapy coverage --revisions -s ARCHIVE_DIR=demo
	$(BIN)/scrapy coverage --completeness -s ARCHIVE_DIR=demo
	@echo; find demo/posts -name '*.md' | sort | tail -n 5; echo "… in $(CURDIR)/demo/posts"

test: $(VENV)/dev $(VENV)-pywb/run
	$(BIN)/python -m pytest

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

# Compares exactness and speed with other tools; writes bench/RESULTS.md. BENCH_PAGES: a folder of saved
# pages with checked expectations.
bench: $(VENV)/bench
	$(BIN)/python -m bench

lock: $(VENV)/dev
	$(BIN)/pip-compile $(COMPILE) --allow-unsafe -o requirements-dev.lock requirements-dev.txt
	$(BIN)/pip-compile $(COMPILE) -c requirements-dev.lock -o requirements.lock requirements.txt
	$(BIN)/pip-compile $(COMPILE) --allow-unsafe -o requirements-pywb.lock requirements-pywb.txt

clean:
	rm -rf $(VENV) $(VENV)-pywb .mypy_cache .ruff_cache .pytest_cache build *.egg-info

$(VENV)/run: requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

# The web archive of the tests, in an environment of its own: requirements-pywb.txt says why.
$(VENV)-pywb/run: requirements-pywb.lock
	test -x $(VENV)-pywb/bin/python || $(PYTHON) -m venv $(VENV)-pywb
	$(VENV)-pywb/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-pywb.lock
	@touch $@

$(VENV)/bench: requirements-bench.txt $(VENV)/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@
