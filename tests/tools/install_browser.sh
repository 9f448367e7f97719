#!/bin/sh
# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs the browser that tests open pages in, unless it is there: with apt-get, as root.

set -eu

missing=
command -v chromium >/dev/null || missing="chromium"
command -v chromedriver >/dev/null || missing="${missing:+$missing }chromium-driver"
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "The tests need a browser; install it first, as root: apt-get install --no-install-recommends $missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # a list of words
apt-get install -q -y --no-install-recommends $missing
