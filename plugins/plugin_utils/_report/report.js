/* Copyright (c) 2026, the sundown.hwcloud authors
   GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
   SPDX-License-Identifier: GPL-3.0-or-later */
"use strict";
(() => {
  const PAGE = 100;
  const element = (id) => document.getElementById(id);
  const explorer = element("explorer");
  if (!explorer) return;

  const { kinds, parts, texts, rows } = JSON.parse(element("data").textContent);
  const words = element("words"), part = element("part"), kind = element("kind");
  const lines = element("lines"), previous = element("previous"), next = element("next");
  const number = new Intl.NumberFormat("en").format;
  let found = rows, page = 0, haystacks = null, timer = 0;

  const text = (row, field) => texts[row[field] || 0];
  const record = (row) => ({
    part: parts[row[0]], kind: kinds[row[1]], id: row[2], name: row[3] || "(no name)",
    status: text(row, 4) || "unknown", reason: text(row, 5), rule: text(row, 6), instance: text(row, 7),
    error: [text(row, 8), text(row, 9)].filter(Boolean).join(" "), request: row[10] || "",
  });
  const haystack = (row) => {
    const it = record(row);
    return [it.id, it.name, it.status, it.reason, it.rule, it.instance, it.error, it.request].join("\n").toLowerCase();
  };

  const make = (tag, className, content) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (content) made.textContent = content;
    return made;
  };
  const cell = (className, content, below = null) => {
    const made = make("td", className, content);
    if (below && below.textContent) made.append(below);
    return made;
  };
  const line = (row) => {
    const it = record(row), made = make("tr"), head = make("th"), badge = make("span", `badge ${it.part.key}`);
    head.scope = "row";
    head.append(make("bdi", "", it.name), make("span", "id", it.id));
    if (it.instance) head.append(make("span", "id", `in ${it.instance}`));
    const sign = make("span", "", it.part.sign);
    sign.setAttribute("aria-hidden", "true");
    badge.append(sign, ` ${it.part.label}`);
    const outcome = make("td");
    outcome.append(badge);
    made.append(head, outcome, cell("", it.kind), cell("", it.status),
      cell("why", it.reason, make("span", "rule", it.rule === it.reason ? "" : it.rule)));
    if (element("errors")) made.append(cell("mono", it.error, make("span", "id", it.request)));
    return made;
  };

  const show = () => {
    const pages = Math.max(1, Math.ceil(found.length / PAGE)), first = page * PAGE;
    const part = found.slice(first, first + PAGE);
    lines.replaceChildren(...part.map(line));
    element("status").textContent = found.length
      ? `${number(first + 1)} to ${number(first + part.length)} of ${number(found.length)} records`
      : "No record matches.";
    element("place").textContent = `page ${number(page + 1)} of ${number(pages)}`;
    previous.disabled = page === 0;
    next.disabled = page + 1 >= pages;
  };
  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.length && !haystacks) haystacks = rows.map(haystack);
    found = rows.filter((row, index) =>
      (part.value === "" || row[0] === Number(part.value)) &&
      (kind.value === "" || row[1] === Number(kind.value)) &&
      wanted.every((word) => haystacks[index].includes(word)));
    page = 0;
    show();
  };
  const turn = (step) => {
    page += step;
    show();
    element("records").scrollIntoView();
  };

  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 150);
  });
  part.addEventListener("change", filter);
  kind.addEventListener("change", filter);
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  words.form.addEventListener("submit", (event) => event.preventDefault());
  words.form.addEventListener("reset", () => setTimeout(filter));
  for (const link of document.querySelectorAll("a.all")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      words.value = "";
      part.value = parts.findIndex((it) => it.key === link.dataset.part);
      kind.value = kinds.indexOf(link.dataset.kind);
      filter();
      element("records").scrollIntoView();
      element("records").focus({ preventScroll: true });
    });
  }
  // Paper shows closed groups too, also where style alone cannot open them.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((group) => { group.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((group) => { group.open = false; }));

  document.documentElement.classList.add("script");
  explorer.hidden = false;
  show();
})();
