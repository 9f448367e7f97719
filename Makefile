# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

VENV := .venv
PYTHON := $(VENV)/bin/python
TREE := .build/dev/ansible_collections/sundown/hwcloud
JOBS ?= 2

# $(call install,VENV,REQUIREMENTS): make the virtual environment unless it is there, and install into it.
define install
test -x $(1)/bin/python || "$$(sh tests/tools/find_python.sh)" -m venv $(1)
$(1)/bin/python -m pip install --quiet --disable-pip-version-check -r $(2)
endef

.PHONY: help demo test browser lint bench docs matrix mutation format changelog build clean
.DEFAULT_GOAL := help

help: ## say what there is to make
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: $(VENV)/.installed-demo ## take down a rehearsal environment
	$(PYTHON) tests/demo/run.py

test: browser $(VENV)/.installed-test $(TREE) ## run every test and every judge
	$(PYTHON) -m pytest -n $(JOBS) --dist worksteal $(ARGS)

browser:
	@sh tests/tools/install_browser.sh

lint: $(VENV)/.installed-test $(TREE) ## the quick judges only
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m yamllint --strict .

bench: $(VENV)/.installed-test $(TREE) ## compare deletes in bulk with a bare pool of connections
	$(PYTHON) tests/benchmark/run.py $(ARGS)

docs: $(VENV)/.installed-docs ## build the documentation site in docs/build
	$(PYTHON) tests/tools/build_docs.py

matrix: .venv-nox/.installed $(TREE) ## run the tests on every supported Ansible and Python
	.venv-nox/bin/python tests/tools/matrix.py $(ARGS)

mutation: $(VENV)/.installed-test .venv-mutation/.installed $(TREE) ## change the code and see whether a test notices
	$(PYTHON) tests/tools/mutation.py $(ARGS)

format: $(VENV)/.installed-test ## lay out the code
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

changelog: $(VENV)/.installed-test ## write the fragments and new plugins into the changelog of the version in galaxy.yml
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" antsibull-changelog release --update-existing --reload-plugins

build: $(VENV)/.installed-demo ## build the collection's tarball in build/
	$(VENV)/bin/ansible-galaxy collection build --force --output-path build

clean: ## remove everything that was made, the virtual environment included
	rm -rf $(VENV) .venv-* .build .nox build docs/build mutants .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find plugins tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed-demo: tests/requirements-emulator.txt
$(VENV)/.installed-test: $(wildcard tests/requirements-*.txt)
$(VENV)/.installed-%: tests/requirements-%.txt
	$(call install,$(VENV),$<)
	touch $@

.venv-%/.installed: tests/requirements-%.txt
	$(call install,$(@D),$<)
	touch $@

$(TREE):
	mkdir -p $(@D)
	ln -s ../../../.. $@
