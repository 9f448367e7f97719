# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes the code that decides what is deleted, one operator at a time, and sees whether a test notices."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from checkout import BUILD, ROOT, current_commit, export_collection
from commands import clean_environment, run

COSMIC_RAY = ROOT / ".venv-mutation" / "bin"
EXPLANATIONS = ROOT / "tests" / "mutation_survivors.yml"
PAGE = ROOT / "docs" / "mutation.md"
ENGINE = "plugins/module_utils/_engine"
ENGINE_TESTS = "tests/unit/plugins/module_utils/_engine"
SERVICES = "plugins/module_utils/_services"
SERVICES_TESTS = "tests/unit/plugins/module_utils/_services"
PLAN = "plugins/plugin_utils/_plan"
PLAN_TESTS = "tests/unit/plugins/plugin_utils/_plan"
LONGEST_RUN = 6 * 3600
LONGEST_TESTS = 900.0
# Well above the longest test, so that only a change that never ends is noticed by it.
GIVE_UP = ("-o", "faulthandler_timeout=60", "-o", "faulthandler_exit_on_timeout=true")
# "X | Y" is a type everywhere in this code, and "is" differs from "==" in nothing that it compares.
NO_CHANGE_AT_ALL = (
    "core/ReplaceBinaryOperator_BitOr_.*",
    "core/ReplaceComparisonOperator_(Is_Eq|IsNot_NotEq|Eq_Is|NotEq_IsNot)",
)
INTRODUCTION = """# Mutation tests

`make mutation` changes the code that decides what is deleted, one operator at a time, and runs its tests on each of
the changes. One that no test notices survives. Those that are left have no effect that anyone could see;
[this list](https://github.com/sundown-hwcloud/sundown.hwcloud/blob/main/tests/mutation_survivors.yml) says why.
`make mutation` writes this page; with names of subjects, only their rows.

| what is changed | changes | noticed | survived, explained | survived | commit |
| --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Subject:
    """A part of the code: its files, each with the tests that notice most changes in it, and all tests that must."""

    name: str
    files: Mapping[str, tuple[str, ...]]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class MutatedFile:
    """A file of a subject, which is changed in a copy of the checkout of its own."""

    subject: Subject
    path: str

    @property
    def place(self) -> Path:
        """The folder of the copy and of cosmic-ray's session."""
        return BUILD / "mutation" / Path(self.path).with_suffix("").relative_to("plugins")

    @property
    def test_command(self) -> str:
        """The command that runs the file's tests and then, unless they fail, all of the subject."""
        pytest = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *GIVE_UP]
        commands = ([*pytest, *tests] for tests in (self.subject.files[self.path], self.subject.tests))
        return " && ".join(map(shlex.join, commands))


@dataclass(frozen=True)
class Survivor:
    """A change that no test noticed."""

    file: str
    before: str
    after: str


def engine_tests(*names: str) -> tuple[str, ...]:
    """Return the paths of tests of the engine."""
    return tuple(f"{ENGINE_TESTS}/test_{name}.py" for name in names)


def plan_files(*names: str) -> dict[str, tuple[str, ...]]:
    """Return files of the plan, each with the tests named after it."""
    return {f"{PLAN}/{name}.py": (f"{PLAN_TESTS}/test_{name}.py",) for name in names}


SUBJECTS = (
    Subject(
        "gone classification",
        {
            f"{ENGINE}/deletion.py": engine_tests("gone"),
            f"{ENGINE}/record_client.py": engine_tests("gone"),
            f"{ENGINE}/stopping.py": engine_tests("stopping"),
            f"{SERVICES}/model.py": (SERVICES_TESTS,),
        },
        (
            *engine_tests("stopping", "progress", "deletion", "drs", "records", "faults", "listing", "instances"),
            SERVICES_TESTS,
        ),
    ),
    Subject(
        "selection",
        {f"{ENGINE}/rules.py": engine_tests("rules"), **plan_files("decide", "drift", "settle")},
        (*engine_tests("rules"), PLAN_TESTS),
    ),
    Subject("outcome accounting", plan_files("outcomes"), (PLAN_TESTS,)),
    Subject("confirmation and refusal of a plan", plan_files("approval", "document", "plan"), (PLAN_TESTS,)),
    Subject(
        "deletion of instances",
        {
            f"{ENGINE}/instances.py": engine_tests("instances"),
            f"{ENGINE}/waiting.py": engine_tests("waiting"),
        },
        engine_tests("instances", "instance_faults", "instance_waiting", "waiting"),
    ),
    Subject(
        "deletion of several kinds",
        {f"{ENGINE}/environment.py": engine_tests("delete_kinds")},
        (
            *engine_tests("delete_kinds", "environment", "shared_limits"),
            *(
                f"tests/unit/plugins/module_utils/_module/test_{name}.py"
                for name in ("environment", "environment_instances")
            ),
        ),
    ),
)


