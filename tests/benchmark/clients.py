# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alternatives to compare with: a pool of plain sessions, and the vendor's SDK in threads.

Reads {client, base, project_id, token, ids, width} as JSON and prints {seconds, cpu} as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def plain_session(task: dict[str, Any]) -> Callable[[str], None]:
    """One requests session with a pool as wide as there are threads."""
    import requests

    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=task["width"]))
    session.headers["X-Auth-Token"] = task["token"]

    def delete(record_id: str) -> None:
        response = session.delete(f"{task['base']}/v3/{task['project_id']}/jobs/{record_id}")
        if response.status_code != 200:
            raise RuntimeError(f"{response.status_code} {response.text}")

    return delete


def vendor_sdk(task: dict[str, Any]) -> Callable[[str], None]:
    """The vendor's client, one for all threads."""
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.http.http_config import HttpConfig
    from huaweicloudsdkgaussdbforopengauss.v3 import DeleteJobRequest, GaussDBforopenGaussClient

    credentials = BasicCredentials(task["access_key"], task["secret_key"], task["project_id"])
    config = HttpConfig.get_default_config()
    config.pool_maxsize = task["width"]
    client = (
        GaussDBforopenGaussClient.new_builder()
        .with_http_config(config)
        .with_credentials(credentials)
        .with_endpoints([task["base"]])
        .build()
    )

    def delete(record_id: str) -> None:
        client.delete_job(DeleteJobRequest(job_id=record_id))

    return delete


def main() -> None:
    task = json.load(sys.stdin)
    delete = {"plain session": plain_session, "vendor SDK": vendor_sdk}[task["client"]](task)
    started, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(task["width"]) as pool:
        list(pool.map(delete, task["ids"]))
    print(json.dumps({"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}))


if __name__ == "__main__":
    main()
