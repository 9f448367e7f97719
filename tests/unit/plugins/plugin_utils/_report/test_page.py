# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page as a file: it loads nothing, hostile names stay text, and its size and cost grow with the records."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from html.parser import HTMLParser

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import render_report

from helpers.report_factory import EVERYTHING, IDENTITY, Run, early_report

MANY = 50_000
HOSTILE = (
    "<script>document.title = 'taken'</script>",
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    "{{ 7 * 7 }}{% raw %}",
    "\"'><b>bold</b>",
    "&lt;b&gt;",
    "\u202egnp.exe",
    "line\nbreak\x00\x1b[31m",
    "\ud800 half",
    "]]>",
    "x" * 5000,
)
# Attributes that make a browser load something, and those that make it run something.
LOADING = {"src", "srcset", "data", "action", "poster", "background", "manifest", "formaction", "xlink:href"}


class Page(HTMLParser):
    """The elements and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._open, []).append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def hostile() -> str:
    """A page in which every text is hostile."""
    refusals = [(500, text[:200], text) for text in HOSTILE]
    identity = {**IDENTITY, "user_name": HOSTILE[0], "domain_name": HOSTILE[1]}
    fates = {"failed": 5, "deleted": 5, "protected": 5, "drifted": 5}
    facts = {"engine": HOSTILE[1], "tags": dict.fromkeys(HOSTILE[:8], HOSTILE[0])}
    instances = ["deleted"] * 9 + ["failed", "prepaid"]
    run = Run(60, fates, names=HOSTILE * 5, refusals=refusals, identity=identity, instances=instances, facts=facts)
    report = run.report()
    for record, text in zip([one for one in report["records"] if "engine" in one], HOSTILE, strict=True):
        record["name"] = text
    report["consequences"]["cce_cluster"] = [*HOSTILE]
    report["not_covered"] = [*HOSTILE]
    report["problems"] = list(HOSTILE)
    report["project"] = HOSTILE[1]
    report["appeared"] = [{**record, "status": HOSTILE[0]} for record in report["records"]]
    report["listings"]["cce_job"] = {"state": "failed", "error_code": HOSTILE[0], "error_msg": HOSTILE[1]}
    return render_report(report)


def data_of(page: str) -> dict[str, list[list[object]]]:
    """The data for the script of the page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def policy_of(page: Page) -> dict[str, str]:
    (content,) = [meta["content"] for meta in page.of("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    return {part.split()[0]: part.split(maxsplit=1)[1] for part in str(content).split("; ")}


def test_page_loads_nothing() -> None:
    page = Page(render_report(Run(200).report()))
    assert {
        tag for tag, _attributes in page.tags if tag in {"img", "iframe", "object", "embed", "audio", "video"}
    } == set()
    assert not [attributes for _tag, attributes in page.tags if LOADING & set(attributes)]
    assert {str(attributes["href"]) for attributes in page.of("link")} == {"data:,"}
    assert all(str(attributes["href"]).startswith("#") for attributes in page.of("a"))
    style = "".join(page.texts["style"])
    assert "url(" not in style and "@import" not in style


def test_page_policy_allows_only_own_style_and_script() -> None:
    text = render_report(Run(20).report())
    policy = policy_of(Page(text))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    for directive, tag in (("style-src", "style"), ("script-src", "script")):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert policy[directive] == f"'sha256-{digest}'"


def test_page_has_no_style_or_handler_in_attribute(hostile: str) -> None:
    for _tag, attributes in Page(hostile).tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_page_hostile_names_add_no_element(hostile: str) -> None:
    page = Page(hostile)
    fates = {"failed": 5, "deleted": 5, "protected": 5, "drifted": 5}
    harmless = Page(render_report(Run(60, fates, instances=["deleted", "prepaid"]).report()))
    assert {tag for tag, _attributes in page.tags} <= {tag for tag, _attributes in harmless.tags} | {"ul", "li"}
    assert len(page.of("script")) == 2
    assert len(page.of("b")) == len(page.of("img")) == 0


def test_page_hostile_names_are_shown_and_not_evaluated(hostile: str) -> None:
    shown = "".join(text for tag, texts in Page(hostile).texts.items() if tag != "script" for text in texts)
    for text in ("<script>document.title = 'taken'</script>", "{{ 7 * 7 }}{% raw %}", "&lt;b&gt;", "\\u202egnp.exe"):
        assert text in shown
    # Not among the minutes and seconds of a time.
    assert not re.findall(r"(?<![\w:-])49(?![\w:-])", "".join(Page(hostile).texts["bdi"]))
    assert hostile.encode()


def test_page_data_holds_every_hostile_record(hostile: str) -> None:
    data = data_of(hostile)
    assert len(data["rows"]) == 60 + len(HOSTILE)
    assert any("</script><img src=x onerror=alert(1)>" in str(row[3]) for row in data["rows"])
    assert max(len(str(row[3])) for row in data["rows"]) < 200


def test_page_names_language_and_character_set(hostile: str) -> None:
    page = Page(hostile)
    assert hostile.startswith("<!doctype html>")
    assert page.of("html") == [{"lang": "en"}]
    assert {"charset": "utf-8"} in page.of("meta")
    identifiers = [attributes["id"] for _tag, attributes in page.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


def test_page_of_run_without_plan_has_message() -> None:
    page = Page(render_report(early_report("Identify: the password is wrong")))
    assert "Identify: the password is wrong" in page.texts["li"]
    assert "Not started" in page.texts["h2"]


def test_page_shows_running_replications_above_numbers() -> None:
    run = Run(len(HOSTILE), {"stopped": 1}, mode="plan", names=HOSTILE)
    text = render_report(run.report())
    page = Page(text)
    assert f"{len(HOSTILE)} running replications will be stopped and deleted" in text
    assert text.index('class="stops"') < text.index('class="stats"')
    strip = Page(text[text.index('class="stops"') : text.index('class="stats"')])
    assert len(strip.of("th")) == 2 * 3 + len(HOSTILE)
    assert len(page.of("script")) == 2
    assert len(page.of("b")) == len(page.of("img")) == 0
    names = "".join(strip.texts["bdi"])
    assert "task-{{ 7 * 7 }}{% raw %}" in names and "task-\\u202egnp.exe" in names


@pytest.mark.parametrize("mode", ["plan", "apply"])
def test_page_shows_instances_above_numbers(mode: str) -> None:
    run = Run(40, {"deleted": 1}, mode=mode, instances=["deleted"] * 4 + ["prepaid", "hibernated", "failed"])
    report = run.report()
    text = render_report(report)
    section = text[text.index('class="whole"') : text.index('class="stats"')]
    assert text.index('class="headline') < text.index('class="whole"')
    page = Page(section)
    names = [record["name"] for record in report["records"] if "engine" in record]
    assert sorted(page.texts["bdi"]) == sorted([*names, *["environment=retired", "owner=shop"] * 7, names[3]])
    for part in ("Left behind by CCE cluster", "Not covered, and may still cost: ECS servers", "What else goes"):
        assert part in section
    for record in report["records"]:
        if "engine" in record and not record["planned"]:
            assert record["reason"] in section and record["rule"] in section
    plain = render_report(Run(5, mode="plan").report())
    assert 'class="whole"' not in plain and "Not covered, and may still cost: GaussDB instances" in plain


def test_page_names_appeared_records() -> None:
    page = Page(render_report(Run(20, {"deleted": 1}, appeared=2).report()))
    assert any("appeared while the run deleted; the next plan shows them." in text for text in page.texts[""])
    assert {"task-new-0", "task-new-1"} <= set(page.texts["bdi"])


def test_page_without_records_says_so() -> None:
    page = Page(render_report(Run(0).report()))
    assert "Nothing to delete" in page.texts["h2"]
    assert "No record was discovered." in page.texts["p"]


@pytest.mark.slow
@pytest.mark.parametrize("fates", [EVERYTHING, {"failed": 1}], ids=["everything", "failed"])
def test_page_of_fifty_thousand_records_is_small_and_fast_and_grows_linearly(fates: dict[str, float]) -> None:
    def cost(count: int) -> tuple[str, int, float]:
        report = Run(count, fates).report()
        started = time.process_time()
        page = render_report(report)
        return page, len(page.encode()), time.process_time() - started

    cost(100)
    _page, smaller, less = cost(MANY // 4)
    page, size, seconds = cost(MANY)
    rows = Page(page).of("tr")
    print(f"{MANY} records: {size / 1e6:.1f} MB in {seconds:.1f} s of CPU, {len(rows)} of them in its text")
    assert len(data_of(page)["rows"]) == MANY
    assert size < min(15e6, 5 * smaller)
    assert seconds < min(5, 8 * less)
    assert len(rows) < 2500
