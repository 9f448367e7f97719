# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checkout, and how it gets to where tools for collections expect it: under ansible_collections/."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / ".build"
NAMESPACE = "sundown"
NAME = "hwcloud"
# Pages that `make` targets write beside each other, of one commit, and the reasons that they quote.
RESULT_PAGES = (
    *(f"docs/{name}.md" for name in ("coverage", "matrix", "mutation")),
    "tests/benchmark/results.md",
    *(f"tests/{name}.yml" for name in ("coverage_gaps", "mutation_survivors")),
)


def link_collection() -> Path:
    """Create an ansible_collections tree with a link to the checkout unless it is there; return its root."""
    tree = BUILD / "dev"
    link = tree / "ansible_collections" / NAMESPACE / NAME
    if not link.is_symlink():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)
    return tree


def source_files() -> list[str]:
    """Return the paths, relative to the checkout, of every file that git tracks or would offer to add."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    return sorted({path for path in listing.split("\0") if path and (ROOT / path).is_file()})


def export_collection(tree: Path) -> Path:
    """Replace `tree` by an ansible_collections tree that holds a copy of the source files; return the collection in it.

    The copy is a git repository of its own: ansible-test asks the nearest repository for the list of files, and the
    checkout's own ignores everything under .build.
    """
    shutil.rmtree(tree, ignore_errors=True)
    collection = tree / "ansible_collections" / NAMESPACE / NAME
    for path in source_files():
        target = collection / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target)
    subprocess.run(["git", "init", "--quiet"], cwd=collection, check=True)
    return collection


def current_commit() -> str:
    """Return the last commit that changed more than pages of results, and whether the checkout differs from it so."""
    others = ["--", ".", *(f":(exclude){path}" for path in RESULT_PAGES)]
    commit, changes = (
        subprocess.run(["git", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        for words in (["log", "-1", "--format=%h", "--abbrev=10", *others], ["status", "--porcelain", *others])
    )
    return f"{commit} with changes" if changes else commit


def extract_commit(commit: str, tree: Path) -> bool:
    """Replace `tree` by an ansible_collections tree of a commit; return whether the clone has that commit."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=False, capture_output=True)
    if archive.returncode:
        return False
    shutil.rmtree(tree, ignore_errors=True)
    collection = tree / "ansible_collections" / NAMESPACE / NAME
    collection.mkdir(parents=True)
    subprocess.run(["tar", "-x", "-C", collection], input=archive.stdout, check=True)
    return True
