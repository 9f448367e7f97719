/* Copyright (c) 2026, the sundown.hwcloud authors
   GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
   SPDX-License-Identifier: GPL-3.0-or-later */
"use strict";
// Rows as comma-separated values, as report.csv beside the page has them.
// What a spreadsheet takes for a formula, at the beginning of a field or after what another locale separates fields by.
const FORMULA = /(^|[;,"])(?=[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;
const FIELDS = {
  kind: (it) => it.kind.name, instance_id: (it) => it.instance, id: (it) => it.id, name: (it) => it.name,
  status: (it) => it.status, created_at: (it) => it.createdAt, outcome: (it) => it.part.key,
  reason: (it) => it.reason, rule: (it) => it.rule, http_status: (it) => it.httpStatus,
  error_code: (it) => it.code, request_id: (it) => it.request,
};

const fieldOf = (text) => {
  const safe = text.replace(FORMULA, "$1'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const csvOf = (rows) => {
  const lines = rows.map((row) => {
    const it = recordOf(row);
    return DATA.columns.map((column) => fieldOf(FIELDS[column](it))).join(",");
  });
  return [DATA.columns.join(","), ...lines, ""].join("\r\n");
};
const download = (name, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};
