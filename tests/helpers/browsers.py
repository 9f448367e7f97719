# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens pages in Chromium and reads what they show."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from axe_selenium_python import Axe
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from checkout import BUILD

SCREENSHOTS = BUILD / "screenshots"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PACKAGES = {"chromium": "chromium", "chromedriver": "chromium-driver"}
# Seconds; generous, as the machine may be busy.
TIMEOUT = 300
MAX_SCREENSHOT_HEIGHT = 12_000
# Some of the rules that axe must have checked.
AXE_RULES = ("color-contrast", "document-title", "html-has-lang", "landmark-one-main", "page-has-heading-one")


class Browser:
    """A Chromium with its own profile, as a context manager."""

    def __init__(self, profile: Path) -> None:
        found = {command: shutil.which(command) for command in PACKAGES}
        missing = [PACKAGES[command] for command, path in found.items() if not path]
        if missing:
            pytest.fail(f"{' and '.join(missing)} must be installed: run make check as root", pytrace=False)
        options = ChromeOptions()
        options.binary_location = str(found["chromium"])
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options=options, service=Service(str(found["chromedriver"])))
        self.driver.command_executor.client_config.timeout = TIMEOUT
        self.driver.set_page_load_timeout(TIMEOUT)
        self.driver.set_script_timeout(TIMEOUT)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_error: object) -> None:
        self.driver.quit()

    def open(
        self,
        page: Path,
        *,
        scheme: str = "light",
        media: str = "screen",
        width: int = 1280,
        script: bool = True,
        query: str = "",
        fragment: str = "",
    ) -> None:
        """Open a page on a screen of this width, with empty logs."""
        self.driver.get("about:blank")
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._command("Emulation.setEmulatedMedia", media=media, features=features)
        self._command("Emulation.setScriptExecutionDisabled", value=not script)
        self._size(width, 900)
        self.driver.get(page.as_uri() + (f"?q={query}" if query else "") + (f"#{fragment}" if fragment else ""))

    def requests(self) -> list[str]:
        """Return the URLs of all requests since the page was opened, including its own."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def console(self) -> list[str]:
        """Return the browser's log since the page was opened."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page and return its result."""
        return self.driver.execute_script(script, *arguments)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """Return the visible texts of all elements that match."""
        return list(self.run("return [...document.querySelectorAll(arguments[0])].map(it => it.innerText)", selector))

    def text(self, selector: str = "body") -> str:
        (text,) = self.texts(selector)
        return text

    def wait_for(self, selector: str, text: str) -> None:
        """Wait until an element shows a text."""
        WebDriverWait(self.driver, TIMEOUT, 0.05).until(
            lambda _driver: text in self.text(selector), f"{selector} never showed {text!r}"
        )

    def wait_for_hash(self, expected: str) -> None:
        """Wait until the page's address ends with a fragment."""
        WebDriverWait(self.driver, TIMEOUT, 0.05).until(
            lambda _driver: self.run("return location.hash") == expected, f"the address never ended with {expected}"
        )

    def allow_clipboard(self) -> None:
        """Let pages write to the clipboard, and let a test paste from it."""
        permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"]
        self._command("Browser.grantPermissions", permissions=permissions)

    def paste_into(self, selector: str) -> None:
        """Paste the clipboard into a field as its user does."""
        self.one(selector).click()
        self._command("Input.dispatchKeyEvent", type="keyDown", commands=["paste"])

    def download_to(self, directory: Path) -> None:
        """Save downloads to a directory."""
        self._command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(directory))

    def downloaded(self, directory: Path) -> list[Path]:
        """Return the files of a directory, once a download to it is complete."""
        WebDriverWait(self.driver, TIMEOUT, 0.05).until(
            lambda _driver: [path for path in directory.iterdir() if path.suffix == ".csv"], "nothing was downloaded"
        )
        return [path for path in directory.iterdir() if path.suffix == ".csv"]

    def check_accessibility(self) -> None:
        """Fail if axe finds a violation in the open page."""
        axe = Axe(self.driver)
        axe.inject()
        results = axe.run()
        violations = {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in results["violations"]}
        assert violations == {}
        checked = {rule["id"] for rule in results["passes"]}
        assert {*AXE_RULES} <= checked

    def screenshot(self, name: str, width: int = 1280, end: str = "html") -> bytes:
        """Save a screenshot of the page down to the end of an element, or of the top of a very long one; return it."""
        self._size(width, 900)
        height = self.run(
            "return Math.ceil(scrollY + document.querySelector(arguments[0]).getBoundingClientRect().bottom)", end
        )
        self._size(width, min(MAX_SCREENSHOT_HEIGHT, height))
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        content = self.driver.get_screenshot_as_png()
        (SCREENSHOTS / f"{name}.png").write_bytes(content)
        return content

    def print(self, name: str) -> bytes:
        """Print the page to a PDF file and return its content."""
        content = base64.b64decode(self.driver.print_page())
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        (SCREENSHOTS / f"{name}.pdf").write_bytes(content)
        return content

    def _size(self, width: int, height: int) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self._command("Emulation.setDeviceMetricsOverride", **metrics)

    def _command(self, name: str, **parameters: Any) -> None:
        self.driver.execute_cdp_cmd(name, parameters)
