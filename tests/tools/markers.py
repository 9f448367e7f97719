# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests `make check` runs and `make test` does not."""

from __future__ import annotations

import functools
from pathlib import Path

from checkout import ROOT

MARKERS = {
    "browser": "opens pages in Chromium",
    "keystone": "installs and runs OpenStack Keystone",
    "package": "builds or installs the collection, or needs tools that only make check installs",
    "slow": "takes long and is no main path",
    "vendor": "imports the SDKs of the clouds' vendor",
}
# Folders and files of which every test has a marker. `make test` does not install what they import.
MARKED = {
    "contract": "vendor",
    "contract/keystone": "keystone",
    "integration/awx": "slow",
    "integration/docs/test_access.py": "slow",
    "integration/docs/test_first_run.py": "slow",
    "integration/docs/test_fleets.py": "slow",
    "integration/docs/test_resuming.py": "slow",
    "integration/fleet": "slow",
    "integration/report": "browser",
    "integration/role/test_clouds_yaml.py": "slow",
    "integration/role/test_drift.py": "slow",
    "integration/role/test_failures.py": "slow",
    "integration/role/test_neighbours.py": "slow",
    "integration/role/test_record_kinds.py": "slow",
    "integration/role/test_reports.py": "slow",
    "integration/role/test_secrets.py": "slow",
    "integration/security": "slow",
    "lint/test_contributor_files.py": "package",
    "lint/test_lint.py": "package",
    "lint/test_site.py": "package",
    "package": "package",
}
_TESTS = ROOT / "tests"


@functools.cache
def marker_of(path: Path) -> str | None:
    """Return the marker that all tests at a path have, or None."""
    places = [place.relative_to(_TESTS).as_posix() for place in (path, *path.parents) if _TESTS in place.parents]
    return next((MARKED[place] for place in places if place in MARKED), None)
