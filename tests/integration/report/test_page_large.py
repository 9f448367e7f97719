# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report's page with foreign content, and with very many records."""

from __future__ import annotations

import time
from typing import Any

from helpers.browsers import Browser
from helpers.report_factory import Run

PAGE = 100
FINISHED = Run(800, {"deleted": 8, "absent": 1, "protected": 1})
LARGE = Run(50_000)


def test_page_with_foreign_content_is_blocked_by_policy(chromium: Browser, page_of: Any) -> None:
    chromium.open(page_of(FINISHED).path)
    blocked = chromium.driver.execute_async_script(
        """
        const done = arguments[0], seen = [];
        addEventListener("securitypolicyviolation", (event) => {
          seen.push(event.effectiveDirective);
          if (seen.length === 3) done(seen);
        });
        const add = (tag, changes) => document.body.append(Object.assign(document.createElement(tag), changes));
        add("script", { textContent: "document.title = 'taken'" });
        add("img", { src: "http://127.0.0.1:9/pixel" });
        add("script", { src: "http://127.0.0.1:9/script.js" });
        """
    )
    assert sorted(blocked) == ["img-src", "script-src-elem", "script-src-elem"]
    assert "taken" not in chromium.driver.title


def test_page_with_fifty_thousand_records_is_usable(browser: Browser, page_of: Any) -> None:
    page = page_of(LARGE)
    started = time.monotonic()
    browser.open(page.path)
    browser.wait_for("#status", f"1 to {PAGE} of 50,000 records")
    opened = time.monotonic() - started
    timing = browser.run("return performance.getEntriesByType('navigation')[0].toJSON()")
    elements = browser.run("return document.getElementsByTagName('*').length")
    wanted = page.report["records"][43_210]
    browser.one("#words").send_keys(wanted["id"])
    started = time.monotonic()
    browser.wait_for("#status", "1 to 1 of 1 records")
    searched = time.monotonic() - started
    print(
        f"{page.path.stat().st_size / 1e6:.1f} MB: usable after {timing['domContentLoadedEventEnd'] / 1000:.1f} s"
        f" ({opened:.1f} s with the driver), first search {searched:.1f} s, {elements} elements"
    )
    assert wanted["id"] in browser.text("#lines")
    assert elements < 20_000
    browser.screenshot("large-light")
