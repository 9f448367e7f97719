# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how many deletes a second the cloud emulator serves as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import requests
import yaml

from emulator import DOMAIN, PASSWORD, PROJECT, USER, bulk

TESTS = Path(__file__).resolve().parent.parent


def main() -> None:
    """Start the emulator, delete all its records, print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20000)
    parser.add_argument("--width", type=int, default=32, help="number of connections")
    parser.add_argument("--no-log", action="store_true", help="leave the request log off")
    arguments = parser.parse_args()
    scenario = bulk("gaussdb", arguments.records, log=not arguments.no_log)
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        yaml.safe_dump(scenario, file)
        file.flush()
        command = [sys.executable, "-m", "emulator", "--scenario", file.name]
        cloud = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(TESTS)}
        )
        assert cloud.stdout is not None
        try:
            ready = json.loads(cloud.stdout.readline())
            before = processor_seconds(ready["pid"])
            deleted = delete_all(ready["endpoints"], arguments.width)
            spent = processor_seconds(ready["pid"]) - before
            print(f"processor time of the cloud: {spent / deleted * 1e6:.0f} microseconds a delete, listing included")
        finally:
            cloud.terminate()
            cloud.wait()


def processor_seconds(pid: int) -> float:
    """User and system time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def delete_all(endpoints: dict[str, str], width: int) -> int:
    """Log in, list, delete ``width`` wide, print the rate; return how many there were."""
    token, project_id = log_in(endpoints["iam"])
    ids = list_ids(f"{endpoints['gaussdb']}/v3/{project_id}/tasks", token)
    target = urlsplit(endpoints["gaussdb"])
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


def log_in(iam: str) -> tuple[str, str]:
    user = {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}
    identity = {"methods": ["password"], "password": {"user": user}}
    document = {"auth": {"identity": identity, "scope": {"project": {"name": PROJECT}}}}
    answer = requests.post(f"{iam}/v3/auth/tokens?nocatalog=true", json=document, timeout=10)
    answer.raise_for_status()
    return answer.headers["X-Subject-Token"], answer.json()["token"]["project"]["id"]


def list_ids(url: str, token: str) -> list[str]:
    found: list[str] = []
    while True:
        query = {"offset": len(found), "limit": 100}
        page = requests.get(url, params=query, headers={"X-Auth-Token": token}, timeout=10).json()
        found += [task["job_id"] for task in page["tasks"]]
        if len(found) >= page["total_count"]:
            return found


if __name__ == "__main__":
    main()
