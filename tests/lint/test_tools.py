# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools that tests and make targets use."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import checkout
import coverage_report
import matrix
import mutation
from checkout import ROOT, current_commit, extract_commit, source_files
from code_lines import code_lines
from commands import FIND_PYTHON, CommandFailed, clean_environment, run
from run_ansible_test import pip_versions
from supported import HTTP_STACKS, SUPPORTED

RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
BASE = Path(sys.base_prefix) / "bin" / f"python{RUNNING}"


def find_python(*arguments: str, path: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the search for interpreters with a PATH and a home of its own."""
    return subprocess.run(
        ["/bin/sh", str(FIND_PYTHON), *arguments],
        env={"PATH": path, "HOME": str(home)},
        check=False,
        capture_output=True,
        text=True,
    )


def executable(path: Path, text: str) -> Path:
    """Write a script that can be run; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_find_python_with_broken_shim_returns_newest_that_runs(tmp_path: Path) -> None:
    shim = executable(tmp_path / "shims" / "python3.14", "#!/bin/sh\nexit 127\n")
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / f"python{RUNNING}").symlink_to(BASE)
    found = find_python("3.14", RUNNING, path=f"{shim.parent}:{tmp_path / 'real'}", home=tmp_path)
    assert found.stdout.split() == [str(BASE)]


def test_find_python_searches_pyenv_versions(tmp_path: Path) -> None:
    versions = tmp_path / ".pyenv" / "versions" / f"{RUNNING}.0" / "bin"
    versions.mkdir(parents=True)
    (versions / "python3").symlink_to(BASE)
    found = find_python("--all", RUNNING, path="/nonexistent", home=tmp_path)
    assert found.stdout.splitlines() == [f"{RUNNING} {BASE}"]


def test_find_python_in_virtual_environment_returns_base(tmp_path: Path) -> None:
    found = find_python(RUNNING, path=str(Path(sys.executable).parent), home=tmp_path)
    assert found.stdout.split() == [str(BASE)]


def test_find_python_without_interpreter_fails(tmp_path: Path) -> None:
    found = find_python(path="/nonexistent", home=tmp_path)
    assert found.returncode == 1
    assert "no Python of version 3.14 3.13 3.12 3.11" in found.stderr


