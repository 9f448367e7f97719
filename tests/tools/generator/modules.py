# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the modules, and the lists of modules and kinds in other files."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.environment import ENVIRONMENT
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS, KINDS, Kind, phases

from checkout import ROOT

from .declarations import SERVICES, collect, declared, texts
from .tables import literal, markdown_table, plain_rst

SITE = "https://github.com/sundown-hwcloud/sundown.hwcloud/blob/main/plugins/modules"
LONGEST_LINE = 120
# Of a list in the role's argument specs.
MARGIN = 10
# Of a kind in special.yml: for both modules, and for the one that deletes.
NOTES = ("notes", "delete_notes")
REGIONS = {Cloud.OTC: "eu-de", Cloud.HUAWEI: "cn-north-4"}


def values(names: Iterable[str], word: str, mark: str = "V") -> str:
    """Return values in Ansible's markup, ``word`` before the last one."""
    *others, last = [f"{mark}({name})" for name in names]
    return f"{', '.join(others)} {word} {last}" if others else last


def requests(kind: Kind) -> str:
    """Return the requests that delete, each with the version that it is for."""
    found: dict[str, str] = {}
    for api in kind.apis:
        query = "&".join(f"{name}={value}" for name, value in api.deletion.query.items())
        path = f"{api.deletion.path}?{query}".rstrip("?").replace("{id}", f"{{{kind.id_option}}}")
        version = f" with O(api_version={api.versions[0]})" if found and api.versions else ""
        found.setdefault(f"C({api.deletion.method} {path})", version)
    return " or ".join(f"{request}{version}" for request, version in found.items())


def order(kinds: Iterable[Kind]) -> str:
    """Return which kinds are deleted before which."""
    first, *later = phases(kind.name for kind in kinds)
    return "; then ".join([values(first, "and"), *(values(phase, "and") for phase in later)])


def default_versions(kind: Kind) -> str:
    """Return which API version is the default on which cloud."""
    defaults = {cloud: api.versions[0] for cloud in Cloud if (api := kind.api(None, cloud))}
    return " and ".join(f"V({version}) on {cloud.value}" for cloud, version in defaults.items())


def shows(kind: Kind) -> bool:
    """Tell whether single records can be looked up."""
    return any(api.show for api in kind.apis)


def with_article(kind: Kind) -> str:
    """Return the word for one record of the kind, such as ``an instance``."""
    return f"{'an' if kind.noun[0] in 'aeiou' else 'a'} {kind.noun}"


def returns(kind: Kind, fact: str) -> bool:
    """Tell whether some API returns a fact of `Fields`."""
    return any(getattr(api.fields, fact) for api in kind.apis)


def refusals(kind: Kind) -> list[str]:
    """Return the reasons for which an instance is not deleted, each with its error code and what to do."""
    found = [kind.refusal(None, **{name: True}) for name in ("prepaid", "protected", "locked") if returns(kind, name)]
    lines = [f"V({refusal.code}), if {'; '.join(refusal.message.split(': ', 1))}." for refusal in found if refusal]
    statuses: dict[tuple[str, str], list[str]] = {}
    for status, advice in sorted(kind.blocked_statuses.items()):
        refusal = kind.refusal(status)
        assert refusal, status
        statuses.setdefault((refusal.code, advice), []).append(status)
    for (code, advice), names in sorted(statuses.items()):
        lines.append(f"V({code}), if its status is {values(names, 'or')}; {advice}.")
    unknown = kind.refusal(None)
    assert unknown
    return [*lines, f"V({unknown.code}), if its status is one that the collection does not know."]


def own_options(kind: Kind) -> str:
    """Return the options that only the kind's module has, each set of values once."""
    by_values: dict[tuple[str, ...], list[str]] = {}
    for option, choices in kind.own_options.items():
        by_values.setdefault(choices, []).append(option)
    return "; ".join(
        f"{values(options, 'and', 'C')} with {values(choices, 'or')}" for choices, options in by_values.items()
    )


def held_records(kind: Kind) -> list[str]:
    """Return the names of the kinds of records that go with an instance of the kind."""
    return [other.name for other in KINDS.values() if other.held_by == kind.name]


def sample_region(kind: Kind) -> str:
    """Return a region that offers the kind."""
    return next(region for cloud, region in REGIONS.items() if cloud in kind.clouds)


def wrapped(text: str, width: int = LONGEST_LINE) -> str:
    """Break long lines, as YAML allows it in plain values and lists."""
    lines = []
    for line in text.splitlines():
        margin = " " * (len(line) - len(line.lstrip()) + 2)
        fits = len(line) <= width
        lines += [line] if fits else textwrap.wrap(line, width, subsequent_indent=margin, break_on_hyphens=False)
    return "\n".join(lines) + "\n"


