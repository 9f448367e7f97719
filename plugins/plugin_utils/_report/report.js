/* Copyright (c) 2026, the sundown.hwcloud authors
   GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
   SPDX-License-Identifier: GPL-3.0-or-later */
"use strict";
// The table of all records, which can be searched, filtered, sorted and downloaded; the address keeps its state.
const element = (id) => document.getElementById(id);
const explore = (explorer) => {
  const PAGE = 100;
  const words = element("words"), part = element("part"), kind = element("kind"), form = words.form;
  const lines = element("lines"), previous = element("previous"), next = element("next");
  const headers = [...document.querySelectorAll("#table th")];
  const number = new Intl.NumberFormat("en").format;
  let found = DATA.rows, page = 0, timer = 0, sorted = "", descending = false;

  const make = (tag, className, content) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (content) made.textContent = content;
    return made;
  };
  const labelled = (label, className, ...content) => {
    const made = make("td", className);
    made.dataset.label = label;
    made.append(...content.filter(Boolean));
    return made;
  };
  const badgeOf = ({ key, label, sign }) => {
    const badge = make("span", `badge ${key}`), drawn = make("span", "", sign);
    drawn.setAttribute("aria-hidden", "true");
    badge.append(drawn, ` ${label}`);
    return badge;
  };
  const timeOf = (it) => {
    const made = make("time", "", it.age || "–");
    if (it.createdAt) made.dateTime = made.title = it.createdAt;
    return made;
  };
  const errorOf = (it) => [it.httpStatus, it.code].filter(Boolean).join(" ");

  // Cells by the column's name; what all rows share stands above the table.
  const cells = {
    name: (it) => {
      const head = make("th");
      head.scope = "row";
      head.append(make("bdi", "", it.name || "(no name)"), make("span", "id", it.id));
      if (it.instance) head.append(make("span", "id", `in ${it.instance}`));
      return head;
    },
    part: (it) => labelled("Outcome", "", badgeOf(it.part)),
    kind: (it) => labelled("Kind", "", it.kind.title),
    status: (it) => labelled("Status", "", it.status || "unknown"),
    age: (it) => labelled("Age", "num", timeOf(it)),
    reason: (it, shared) => labelled("Why", "why", shared.includes(REASON) ? "" : it.reason,
      shared.includes(RULE) || it.rule === it.reason || !it.rule ? "" : make("span", "rule", it.rule)),
    error: (it) => labelled("Error", "mono", errorOf(it), it.request ? make("span", "id", it.request) : ""),
  };
  const hides = {
    part: (shared) => shared.includes(PART),
    kind: (shared) => shared.includes(KIND),
    status: (shared) => shared.includes(STATUS),
    reason: (shared) => shared.includes(REASON) && shared.includes(RULE),
  };
  const sharedTexts = (shared) => {
    const it = recordOf(found[0]);
    const texts = new Map([
      [PART, it.part.label], [KIND, it.kind.title], [STATUS, it.status || "unknown"], [REASON, it.reason],
      [RULE, it.rule],
    ]);
    return [...new Set(shared.map((field) => texts.get(field)).filter(Boolean))];
  };

  const show = () => {
    const pages = Math.max(1, Math.ceil(found.length / PAGE)), first = page * PAGE;
    const listed = found.slice(first, first + PAGE), shared = sharedFields(found);
    for (const header of headers) header.hidden = hides[header.dataset.column]?.(shared) ?? false;
    const columns = headers.filter((header) => !header.hidden).map((header) => header.dataset.column);
    lines.replaceChildren(...listed.map((row) => {
      const it = recordOf(row), line = make("tr");
      line.append(...columns.map((column) => cells[column](it, shared)));
      return line;
    }));
    element("shared").hidden = !shared.length;
    element("shared").textContent = shared.length
      ? `All ${number(found.length)}: ${sharedTexts(shared).join("; ")}.`
      : "";
    element("status").textContent = found.length
      ? `${number(first + 1)} to ${number(first + listed.length)} of ${number(found.length)} records`
      : "No record matches.";
    element("place").textContent = `page ${number(page + 1)} of ${number(pages)}`;
    element("csv").disabled = !found.length;
    previous.disabled = page === 0;
    next.disabled = page + 1 >= pages;
  };
  const showSorted = () => {
    for (const header of headers) {
      const order = descending ? "descending" : "ascending";
      header.setAttribute("aria-sort", header.dataset.column === sorted ? order : "none");
    }
  };

  // "#failed&gaussdb_job&q=words&sort=-age": what is not set is left out.
  const stateText = () => [
    part.value, kind.value, words.value.trim() && `q=${encodeURIComponent(words.value.trim())}`,
    sorted && `sort=${descending ? "-" : ""}${sorted}`,
  ].filter(Boolean).join("&");
  const saveState = () => {
    try {
      history.replaceState(null, "", `#${stateText()}`);
    } catch {
      // Some places do not let a page change its address; the table works without.
    }
  };
  const readState = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    const value = (select) => [...select.options].map((it) => it.value).find((it) => it && state.has(it)) || "";
    const column = state.get("sort") || "";
    if (!value(part) && !value(kind) && !state.has("q") && !ORDERS[column.replace("-", "")]) return false;
    part.value = value(part);
    kind.value = value(kind);
    words.value = state.get("q") || "";
    sorted = ORDERS[column.replace("-", "")] ? column.replace("-", "") : "";
    descending = column.startsWith("-");
    return true;
  };

  const update = () => {
    found = sortRows(findRows({ part: part.value, kind: kind.value, words: words.value }), sorted, descending);
    page = 0;
    showSorted();
    show();
  };
  const change = () => {
    update();
    saveState();
  };
  const turn = (step) => {
    page += step;
    show();
    element("records").scrollIntoView();
  };
  const lead = () => {
    element("records").scrollIntoView();
    element("records").focus({ preventScroll: true });
  };

  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(change, 150);
  });
  part.addEventListener("change", change);
  kind.addEventListener("change", change);
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    sorted = "";
    change();
  }));
  element("csv").addEventListener("click", () => download(DATA.file, csvOf(found)));
  for (const button of document.querySelectorAll("button[data-sort]")) {
    button.addEventListener("click", () => {
      descending = sorted === button.dataset.sort && !descending;
      sorted = button.dataset.sort;
      change();
    });
  }
  for (const link of document.querySelectorAll("a.all")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      words.value = "";
      part.value = link.dataset.part;
      kind.value = link.dataset.kind;
      change();
      lead();
    });
  }
  addEventListener("hashchange", () => {
    if (readState()) update();
  });

  document.documentElement.classList.add("script");
  explorer.hidden = false;
  const linked = readState();
  update();
  if (linked) lead();
};
if (element("explorer")) explore(element("explorer"));
