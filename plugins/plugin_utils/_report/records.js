/* Copyright (c) 2026, the sundown.hwcloud authors
   GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
   SPDX-License-Identifier: GPL-3.0-or-later */
"use strict";
// The records of the page: what a row of its data says, and how rows are found and ordered.
const DATA = JSON.parse(document.getElementById("data").textContent);
// The places of a row's fields.
const PART = 0, KIND = 1, ID = 2, NAME = 3, STATUS = 4, REASON = 5, RULE = 6, AGE = 7, INSTANCE = 8, HTTP = 9,
  CODE = 10, REQUEST = 11;

const textOf = (row, field) => DATA.texts[row[field] || 0];
const createdAt = (row) => row[AGE] === ""
  ? ""
  : `${new Date(Date.parse(DATA.started_at) - row[AGE] * 1000).toISOString().slice(0, 19)}Z`;
const ageOf = (seconds) => {
  if (seconds === "") return "";
  if (seconds < 3600) return `${Math.floor(Math.max(0, seconds) / 60)} min`;
  return seconds < 172800
    ? `${Math.floor(seconds / 3600)} h`
    : `${Math.floor(seconds / 86400).toLocaleString("en")} d`;
};
const recordOf = (row) => ({
  part: DATA.parts[row[PART]], kind: DATA.kinds[row[KIND]], id: row[ID], name: row[NAME] || "",
  status: textOf(row, STATUS), reason: textOf(row, REASON), rule: textOf(row, RULE), instance: textOf(row, INSTANCE),
  httpStatus: textOf(row, HTTP), code: textOf(row, CODE), request: row[REQUEST] || "",
  age: ageOf(row[AGE]), createdAt: createdAt(row),
});

// Rows that have a part and a kind, each by its name, and all words; an empty one means any.
let haystacks = null;
const haystackOf = (row) => {
  const it = recordOf(row);
  const texts = [it.id, it.name, it.status, it.reason, it.rule, it.instance, `${it.httpStatus} ${it.code}`, it.request];
  return texts.join("\n").toLowerCase();
};
const findRows = ({ part, kind, words }) => {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length && !haystacks) haystacks = DATA.rows.map(haystackOf);
  return DATA.rows.filter((row, index) =>
    (!part || DATA.parts[row[PART]].key === part) &&
    (!kind || DATA.kinds[row[KIND]].name === kind) &&
    wanted.every((word) => haystacks[index].includes(word)));
};

// Texts are compared once, and then rows by the numbers of their texts in that order.
const collator = new Intl.Collator("en", { numeric: true });
const once = (make) => {
  let made = null;
  return () => (made ??= make());
};
const ranksOf = (texts) => {
  const ordered = [...new Set(texts)].sort(collator.compare);
  return new Map(ordered.map((text, rank) => [text, rank]));
};
const textRanks = once(() => ranksOf(DATA.texts));
const nameRanks = once(() => ranksOf(DATA.rows.map((row) => row[NAME] || "")));
const ORDERS = {
  name: (row) => nameRanks().get(row[NAME] || ""),
  part: (row) => row[PART],
  kind: (row) => row[KIND],
  status: (row) => textRanks().get(textOf(row, STATUS)),
  age: (row) => row[AGE] === "" ? -Infinity : row[AGE],
  reason: (row) => textRanks().get(textOf(row, REASON)),
  error: (row) => textRanks().get(textOf(row, HTTP)) * DATA.texts.length + textRanks().get(textOf(row, CODE)),
};
const sortRows = (rows, column, descending) => {
  if (!ORDERS[column]) return rows;
  const sign = descending ? -1 : 1, keys = new Map(rows.map((row) => [row, ORDERS[column](row)]));
  return [...rows].sort((one, other) => sign * (keys.get(one) - keys.get(other)));
};

// The fields that many rows all have alike, so that they need to be shown only once.
const sharedFields = (rows) => rows.length < 2
  ? []
  : [PART, KIND, STATUS, REASON, RULE].filter((field) => rows.every((row) => row[field] === rows[0][field]));