def install_browser(path: Path, *, present: Sequence[str], user: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the installation of the browser where only these commands exist; apt-get only prints its arguments."""
    executable(path / "id", f"#!/bin/sh\necho {user}\n")
    for command in present:
        executable(path / command, f"#!/bin/sh\necho {command} $DEBIAN_FRONTEND $*\n")
    return subprocess.run(
        ["/bin/sh", str(ROOT / "tests" / "tools" / "install_browser.sh")],
        env={"PATH": str(path)},
        check=False,
        capture_output=True,
        text=True,
    )


def test_install_browser_present_does_nothing(tmp_path: Path) -> None:
    done = install_browser(tmp_path, present=["chromium", "chromedriver", "apt-get"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("present", "packages"),
    [([], "chromium chromium-driver"), (["chromium"], "chromium-driver"), (["chromedriver"], "chromium")],
)
def test_install_browser_missing_installs_packages(present: list[str], packages: str, tmp_path: Path) -> None:
    done = install_browser(tmp_path, present=[*present, "apt-get"])
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "apt-get noninteractive update -q",
        f"apt-get noninteractive install -q -y --no-install-recommends {packages}",
    ]


@pytest.mark.parametrize(("present", "user"), [(["apt-get"], 1000), ([], 0)], ids=["no root", "no apt-get"])
def test_install_browser_without_permission_names_packages(present: list[str], user: int, tmp_path: Path) -> None:
    done = install_browser(tmp_path, present=present, user=user)
    assert done.returncode == 1
    assert not done.stdout
    (line,) = done.stderr.splitlines()
    assert "apt-get install --no-install-recommends chromium chromium-driver" in line


def test_make_check_installs_browser_first(tmp_path: Path) -> None:
    executable(tmp_path / "sh", '#!/bin/sh\nprintf "%s\\n" "$*"\nexit 1\n')
    environment = clean_environment(PATH=os.pathsep.join([str(tmp_path), os.environ["PATH"]]))
    done = subprocess.run(
        ["make", "--no-print-directory", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout.splitlines() == ["tests/tools/install_browser.sh"]


def test_run_failing_command_raises_with_output() -> None:
    with pytest.raises(CommandFailed, match=r"status 3\nsome output"):
        run([sys.executable, "-c", "import sys; print('some output'); sys.exit(3)"])


def test_run_late_command_kills_children() -> None:
    started = time.monotonic()
    with pytest.raises(CommandFailed, match=r"not done after 0.5 s\nbegan"):
        run(["sh", "-c", "echo began; sleep 60 & sleep 60"], timeout=0.5)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("", 0),
        ('"""Text."""\n\n# Comment.\n', 0),
        ("x = 1  # why\n", 1),
        ('DOCUMENTATION = r"""\n---\nmodule: x\n"""\nx = 1\n', 1),
        ('text = """\nthree\nlines"""\n', 3),
        ('def f(\n    x: int,\n) -> int:\n    """Return it.\n\n    Really.\n    """\n    return x\n', 4),
    ],
)
def test_code_lines_excludes_comments_and_documentation(source: str, lines: int) -> None:
    assert code_lines(source) == lines


def test_pip_versions_of_ansible_test_are_found() -> None:
    assert all(re.fullmatch(r"\d+(\.\d+)+", version) for version in pip_versions())


def test_source_files_exclude_ignored_files() -> None:
    files = source_files()
    assert {"galaxy.yml", "tests/tools/checkout.py"} <= set(files)
    assert not [path for path in files if path.startswith((".build/", ".venv/")) or "__pycache__" in path]


def test_current_commit_mentions_changes_except_in_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    run(["git", "init", "--quiet"], tmp_path)
    (tmp_path / "galaxy.yml").touch()
    run(["git", "add", "."], tmp_path)
    author = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    run(["git", *author, "commit", "--quiet", "--message=First"], tmp_path)
    commit = run(["git", "rev-parse", "--short=10", "HEAD"], tmp_path).strip()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "matrix.md").touch()
    assert current_commit() == commit
    run(["git", "add", "docs"], tmp_path)
    run(["git", *author, "commit", "--quiet", "--message=Only results"], tmp_path)
    assert current_commit() == commit
    (tmp_path / "docs" / "other.md").touch()
    assert current_commit() == f"{commit} with changes"


def test_extract_commit_missing_in_clone_returns_false(tmp_path: Path) -> None:
    assert not extract_commit("0" * 40, tmp_path / "tree")
    assert not (tmp_path / "tree").exists()


def test_matrix_result_of_other_commit_did_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "REPORTS", tmp_path)
    session = matrix.Session("unit", SUPPORTED[0], "3.11")
    session.result.write_text('{"commit": "0123456789", "text": "2 passed"}', encoding="utf-8")
    assert matrix.cell(session, ["3.11"], "0123456789") == "2 passed"
    assert matrix.cell(session, ["3.11"], "0123456789 with changes") == "did not run"
    assert matrix.cell(session, ["3.12"], "0123456789") == "no Python"


def test_matrix_page_has_every_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "REPORTS", tmp_path)
    everything = matrix.sessions(matrix.ALL_PYTHONS)
    found = {*matrix.ALL_PYTHONS, *(stack.python for stack in HTTP_STACKS)}
    assert matrix.page(found, "0123456789").count("| did not run") == len(everything)


def test_matrix_slow_tests_run_on_newest_python_found() -> None:
    slow = [session for session in matrix.sessions(["3.11", "3.12"]) if session.suite == matrix.SLOW]
    assert [session.subject for session in slow] == [*SUPPORTED]
    assert [session.python for session in slow if "3.12" in session.subject.pythons] == ["3.12"] * 6


def test_matrix_counts_tests_of_all_reports(tmp_path: Path) -> None:
    suite = '<testsuites><testsuite tests="4" failures="1" errors="1" skipped="1" /></testsuites>'
    reports = [tmp_path / name for name in ("modules.xml", "module_utils.xml")]
    for report in reports:
        report.write_text(suite, encoding="utf-8")
    assert matrix.counted([*reports, tmp_path / "missing.xml"]) == "2 passed, 4 failed, 2 skipped"
    assert matrix.counted([]) == "failed"


def test_coverage_gaps_are_first_missing_lines_and_branches_of_one_way() -> None:
    file = {
        "executed_lines": [1, 2, 5, 9],
        "missing_lines": [3, 4, 7],
        "missing_branches": [[2, 3], [5, 7], [7, 9], [9, -1]],
    }
    assert coverage_report.gaps(file) == [3, 7, 9]


def test_mutation_page_keeps_rows_of_other_subjects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutation, "PAGE", tmp_path / "mutation.md")
    first, second, *_others = (subject.name for subject in mutation.SUBJECTS)
    mutation.PAGE.write_text(
        f"# Mutation tests\n\n| {first} | 9 | 9 | 0 | 0 | 0123456789 |\n| dropped | 1 |\n", "utf-8"
    )
    rows = [line for line in mutation.page({second: (8, 6, 2, 0, "abcdef0123")}).splitlines() if line.startswith("| ")]
    assert rows[2:] == [f"| {first} | 9 | 9 | 0 | 0 | 0123456789 |", f"| {second} | 8 | 6 | 2 | 0 | abcdef0123 |"]


def test_shell_scripts_are_executable() -> None:
    for path in (".ci/run", "tests/tools/find_python.sh", "tests/tools/install_browser.sh"):
        assert os.access(ROOT / path, os.X_OK), path


def test_make_help_lists_main_targets() -> None:
    printed = run(["make", "--no-print-directory", "help"])
    targets = {line.split()[0] for line in printed.splitlines()}
    main = (
        "demo",
        "lint",
        "unit",
        "test",
        "check",
        "coverage",
        "bench",
        "docs",
        "matrix",
        "mutation",
        "generate",
        "clean",
    )
    assert {*main} <= targets