def mutate(file: MutatedFile, *, again: bool) -> list[dict[str, Any]]:
    """Run the tests on every change to a file, in a copy of the checkout; return cosmic-ray's results.

    ``again``: only on the changes that survived the last run unexplained or that it did not come to, which says the
    same as long as tests were only added. It is a whole run where the file itself has changed since.
    """
    session, settings, source = (file.place / name for name in ("session.sqlite", "settings.toml", "source.py"))
    now = (ROOT / file.path).read_text(encoding="utf-8")
    again = again and source.exists() and source.read_text(encoding="utf-8") == now
    copy = export_collection(file.place / "checkout")
    settings.write_text(
        f"""[cosmic-ray]
module-path = {json.dumps(file.path)}
timeout = {LONGEST_TESTS}
excluded-modules = []
test-command = {json.dumps(shlex.join(["sh", "-c", file.test_command]))}
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = {json.dumps(NO_CHANGE_AT_ALL)}
""",
        encoding="utf-8",
    )
    run(["sh", "-c", file.test_command], copy)
    # What these tests compiled is used again. By default a change of the same length within a second would be missed.
    run([sys.executable, "-m", "compileall", "-q", "-f", "--invalidation-mode", "checked-hash", "plugins"], copy)
    if again:
        _forget_survivors(session)
    else:
        source.unlink(missing_ok=True)
        session.unlink(missing_ok=True)
        run([COSMIC_RAY / "cosmic-ray", "init", settings, session], copy)
        run([COSMIC_RAY / "cr-filter-operators", session, settings], copy)
        source.write_text(now, encoding="utf-8")
    # Compiled files that cosmic-ray itself or its tests write would be of a changed file.
    environment = clean_environment(PYTHONDONTWRITEBYTECODE="1")
    run([COSMIC_RAY / "cosmic-ray", "exec", settings, session], copy, environment, timeout=LONGEST_RUN)
    dumped = run([COSMIC_RAY / "cosmic-ray", "dump", session], copy)
    results = [json.loads(line) for line in dumped.splitlines() if line.startswith("[")]
    return [{**item["mutations"][0], **(result or {})} for item, result in results]


def _forget_survivors(session: Path) -> None:
    """Make cosmic-ray try the unexplained survivors again; it tries all that have no result."""
    known = explained()
    with closing(sqlite3.connect(session)) as database:
        survived = database.execute(
            "SELECT job_id, module_path, diff FROM work_results JOIN mutation_specs USING (job_id)"
            " WHERE test_outcome = 'SURVIVED' AND worker_outcome = 'NORMAL'"
        )
        again = [(job_id,) for job_id, path, diff in survived.fetchall() if survivor_of(path, diff) not in known]
        database.executemany("DELETE FROM work_results WHERE job_id = ?", again)
        database.commit()


def survivor_of(path: str, diff: str) -> Survivor:
    """Return the change that a diff shows."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++", "@@", " "))]
    before, after = (" ".join(line[1:] for line in lines if line.startswith(sign)) for sign in "-+")
    return Survivor(path, " ".join(before.split()), " ".join(after.split()))


def survivors(results: list[dict[str, Any]]) -> Iterator[Survivor]:
    """Yield the changes that no test noticed."""
    for result in results:
        if result["worker_outcome"] == "normal" and result["test_outcome"] == "survived":
            yield survivor_of(result["module_path"], result["diff"])


def explained() -> set[Survivor]:
    """Return the survivors that are known to change nothing."""
    entries = yaml.safe_load(EXPLANATIONS.read_text(encoding="utf-8"))
    return {Survivor(entry["file"], entry["before"], entry["after"]) for entry in entries if entry["why"]}


def page(rows: Mapping[str, Sequence[object]]) -> str:
    """Return the page with these rows, by the subjects' names, and the other rows as they are on the present page."""
    present = {line.split(" | ")[0].strip("| "): line for line in PAGE.read_text(encoding="utf-8").splitlines()}
    written = {name: f"| {' | '.join(map(str, [name, *cells]))} |" for name, cells in rows.items()}
    lines = ({**present, **written}.get(subject.name) for subject in SUBJECTS)
    return INTRODUCTION + "".join(f"{line}\n" for line in lines if line)


def main() -> int:
    """Mutate the subjects, all or those named; write their rows of the page and print the unexplained survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subjects", nargs="*", help=f"some of: {', '.join(subject.name for subject in SUBJECTS)}")
    parser.add_argument("--again", action="store_true", help="only try again what survived the last run unexplained")
    arguments = parser.parse_args()
    chosen = [subject for subject in SUBJECTS if not arguments.subjects or subject.name in arguments.subjects]
    files = [MutatedFile(subject, path) for subject in chosen for path in subject.files]
    commit = current_commit()
    # No more at a time than there are processors: tests that wait would fail for want of time, and hide a survivor.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        outcomes = list(zip(files, pool.map(partial(mutate, again=arguments.again), files), strict=True))
    known = {survivor for survivor in explained() if survivor.file in {file.path for file in files}}
    rows: dict[str, Sequence[object]] = {}
    alive: list[Survivor] = []
    for subject in chosen:
        results = [result for file, found in outcomes if file.subject is subject for result in found]
        ran = [result for result in results if result["worker_outcome"] != "skipped"]
        survived = list(survivors(ran))
        unexplained = sum(survivor not in known for survivor in survived)
        counts = (len(ran), len(ran) - len(survived), len(survived) - unexplained, unexplained)
        rows[subject.name] = (*counts, commit)
        alive += survived
    written = page(rows)
    print(written)
    PAGE.write_text(written, encoding="utf-8")
    left = [survivor for survivor in alive if survivor not in known]
    for survivor in left:
        print(f"{survivor.file}\n  - {survivor.before}\n  + {survivor.after}")
    for survivor in known - set(alive):
        print(f"{survivor.file}\n  is noticed by now and needs no explanation: {survivor.after}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
