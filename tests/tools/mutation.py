# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes the code that decides what is deleted, one operator at a time, and sees whether a test notices."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import yaml

from checkout import BUILD, ROOT, export_collection
from commands import clean_environment, run

COSMIC_RAY = ROOT / ".venv-mutation" / "bin"
EXPLANATIONS = ROOT / "tests" / "mutation_survivors.yml"
PAGE = ROOT / "docs" / "mutation.md"
MODULE_UTILS = "plugins/module_utils"
LONGEST_RUN = 6 * 3600
# "X | Y" is a type everywhere in this code, and "is" differs from "==" in nothing that it compares.
NO_CHANGE_AT_ALL = (
    "core/ReplaceBinaryOperator_BitOr_.*",
    "core/ReplaceComparisonOperator_(Is_Eq|IsNot_NotEq|Eq_Is|NotEq_IsNot)",
)
INTRODUCTION = """# Mutation tests

`make mutation` changes the code that decides what is deleted, one operator at a time, and runs its tests on each of
the changes. One that no test notices survives. Those that are left have no effect that anyone could see;
[this list](https://github.com/sundown-hwcloud/sundown.hwcloud/blob/main/tests/mutation_survivors.yml) says why.
`make mutation` writes this page.

| what is changed | changes | noticed | survived, explained | survived |
| --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Subject:
    """A part of the code and the tests that must notice a change in it."""

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Survivor:
    """A change that no test noticed."""

    file: str
    before: str
    after: str


SUBJECTS = (
    Subject(
        "selection",
        (f"{MODULE_UTILS}/_plan/rules.py", f"{MODULE_UTILS}/_plan/decide.py", f"{MODULE_UTILS}/_plan/drift.py"),
        ("tests/unit/plan",),
    ),
    Subject("outcome accounting", (f"{MODULE_UTILS}/_plan/outcomes.py",), ("tests/unit/plan",)),
    Subject(
        "gone classification",
        (f"{MODULE_UTILS}/_engine/deletion.py", f"{MODULE_UTILS}/_services/model.py"),
        ("tests/unit/core/engine", "tests/unit/core/services"),
    ),
)


def mutate(subject: Subject) -> list[dict[str, Any]]:
    """Run a subject's tests on every change to its files, in a copy of the checkout; return cosmic-ray's results."""
    copy = export_collection(BUILD / "mutation" / subject.name.replace(" ", "-"))
    settings = copy / "mutation.toml"
    session = copy / "mutation.sqlite"
    tests = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *subject.tests]
    settings.write_text(
        f"""[cosmic-ray]
module-path = {json.dumps(subject.files)}
timeout = 120.0
excluded-modules = []
test-command = {json.dumps(" ".join(tests))}
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = {json.dumps(NO_CHANGE_AT_ALL)}
""",
        encoding="utf-8",
    )
    # A change of the same length within the same second would otherwise be hidden by the compiled file.
    environment = clean_environment(PYTHONDONTWRITEBYTECODE="1")
    run(tests, copy, environment)
    for command in (
        [COSMIC_RAY / "cosmic-ray", "init", settings, session],
        [COSMIC_RAY / "cr-filter-operators", session, settings],
        [COSMIC_RAY / "cosmic-ray", "exec", settings, session],
    ):
        run(command, copy, environment, timeout=LONGEST_RUN)
    dumped = run([COSMIC_RAY / "cosmic-ray", "dump", session], copy, environment)
    results = [json.loads(line) for line in dumped.splitlines() if line.startswith("[")]
    return [{**item["mutations"][0], **(result or {})} for item, result in results]


def survivors(results: list[dict[str, Any]]) -> Iterator[Survivor]:
    """Yield the changes that no test noticed."""
    for result in results:
        if result["worker_outcome"] == "normal" and result["test_outcome"] == "survived":
            lines = [line for line in result["diff"].splitlines() if not line.startswith(("---", "+++", "@@", " "))]
            before = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
            after = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
            yield Survivor(result["module_path"], before, after)


def explained() -> set[Survivor]:
    """Return the survivors that are known to change nothing."""
    entries = yaml.safe_load(EXPLANATIONS.read_text(encoding="utf-8"))
    return {Survivor(entry["file"], entry["before"], entry["after"]) for entry in entries if entry["why"]}


def main(arguments: list[str]) -> int:
    """Mutate the subjects, all or those named; print the unexplained survivors and, of a whole run, write the page."""
    chosen = [subject for subject in SUBJECTS if not arguments or subject.name in arguments]
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(zip(chosen, pool.map(mutate, chosen), strict=True))
    rows, left, known = [], [], explained()
    for subject, results in outcomes:
        ran = [result for result in results if result["worker_outcome"] != "skipped"]
        alive = list(survivors(ran))
        unexplained = [survivor for survivor in alive if survivor not in known]
        counts = (len(ran), len(ran) - len(alive), len(alive) - len(unexplained), len(unexplained))
        rows.append(f"| {subject.name} | {' | '.join(map(str, counts))} |")
        left += unexplained
    page = INTRODUCTION + "\n".join(rows) + "\n"
    print(page)
    for survivor in left:
        print(f"{survivor.file}\n  - {survivor.before}\n  + {survivor.after}")
    if not arguments:
        PAGE.write_text(page, encoding="utf-8")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
