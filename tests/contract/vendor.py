# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's clients behind one face: list, show, delete and stop, for each API that they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import huaweicloudsdkdcs.v2 as dcs
import huaweicloudsdkdrs.v3 as drs3
import huaweicloudsdkdrs.v5 as drs5
import huaweicloudsdkgaussdbforopengauss.v3 as gaussdb
import huaweicloudsdkkafka.v2 as kafka
from huaweicloudsdkcore.auth.credentials import BasicCredentials

LANGUAGE = "en-us"
JOB_TYPES = ("migration", "sync", "cloudDataGuard")


class _Client:
    """The vendor's client of one API. A record is {id: status}; ``instance_id`` is None where records have none."""

    kind: Any

    def __init__(self, url: str, credentials: BasicCredentials, language: str | None = None) -> None:
        self.client = self.kind.new_builder().with_credentials(credentials).with_endpoint(url).build()
        self.language = language


class GaussDB(_Client):
    kind = gaussdb.GaussDBforopenGaussClient

    def list(self) -> dict[str, str]:
        found = self.client.list_tasks(gaussdb.ListTasksRequest(x_language=self.language, offset=0, limit=100))
        assert found.total_count == len(found.tasks)
        return {task.job_id: task.status for task in found.tasks}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        job = self.client.show_job_detail(gaussdb.ShowJobDetailRequest(id=record_id)).job
        return job.id, job.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_job(gaussdb.DeleteJobRequest(x_language=self.language, job_id=record_id))


class DrsV5(_Client):
    kind = drs5.DrsClient

    def list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for job_type in (*JOB_TYPES, "replay"):
            request = drs5.ListJobsRequest(x_language=LANGUAGE, job_type=job_type, offset=0, limit=100)
            found.update({job.id: job.status for job in self.client.list_jobs(request).jobs})
        return found

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        request = drs5.ShowJobDetailRequest(job_id=record_id, x_language=LANGUAGE, type="overview")
        job = self.client.show_job_detail(request).job
        return job.id, job.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_job(drs5.DeleteJobRequest(job_id=record_id, x_language=LANGUAGE))

    def stop(self, record_id: str) -> Any:
        body = drs5.StopJobActionReq(is_force_stop=False)
        return self.client.stop_job_action(drs5.StopJobActionRequest(job_id=record_id, x_language=LANGUAGE, body=body))


class DrsV3(_Client):
    kind = drs3.DrsClient

    def list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for use in JOB_TYPES:
            for engine in ("mysql", "cloudDataGuard-mysql"):
                body = drs3.QueryJobsReq(cur_page=1, per_page=100, db_use_type=use, engine_type=engine)
                listed = self.client.show_job_list(drs3.ShowJobListRequest(x_language=LANGUAGE, body=body))
                found.update({job.id: job.status for job in listed.jobs})
        return found

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        body = drs3.BatchQueryJobReqPage(jobs=[record_id], page_req=drs3.PageReq(cur_page=1, per_page=5))
        request = drs3.BatchListJobStatusRequest(x_language=LANGUAGE, body=body)
        (result,) = self.client.batch_list_job_status(request).results
        return result.id, result.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self._batch(record_id, "delete")

    def stop(self, record_id: str) -> Any:
        return self._batch(record_id, "terminate")

    def _batch(self, record_id: str, delete_type: str) -> Any:
        body = drs3.BatchDeleteJobReq(jobs=[drs3.DeleteJobReq(delete_type=delete_type, job_id=record_id)])
        return self.client.batch_delete_jobs(drs3.BatchDeleteJobsRequest(x_language=LANGUAGE, body=body))


class Kafka(_Client):
    kind = kafka.KafkaClient

    def list(self) -> dict[str, str]:
        listed = self.client.list_instances(kafka.ListInstancesRequest(engine="kafka", offset=0, limit=50))
        found: dict[str, str] = {}
        for instance in listed.instances:
            request = kafka.ListBackgroundTasksRequest(instance_id=instance.instance_id, start=1, limit=100)
            found.update({task.id: task.status for task in self.client.list_background_tasks(request).tasks})
        return found

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        request = kafka.ShowBackgroundTaskRequest(instance_id=instance_id, task_id=record_id)
        (task,) = self.client.show_background_task(request).tasks
        return task.id, task.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        request = kafka.DeleteBackgroundTaskRequest(instance_id=instance_id, task_id=record_id)
        return self.client.delete_background_task(request)


class Dcs(_Client):
    kind = dcs.DcsClient

    def list(self) -> dict[str, str]:
        found = self.client.list_center_task(dcs.ListCenterTaskRequest(offset=0, limit=1000))
        return {task.id: task.status for task in found.tasks}

    def list_by_instance(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for instance in self.client.list_instances(dcs.ListInstancesRequest(offset=0, limit=1000)).instances:
            request = dcs.ListBackgroundTaskRequest(instance_id=instance.instance_id, offset=0, limit=1000)
            found.update({task.id: task.status for task in self.client.list_background_task(request).tasks})
        return found

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_center_task(dcs.DeleteCenterTaskRequest(task_id=record_id))


@dataclass(frozen=True)
class Contract:
    """One API that the vendor has a client for, in one region; ``deletable`` and ``running`` are record ids of the
    scenario, ``options`` what the module needs beside them."""

    api: Any
    service: str
    module: str
    region: str
    deletable: str
    running: str
    instance_id: str | None = None
    api_version: str | None = None

    @property
    def name(self) -> str:
        return f"{self.service}-{self.api_version or 'default'}-{self.region}"

    @property
    def language(self) -> str | None:
        return None if self.region == "eu-de" else LANGUAGE

    def ids_option(self, record_id: str) -> dict[str, Any]:
        if self.instance_id:
            return {"tasks": [{"instance_id": self.instance_id, "task_id": record_id}]}
        return {"task_ids" if self.service == "dcs" else "job_ids": [record_id]}

    def version_option(self) -> dict[str, str]:
        return {"api_version": self.api_version} if self.api_version else {}


CONTRACTS = [
    Contract(GaussDB, "gaussdb", "gaussdb_job", "eu-de", "a-gauss-1", "a-gauss-3"),
    Contract(GaussDB, "gaussdb", "gaussdb_job", "cn-north-4", "a-gauss-1", "a-gauss-3"),
    Contract(DrsV3, "drs", "drs_job", "eu-de", "a-drs-1", "a-drs-2", api_version="v3"),
    Contract(DrsV3, "drs", "drs_job", "cn-north-4", "a-drs-1", "a-drs-2", api_version="v3"),
    Contract(DrsV5, "drs", "drs_job", "cn-north-4", "a-drs-1", "a-drs-2", api_version="v5"),
    Contract(Kafka, "dms", "dms_task", "eu-de", "a-dms-1", "a-dms-2", instance_id="a-kafka-1"),
    Contract(Dcs, "dcs", "dcs_task", "eu-de", "a-dcs-1", "a-dcs-2"),
]
