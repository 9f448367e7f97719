# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The structure of the code: short files, layers that import only lower ones, one action group, no ignore files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from checkout import ROOT, source_files
from code_lines import code_lines
from matrix import LAYERS_WITHOUT_ANSIBLE
from supported import SUPPORTED

LONGEST_FILE = 350
LONGEST_MODULE = 20
OLDEST_PYTHON = "3.9"
# REUSE-IgnoreStart
HEADER = (
    "# Copyright (c) 2026, the sundown.hwcloud authors",
    "# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)",
    "# SPDX-License-Identifier: GPL-3.0-or-later",
)
# REUSE-IgnoreEnd
PRIVATE_NOTE = (
    "# Private to this collection: nothing here is a stable interface.",
    "# Use the modules, the role and the plugins instead.",
)
PLUGINS = "ansible_collections.sundown.hwcloud.plugins."
GROUND = ("_errors", "_text", "_regions", "_version")
REMOTE = (*GROUND, "_http", "_auth", "_services", "_engine", "_module")
CONTROLLER = ("_plan", "_report")
LAYERS = (*REMOTE, *CONTROLLER)
FOLDERS = (f"{PLUGINS}module_utils", f"{PLUGINS}plugin_utils")
MAY_IMPORT_ANSIBLE = {"_module", "_plan"}

CODE_FILES = [path for path in source_files() if path.endswith(".py") and (ROOT / path).stat().st_size]
MODULES = [path for path in CODE_FILES if path.startswith("plugins/modules/")]
LAYER_FILES = [path for path in CODE_FILES if path.startswith(("plugins/module_utils/", "plugins/plugin_utils/"))]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree_of(path: str) -> ast.Module:
    return ast.parse(read(path))


def test_checked_files_cover_every_layer_and_module() -> None:
    assert {layer_of(path) for path in LAYER_FILES} == set(LAYERS)
    assert MODULES


def test_action_group_lists_every_module() -> None:
    listed = yaml.safe_load(read("meta/runtime.yml"))["action_groups"]["hwcloud"]
    assert listed == sorted(Path(path).stem for path in MODULES)


@pytest.mark.parametrize("path", [path for path in source_files() if path.startswith("roles/decommission/tasks/")])
def test_role_tasks_name_modules_in_full(path: str) -> None:
    keywords = {
        "when",
        "vars",
        "loop",
        "loop_control",
        "register",
        "until",
        "retries",
        "delay",
        "failed_when",
        "no_log",
    }
    keywords |= {"name", "run_once", "block", "rescue", "always", "module_defaults", "environment", "tags"}

    def modules(tasks: list[dict[str, Any]]) -> Iterator[str]:
        for task in tasks:
            yield from task.keys() - keywords
            yield from modules([inner for key in ("block", "rescue", "always") for inner in task.get(key, ())])

    assert all(
        name.startswith(("ansible.builtin.", "sundown.hwcloud.")) for name in modules(yaml.safe_load(read(path)))
    )


def test_runtime_requires_oldest_supported_ansible() -> None:
    assert yaml.safe_load(read("meta/runtime.yml"))["requires_ansible"] == f">={SUPPORTED[0].version}.0"


def test_layers_without_ansible_import_nothing_from_ansible() -> None:
    assert set(LAYERS_WITHOUT_ANSIBLE) == {*REMOTE} - {*GROUND} - MAY_IMPORT_ANSIBLE


def test_sanity_config_requires_oldest_python() -> None:
    assert yaml.safe_load(read("tests/config.yml"))["modules"]["python_requires"] == f">={OLDEST_PYTHON}"


def test_sanity_has_no_ignore_file() -> None:
    assert not [path for path in source_files() if path.startswith("tests/sanity/ignore")]


def test_modules_are_documentation_and_short_main() -> None:
    assert not {path: lines for path in MODULES if (lines := code_lines(read(path))) > LONGEST_MODULE}


def test_files_are_within_length_limit() -> None:
    long = [path for path in CODE_FILES if len(read(path).splitlines()) > LONGEST_FILE]
    assert not {path: lines for path in long if (lines := code_lines(read(path))) > LONGEST_FILE}


def test_files_begin_with_license_header() -> None:
    assert not [path for path in CODE_FILES if beginning(path)[:3] != HEADER]


def test_layer_files_begin_with_private_note() -> None:
    assert not [path for path in LAYER_FILES if beginning(path)[3:5] != PRIVATE_NOTE]


def test_files_with_code_import_annotations() -> None:
    assert not [path for path in CODE_FILES if has_code(path) and "annotations" not in future_imports(path)]


def test_layers_import_only_lower_layers() -> None:
    assert not [(path, name) for path in LAYER_FILES for name in imports_of(path) if not allowed(path, name)]


@pytest.mark.parametrize(
    ("layer", "name", "expected"),
    [
        ("module_utils/_engine", f"{PLUGINS}module_utils._http.client", True),
        ("module_utils/_engine", f"{PLUGINS}module_utils._module.delete", False),
        ("module_utils/_engine", "ansible.module_utils.basic", False),
        ("module_utils/_module", "ansible.module_utils.basic", True),
        ("module_utils/_module", f"{PLUGINS}plugin_utils._plan.plan", False),
        ("plugin_utils/_plan", f"{PLUGINS}module_utils._errors", True),
        ("plugin_utils/_plan", f"{PLUGINS}plugin_utils._report.page", False),
    ],
)
def test_import_between_layers_is_allowed_downwards_only(layer: str, name: str, expected: bool) -> None:
    assert allowed(f"plugins/{layer}/file.py", name) is expected


def beginning(path: str) -> tuple[str, ...]:
    """Return the first lines of a file that are neither blank nor a shebang."""
    lines = read(path).splitlines()
    return tuple(line for line in lines[:7] if line and not line.startswith("#!"))


def has_code(path: str) -> bool:
    """Return whether a file has anything but documentation."""
    return any(not isinstance(node, (ast.Expr, ast.Assign)) for node in tree_of(path).body)


def future_imports(path: str) -> set[str]:
    """Return what a file imports from __future__."""
    nodes = [node for node in tree_of(path).body if isinstance(node, ast.ImportFrom)]
    return {name.name for node in nodes if node.module == "__future__" for name in node.names}


def allowed(path: str, name: str) -> bool:
    """Return whether a file of a layer may import a module."""
    layer = layer_of(path)
    if name.startswith(PLUGINS):
        parts = name.removeprefix(PLUGINS).split(".")
        lower = LAYERS[: LAYERS.index(layer) + 1]
        return len(parts) > 1 and parts[0] == home_of(parts[1]) and parts[1] in lower
    top = name.split(".", maxsplit=1)[0]
    return top != "ansible_collections" and (top != "ansible" or layer in MAY_IMPORT_ANSIBLE)


def home_of(layer: str) -> str:
    """Return the folder that a layer is in."""
    return "plugin_utils" if layer in CONTROLLER else "module_utils"


def layer_of(path: str) -> str:
    """Return the name of the layer that a file belongs to."""
    return Path(path).parts[2].removesuffix(".py")


def imports_of(path: str) -> Iterator[str]:
    """Yield the full name of every module that a file imports, conditionally or not."""
    package = ["ansible_collections", "sundown", "hwcloud", *Path(path).parent.parts]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{name.name}" for name in node.names) if module in FOLDERS else [module]