JINJA = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    # Other marks than Ansible's, which stand in the examples.
    block_start_string="<%",
    block_end_string="%>",
    variable_start_string="<<",
    variable_end_string=">>",
    comment_start_string="<#",
    comment_end_string="#>",
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
    autoescape=False,
)
JINJA.filters |= {
    function.__name__: function
    for function in (
        values,
        order,
        requests,
        default_versions,
        shows,
        with_article,
        returns,
        refusals,
        own_options,
        held_records,
        sample_region,
    )
}


def render(template: str, **context: Any) -> str:
    """Return what a template makes of its context."""
    return wrapped(JINJA.get_template(template).render(**context))


def files() -> dict[str, str]:
    """Return the text of each file that is written as a whole, by its path."""
    kinds = collect()
    example = {"kind": None, "example": kinds[0], "text": texts(kinds[0])}
    found = {
        "identity_info": render("identity_info.py.j2", module="identity_info", **example),
        "environment_info": render(
            "environment_info.py.j2",
            module="environment_info",
            kinds=kinds,
            defaults=DEFAULT_KINDS,
            **example,
        ),
    }
    found["environment"] = render("environment.py.j2", module="environment", kinds=kinds, **example)
    for kind in kinds:
        for name, template in ((kind.name, "delete"), (f"{kind.name}_info", "info")):
            found[name] = render(f"{template}.py.j2", module=name, kind=kind, text=texts(kind))
    imports = [f"from .{file} import {', '.join(sorted(constants))}" for file, constants in declared().items()]
    registry = render("registry.py.j2", imports=sorted([*imports, "from .model import Kind"]), kinds=kinds)
    return {
        "plugins/module_utils/_services/registry.py": registry,
        **{f"plugins/modules/{name}.py": text for name, text in found.items()},
    }


def names() -> str:
    """Return the names of the kinds, for the documentation of an option that takes them."""
    return wrapped(f"- The kinds are {values([kind.name for kind in collect()], 'and')}.", LONGEST_LINE - MARGIN)


def kind_options() -> str:
    """Return the options of single kinds, for the documentation of an option that takes them."""
    lines = [f"- V({kind.name}) has {own_options(kind)}." for kind in collect() if kind.own_options]
    return wrapped("\n".join(lines), LONGEST_LINE - MARGIN)


def services() -> str:
    """Return the names that the option ``endpoints`` takes, as Python."""
    return f"SERVICES = {('iam', *SERVICES)!r}".replace("'", '"')


def endpoints() -> str:
    """Return the names that the option ``endpoints`` takes, for its documentation."""
    return f"- The names are {values(('iam', *SERVICES), 'and')}."


def environment_variables() -> str:
    """Return which environment variables stand in for the options of a plugin."""
    lines = []
    for option, variables in ENVIRONMENT.items():
        lines += [f"{option}:", "  env:", *(f"    - name: {name}" for name in reversed(variables))]
    return "\n".join(lines)


def action_group() -> str:
    """Return the names of all modules as a YAML list."""
    return "\n".join(f"- {path.stem}" for path in _paths())


def table() -> str:
    """Return one line for the modules of each kind, service by service, then those for all services."""
    kinds = sorted(collect(), key=lambda kind: list(SERVICES).index(kind.service))
    rows = [_row([kind.name, f"{kind.name}_info"], kind.clouds) for kind in kinds]
    rows += [_row(["environment", "environment_info"], [*Cloud]), _row(["identity_info"], [*Cloud])]
    return markdown_table(["Modules", "What they do", "Cloud"], rows)


def _row(modules: Sequence[str], clouds: Collection[Cloud]) -> list[str]:
    """Return the names of modules, linked, and what they do on which cloud."""
    links = ", ".join(f"[`{module}`]({SITE}/{module}.py)" for module in modules)
    described = " ".join(map(_short_description, modules))
    deletes_and_lists = re.sub(r"^Delete (.+) List \1$", r"Delete and list \1", described)
    return [links, deletes_and_lists, "both" if len(clouds) == len(Cloud) else ", ".join(one.value for one in clouds)]


def _short_description(module: str) -> str:
    path = ROOT / "plugins" / "modules" / f"{module}.py"
    described = re.search(r"^short_description: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert described, path
    return described[1]


def limits() -> str:
    """Return what the collection cannot know, kind by kind, for the safety model."""
    notes = [(kind, note) for kind in collect() for key in NOTES for note in texts(kind)[key]]
    return "\n\n".join(f"**{kind.title}** ({literal(kind.name)}): {plain_rst(note)}" for kind, note in notes)


def _paths() -> list[Path]:
    return sorted((ROOT / "plugins" / "modules").glob("*.py"))
