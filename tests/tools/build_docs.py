# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation site from the collection's own documentation; a warning is an error."""

from __future__ import annotations

import shutil
import sys

from checkout import BUILD, NAME, NAMESPACE, ROOT, export_collection
from commands import clean_environment, run, tool
from site_index import arrange

WORK = BUILD / "docs"
SETTINGS = ROOT / "tests" / "tools" / "docs"
SITE = ROOT / "docs" / "build" / "html"


def main() -> None:
    """Write the pages of the collection with antsibull-docs, then the site with Sphinx."""
    collection = export_collection(WORK / "collections")
    pages = WORK / "rst"
    shutil.rmtree(pages, ignore_errors=True)
    # antsibull-docs writes to no directory that others could write to.
    pages.mkdir(mode=0o700)
    environment = clean_environment(ANSIBLE_COLLECTIONS_PATH=str(collection.parents[2]))
    options = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", pages]
    run([tool("antsibull-docs"), "collection", *options, f"{NAMESPACE}.{NAME}"], env=environment)
    arrange(pages)
    shutil.rmtree(SITE, ignore_errors=True)
    run([sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-c", SETTINGS, pages, SITE])
    print(f"The site is in {SITE.relative_to(ROOT)}: {len(list(SITE.rglob('*.html')))} pages")


if __name__ == "__main__":
    main()
