# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m emulator --scenario FILE``: the cloud emulator as a process."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from .cloud import CloudEmulator
from .records import ScenarioError


def main(given: list[str] | None = None) -> int:
    """Serve until SIGINT, SIGTERM or a POST to /shutdown on the admin port."""
    parser = argparse.ArgumentParser(prog="emulator", description="Serve the APIs of all services from a scenario.")
    parser.add_argument("--scenario", required=True, type=Path, metavar="FILE", help="the scenario, a YAML file")
    parser.add_argument("--ready-file", type=Path, metavar="FILE", help="write the ready line to this file too")
    arguments = parser.parse_args(given)
    try:
        cloud = CloudEmulator(arguments.scenario)
        cloud.start()
    except (ScenarioError, OSError, ValueError) as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_unused: cloud.stopping.set())
    ready = json.dumps({"pid": os.getpid(), "endpoints": cloud.endpoints, "admin": cloud.admin})
    if arguments.ready_file:
        partial = arguments.ready_file.with_name(arguments.ready_file.name + ".partial")
        partial.write_text(ready + "\n", encoding="utf-8")
        partial.replace(arguments.ready_file)
    print(ready, flush=True)
    cloud.stopping.wait()
    cloud.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
