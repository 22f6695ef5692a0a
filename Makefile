# `make run` starts the system with the demonstration campaign; `make test` proves it. `make help` lists the rest.
SHELL := /bin/bash
PORT ?= 8000
PY := .venv/bin/python
WORKERS ?= 2
LONG_MINUTES ?= 30
# Compiled modules are kept, whatever the machine thinks of it: the tests start hundreds of processes that load them all.
unexport PYTHONDONTWRITEBYTECODE
DEBIAN := postgresql chromium fonts-noto-cjk gettext python3-venv libreoffice-calc clamav-daemon nginx-light redis-server wrk

.PHONY: help run test lint unit postgres browser test-long audit messages lock screenshots attack bench clean
help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/run .env  ## environment, database, demonstration campaign, server on 127.0.0.1:$(PORT), background jobs
	@mkdir -p var
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py load_reference --verbosity 0
	@$(PY) manage.py collectstatic --no-input --verbosity 0
	@$(PY) manage.py load_demo
	@printf '\n  Dashboard       http://127.0.0.1:$(PORT)/dashboard/\n  My work         http://127.0.0.1:$(PORT)/\n  Administration  http://127.0.0.1:$(PORT)/admin/\n  (Ctrl-C stops the server; the data stay in var/)\n\n'
	@export LOG_FORMAT=plain LOG_LEVEL=$${LOG_LEVEL:-warning}; $(PY) manage.py work & worker=$$!; trap 'kill -TERM $$worker 2>/dev/null; wait $$worker' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; \
	.venv/bin/gunicorn yongzhou_ebike.wsgi --bind 127.0.0.1:$(PORT) --workers $(WORKERS) --threads 4 --log-level warning

.env:
	@umask 077 && $(PY) -c "import secrets; print(f'SECRET_KEY={secrets.token_urlsafe(50)}\nIDENTITY_KEY={secrets.token_urlsafe(50)}\nHTTPS=0\nLOG_FORMAT=plain\nLOG_LEVEL=WARNING\nDEMO_TODAY=2025-01-20')" > .env

.venv/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@python3 -m venv .venv || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv && python3 -m venv .venv; } || { echo 'Install it first:  sudo apt-get install python3-venv'; exit 1; }
	@.venv/bin/python -m pip install --quiet uv

# The stamps remember which lock file the environment was last made from.
.venv/run: requirements.txt | .venv/bin/uv
	@.venv/bin/uv pip install --quiet --python $(PY) --require-hashes -r requirements.txt
	@touch $@

.venv/test: requirements-dev.txt | .venv/bin/uv debian
	@.venv/bin/uv pip install --quiet --python $(PY) --require-hashes -r requirements-dev.txt
	@touch $@ .venv/run

# What the tests need from Debian: installed by root, named to anybody else.
.PHONY: debian
debian:
	@missing=$$(for p in $(DEBIAN); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "Install these first:  sudo apt-get install" $$missing; exit 1; fi; \
	fi

test: lint unit postgres browser  ## style, house rules, SQLite, PostgreSQL, Chromium

lint: .venv/test
	@.venv/bin/ruff check . && .venv/bin/ruff format --check --quiet .
	@LOG_LEVEL=WARNING $(PY) -m tests.postgres $(PY) -m tests.migration_rules

unit: .venv/test  ## the tests on SQLite, its tables made at once; the run on PostgreSQL goes through the migrations
	@echo '— on SQLite' && $(PY) -m pytest --nomigrations -n $(WORKERS) --dist loadgroup -m 'not browser and not long and not every_address'

postgres: .venv/test  ## the same on a real PostgreSQL
	@echo '— on PostgreSQL' && $(PY) -m tests.postgres $(PY) -m pytest -n $(WORKERS) --dist loadgroup -m 'not browser and not own_database and not no_database and not long'

browser: .venv/test  ## the screens in a real Chromium, on PostgreSQL
	@echo '— in Chromium' && $(PY) -m tests.postgres $(PY) -m pytest --nomigrations -n $(WORKERS) --dist loadgroup -m 'browser and not long'

test-long: .venv/test  ## real processes, killed, cut off, fuzzed; the whole deployment by hand; programs of their own (some ten minutes)
	@echo '— long' && timeout --signal=INT --kill-after=120 $(LONG_MINUTES)m $(PY) -m pytest tests -m long --durations=15

messages: .venv/test  ## collect the words of the screens for the Chinese catalogue, compile it, and write docs/indicators.md
	@$(PY) manage.py makemessages --locale zh_Hans --no-location --no-wrap --ignore .venv --ignore var --ignore tests --ignore docs --verbosity 0
	@$(PY) manage.py compilemessages --ignore .venv --verbosity 0
	@$(PY) manage.py figures --describe > docs/indicators.md

lock: .venv/bin/uv  ## compile requirements*.in with hashes
	@for f in requirements requirements-dev; do .venv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $$f.in -o $$f.txt; done

audit: .venv/test  ## known weaknesses of the locked packages; asks pypi.org and osv.dev, so it is no part of `make test`
	@.venv/bin/pip-audit --require-hashes --disable-pip -r requirements.txt

screenshots: .venv/test  ## take the pictures of docs/ from a fresh demonstration
	@$(PY) -m docs.screenshots

attack: .venv/test  ## fuzz the API, crawl as each role, scan, mutate files (MINUTES=10); the report goes to docs/attack.md
	@$(PY) -m tests.attack $(MINUTES)

bench: .venv/test  ## every promise of speed beside its reference (SIZE=city ROWS=50000 for a quick look); to docs/performance.md
	@$(PY) -m bench $(or $(SIZE),nation) $(or $(ROWS),1000000)

clean:  ## forget the environment and what the tests left; the data in var/ stay
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache
