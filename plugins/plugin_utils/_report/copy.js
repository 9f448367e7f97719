/* Copyright (c) 2026, the sundown.hwcloud authors
   GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
   SPDX-License-Identifier: GPL-3.0-or-later */
"use strict";
// Buttons that copy the text of another element, and show that they did.
{
  const COPIED_FOR = 2000;

  // Where a page is not from a secure place, a browser copies only what is selected.
  const copySelected = (source) => {
    getSelection().selectAllChildren(source);
    document.execCommand("copy");
  };
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy), label = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch {
        copySelected(source);
      }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, COPIED_FOR);
    });
  }
}
