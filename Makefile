# One verb each, the same on a laptop and in continuous integration.
PYTHON ?= python3
CONCOURS = .venv/bin/concours

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench soak fresh

help: ## say what each verb does
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

setup: ## install all that the others need
	@$(PYTHON) tools/setup.py test

run: ## start the rehearsal on http://localhost:8000
	@$(PYTHON) tools/setup.py run
	@exec $(CONCOURS) run

test: setup ## check, then test on SQLite, PostgreSQL and in the browser
	@.venv/bin/python tools/test.py

check: setup ## style, types, import contracts, migrations, licences
	@.venv/bin/python tools/check.py

bench: setup ## measure speed; results are JSON lines
	@exec $(CONCOURS) bench

soak: setup ## run load against a service of its own for a long while
	@exec $(CONCOURS) soak

fresh: ## remove all data in var/ and start over
	@$(PYTHON) tools/fresh.py
