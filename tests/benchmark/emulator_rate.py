# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how many deletes a second the cloud emulator serves as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))

from emulator import DOMAIN, PASSWORD, PROJECT, USER, bulk
from emulator.process import CloudProcess, cloud_process
from helpers.logins import log_in


def main() -> None:
    """Start the emulator, delete all its records, print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20000)
    parser.add_argument("--width", type=int, default=32, help="number of connections")
    parser.add_argument("--no-log", action="store_true", help="leave the request log off")
    arguments = parser.parse_args()
    with cloud_process(bulk("gaussdb", arguments.records, log=not arguments.no_log)) as cloud:
        before = processor_seconds(cloud.pid)
        deleted = delete_all(cloud, arguments.width)
        spent = processor_seconds(cloud.pid) - before
        print(f"processor time of the cloud: {spent / deleted * 1e6:.0f} microseconds a delete")


def processor_seconds(pid: int) -> float:
    """User and system time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def delete_all(cloud: CloudProcess, width: int) -> int:
    """Log in, delete all records ``width`` wide, print the rate; return how many there were."""
    user = {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}
    token = log_in(cloud.endpoints["iam"], user, {"project": {"name": PROJECT}}).headers["X-Subject-Token"]
    project = cloud.get("state")["projects"][PROJECT]
    project_id, ids = project["id"], [record["id"] for record in project["services"]["gaussdb"]]
    target = urlsplit(cloud.endpoints["gaussdb"])
    head = f"Host: {target.netloc}\r\nX-Auth-Token: {token}\r\nContent-Type: application/json\r\n\r\n"
    waiting = [f"DELETE /v3/{project_id}/jobs/{job_id} HTTP/1.1\r\n{head}".encode() for job_id in ids]
    answers: Counter[str] = Counter()

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(target.hostname, target.port)
        while waiting:
            writer.write(waiting.pop())
            answer = await reader.readuntil(b"\r\n\r\n")
            answers[answer[9:12].decode()] += 1
        writer.close()

    async def connections() -> None:
        await asyncio.gather(*(connection() for _round in range(width)))

    began = time.perf_counter()
    asyncio.run(connections())
    seconds = time.perf_counter() - began
    print(f"{len(ids)} deletes, {width} wide: {len(ids) / seconds:.0f} a second; answers {dict(answers)}")
    return len(ids)


if __name__ == "__main__":
    main()
