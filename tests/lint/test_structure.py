# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection promises about its own code: short files, layers that know only those below, one action group."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import yaml

from checkout import ROOT, source_files
from code_lines import code_lines

LONGEST_FILE = 300
LONGEST_MODULE = 20
HEADER = (
    "# Copyright (c) 2026, the sundown.hwcloud authors",
    "# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)",
    "# SPDX-License-Identifier: GPL-3.0-or-later",
)
PRIVATE_NOTE = (
    "# Private to this collection: nothing here is a stable interface.",
    "# Use the modules, the role and the plugins instead.",
)
MODULE_UTILS = "ansible_collections.sundown.hwcloud.plugins.module_utils"
GROUND = ("_errors", "_text", "_regions", "_version")
LAYERS = (*GROUND, "_http", "_auth", "_services", "_engine", "_module")
MAY_IMPORT_ANSIBLE = {"_module"}
BELOW = {layer: set(LAYERS[: LAYERS.index(layer) + 1]) for layer in LAYERS}

PYTHON_FILES = [path for path in source_files() if path.endswith(".py")]
CODE_FILES = [path for path in PYTHON_FILES if (ROOT / path).stat().st_size]
MODULES = [path for path in CODE_FILES if path.startswith("plugins/modules/")]
PRIVATE_FILES = [path for path in CODE_FILES if path.startswith("plugins/module_utils/")]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_there_is_something_to_judge() -> None:
    assert {layer_of(path) for path in PRIVATE_FILES} == set(LAYERS)
    assert MODULES


def test_action_group_lists_every_module() -> None:
    listed = yaml.safe_load(read("meta/runtime.yml"))["action_groups"]["hwcloud"]
    assert listed == sorted(Path(path).stem for path in MODULES)


def test_the_role_passes_every_connection_option_to_its_deletes() -> None:
    fragment = next(
        ast.literal_eval(node.value)
        for node in ast.walk(ast.parse(read("plugins/doc_fragments/auth.py")))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION"
    )
    (delete,) = [task for task in yaml.safe_load(read("roles/decommission/tasks/delete.yml")) if "action" in task]
    passed = {name: value for name, value in delete["args"].items() if "__decommission_connection." in str(value)}
    options = yaml.safe_load(fragment)["options"]
    assert passed == {name: f"{{{{ __decommission_connection.{name} | default(omit) }}}}" for name in passed}
    assert set(options) <= set(passed)


def test_runtime_names_the_oldest_ansible() -> None:
    assert yaml.safe_load(read("meta/runtime.yml"))["requires_ansible"] == ">=2.16.0"


def test_modules_are_documentation_and_a_short_main() -> None:
    assert not {path: lines for path in MODULES if (lines := code_lines(read(path))) > LONGEST_MODULE}


def test_files_are_short() -> None:
    assert not {path: lines for path in CODE_FILES if (lines := code_lines(read(path))) > LONGEST_FILE}


def test_files_begin_with_their_licence() -> None:
    assert not [path for path in CODE_FILES if beginning(path)[:3] != HEADER]


def test_private_files_say_so() -> None:
    assert not [path for path in PRIVATE_FILES if beginning(path)[3:5] != PRIVATE_NOTE]


def test_annotations_are_not_evaluated() -> None:
    assert not [path for path in CODE_FILES if needs_the_future(path) and "annotations" not in future_imports(path)]


def test_layers_know_only_those_below() -> None:
    assert not [(path, name) for path in PRIVATE_FILES for name in imports_of(path) if not allowed(path, name)]


def beginning(path: str) -> tuple[str, ...]:
    """Return the first lines of a file that say something to its reader, a shebang left out."""
    lines = read(path).splitlines()
    return tuple(line for line in lines[:7] if line and not line.startswith("#!"))


def needs_the_future(path: str) -> bool:
    """Tell whether a file holds anything but documentation."""
    return any(not isinstance(node, (ast.Expr, ast.Assign)) for node in ast.parse(read(path)).body)


def future_imports(path: str) -> set[str]:
    """Return what a file imports from __future__."""
    nodes = [node for node in ast.parse(read(path)).body if isinstance(node, ast.ImportFrom)]
    return {name.name for node in nodes if node.module == "__future__" for name in node.names}


def allowed(path: str, name: str) -> bool:
    """Tell whether a private file may import a module."""
    layer, top = layer_of(path), name.split(".", maxsplit=1)[0]
    if name.startswith(MODULE_UTILS + "."):
        return name.removeprefix(MODULE_UTILS + ".").split(".")[0] in BELOW[layer]
    if top in {"ansible", "ansible_collections"}:
        return layer in MAY_IMPORT_ANSIBLE
    return True


def layer_of(path: str) -> str:
    """Return the name of the layer that a private file belongs to."""
    return Path(path).parts[2].removesuffix(".py")


def imports_of(path: str) -> Iterator[str]:
    """Yield the full name of every module that a file imports, conditionally or not."""
    package = ["ansible_collections", "sundown", "hwcloud", *Path(path).parent.parts]
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            if module == MODULE_UTILS:
                yield from (f"{module}.{name.name}" for name in node.names)
            else:
                yield module
