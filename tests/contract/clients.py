# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's clients of records behind one face: list, show, delete and stop, for each API that they have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import huaweicloudsdkcce.v3 as cce
import huaweicloudsdkdcs.v2 as dcs
import huaweicloudsdkdrs.v3 as drs3
import huaweicloudsdkdrs.v5 as drs5
import huaweicloudsdkgaussdb.v3 as taurusdb
import huaweicloudsdkgaussdbforopengauss.v3 as gaussdb
import huaweicloudsdkkafka.v2 as kafka
import huaweicloudsdkrabbitmq.v2 as rabbitmq
import huaweicloudsdkrds.v3 as rds
import huaweicloudsdkrocketmq.v2 as rocketmq
from huaweicloudsdkcore.auth.credentials import BasicCredentials

LANGUAGE = "en-us"
JOB_TYPES = ("migration", "sync", "cloudDataGuard")


class Client:
    """The vendor's client of one API. A record is {id: status}; ``instance_id`` is None where records have none."""

    kind: Any

    def __init__(self, url: str, credentials: BasicCredentials, language: str | None = None) -> None:
        self._client = self.kind.new_builder().with_credentials(credentials).with_endpoint(url).build()
        self.language = language
        self.responses: list[Any] = []

    def send(self, request: Any) -> Any:
        """The response to a request, after which its operation is named; ``responses`` keeps all of them."""
        name = type(request).__name__.removesuffix("Request")
        response = getattr(self._client, re.sub(r"(?<=.)([A-Z])", r"_\1", name).lower())(request)
        self.responses.append(response)
        return response


class GaussDB(Client):
    kind = gaussdb.GaussDBforopenGaussClient

    def list(self) -> dict[str, str]:
        found = self.send(gaussdb.ListTasksRequest(x_language=self.language, offset=0, limit=100))
        assert found.total_count == len(found.tasks)
        return {task.job_id: task.status for task in found.tasks}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        job = self.send(gaussdb.ShowJobDetailRequest(id=record_id)).job
        return job.id, job.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(gaussdb.DeleteJobRequest(x_language=self.language, job_id=record_id))


class DrsV5(Client):
    kind = drs5.DrsClient

    def list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for job_type in (*JOB_TYPES, "replay"):
            request = drs5.ListJobsRequest(x_language=LANGUAGE, job_type=job_type, offset=0, limit=100)
            found.update({job.id: job.status for job in self.send(request).jobs})
        return found

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        job = self.send(drs5.ShowJobDetailRequest(job_id=record_id, x_language=LANGUAGE, type="overview")).job
        return job.id, job.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(drs5.DeleteJobRequest(job_id=record_id, x_language=LANGUAGE))

    def stop(self, record_id: str) -> Any:
        body = drs5.StopJobActionReq(is_force_stop=False)
        return self.send(drs5.StopJobActionRequest(job_id=record_id, x_language=LANGUAGE, body=body))


class DrsV3(Client):
    kind = drs3.DrsClient

    def list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for use in JOB_TYPES:
            for engine in ("mysql", "cloudDataGuard-mysql"):
                body = drs3.QueryJobsReq(cur_page=1, per_page=100, db_use_type=use, engine_type=engine)
                listed = self.send(drs3.ShowJobListRequest(x_language=LANGUAGE, body=body))
                found.update({job.id: job.status for job in listed.jobs})
        return found

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        body = drs3.BatchQueryJobReqPage(jobs=[record_id], page_req=drs3.PageReq(cur_page=1, per_page=5))
        (result,) = self.send(drs3.BatchListJobStatusRequest(x_language=LANGUAGE, body=body)).results
        return result.id, result.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self._batch(record_id, "delete")

    def stop(self, record_id: str) -> Any:
        return self._batch(record_id, "terminate")

    def _batch(self, record_id: str, delete_type: str) -> Any:
        body = drs3.BatchDeleteJobReq(jobs=[drs3.DeleteJobReq(delete_type=delete_type, job_id=record_id)])
        return self.send(drs3.BatchDeleteJobsRequest(x_language=LANGUAGE, body=body))


class GaussDBScheduled(Client):
    kind = gaussdb.GaussDBforopenGaussClient

    def list(self) -> dict[str, str]:
        found = self.send(gaussdb.ListScheduleTaskRequest(x_language=self.language, offset=0, limit=100))
        assert found.total_count == len(found.tasks)
        return {task.task_id: task.status for task in found.tasks}

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(gaussdb.DeleteScheduleTaskRequest(x_language=self.language, task_id=record_id))


class Rds(Client):
    kind = rds.RdsClient

    def list(self) -> dict[str, str]:
        found = self.send(rds.ListTasksRequest(offset=0, limit=50))
        assert found.total_count == len(found.tasks)
        return {task.id: task.status for task in found.tasks}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        job = self.send(rds.ListJobInfoRequest(id=record_id)).job
        return job.id, job.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(rds.DeleteJobRequest(id=record_id))


class TaurusDB(Client):
    kind = taurusdb.GaussDBClient

    def list(self) -> dict[str, str]:
        found = self.send(taurusdb.ListImmediateJobsRequest(x_language=self.language, offset="0", limit="50"))
        assert found.total_count == len(found.jobs)
        return {job.job_id: job.status for job in found.jobs}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        job = self.send(taurusdb.ShowGaussMySqlJobInfoRequest(x_language=self.language, id=record_id)).job
        return job.id, job.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(taurusdb.DeleteTaskRecordRequest(x_language=self.language, job_id=record_id))


class ByInstance(Client):
    """Records that are listed instance by instance."""

    def list(self) -> dict[str, str]:
        return {one.id: one.status for instance_id in self.instance_ids() for one in self.list_in(instance_id)}


class Kafka(ByInstance):
    """Also the parent of the other engines of DMS, which have much the same clients."""

    kind = kafka.KafkaClient
    package: Any = kafka
    engine = "kafka"

    def instance_ids(self) -> Iterable[str]:
        request = self.package.ListInstancesRequest(engine=self.engine, offset=0, limit=50)
        return [instance.instance_id for instance in self.send(request).instances]

    def list_in(self, instance_id: str) -> Iterable[Any]:
        return self.send(self.package.ListBackgroundTasksRequest(instance_id=instance_id, start=1, limit=100)).tasks

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        (task,) = self.send(self.package.ShowBackgroundTaskRequest(instance_id=instance_id, task_id=record_id)).tasks
        return task.id, task.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(self.package.DeleteBackgroundTaskRequest(instance_id=instance_id, task_id=record_id))


class RabbitMQ(Kafka):
    kind = rabbitmq.RabbitMQClient
    package = rabbitmq
    engine = "rabbitmq"

    def instance_ids(self) -> Iterable[str]:
        request = rabbitmq.ListInstancesDetailsRequest(engine=self.engine, offset=0, limit=50)
        return [instance.instance_id for instance in self.send(request).instances]


class RocketMQ(Kafka):
    kind = rocketmq.RocketMQClient
    package = rocketmq
    engine = "rocketmq"


class _Scheduled(Kafka):
    """Without ``show``, which the API does not have."""

    show = None  # type: ignore[assignment]

    def list_in(self, instance_id: str) -> Iterable[Any]:
        return self.send(self.package.ListScheduledTasksRequest(instance_id=instance_id, start="1", limit=100)).jobs

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(self.package.DeleteScheduledTaskRequest(instance_id=instance_id, task_id=record_id))


class KafkaScheduled(_Scheduled, Kafka):
    pass


class RabbitMQScheduled(_Scheduled, RabbitMQ):
    pass


class RocketMQScheduled(_Scheduled, RocketMQ):
    pass


class _DcsByInstance(ByInstance):
    kind = dcs.DcsClient

    def instance_ids(self) -> Iterable[str]:
        found = self.send(dcs.ListInstancesRequest(offset=0, limit=1000))
        return [instance.instance_id for instance in found.instances]


class Dcs(_DcsByInstance):
    def list(self) -> dict[str, str]:
        found = self.send(dcs.ListCenterTaskRequest(offset=0, limit=1000))
        return {task.id: task.status for task in found.tasks}

    def list_by_instance(self) -> dict[str, str]:
        return super().list()

    def list_in(self, instance_id: str) -> Iterable[Any]:
        return self.send(dcs.ListBackgroundTaskRequest(instance_id=instance_id, offset=0, limit=1000)).tasks

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(dcs.DeleteCenterTaskRequest(task_id=record_id))


class _DcsAnalyses(_DcsByInstance):
    """Those of big and of hot keys, which have the same operations."""

    def list_in(self, instance_id: str) -> Iterable[Any]:
        return self.send(self.list_request(instance_id=instance_id, offset=0, limit=100)).records

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        found = self.send(self.show_request(instance_id=instance_id, **{self.id_name: record_id}))
        return found.id, found.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(self.delete_request(instance_id=instance_id, **{self.id_name: record_id}))


class DcsBigkey(_DcsAnalyses):
    id_name = "bigkey_id"
    list_request = dcs.ListBigkeyScanTasksRequest
    show_request = dcs.ShowBigkeyScanTaskDetailsRequest
    delete_request = dcs.DeleteBigkeyScanTaskRequest


class DcsHotkey(_DcsAnalyses):
    id_name = "hotkey_id"
    list_request = dcs.ListHotKeyScanTasksRequest
    show_request = dcs.ShowHotkeyTaskDetailsRequest
    delete_request = dcs.DeleteHotkeyScanTaskRequest


class CceAutopilot(Client):
    kind = cce.CceClient

    def list(self) -> dict[str, str]:
        found = self.send(cce.ListAutopilotJobsRequest())
        return {job.metadata.uid: job.status.status for job in found.body}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        job = self.send(cce.GetAutopilotOneJobRequest(job_id=record_id))
        return job.metadata.uid, job.status.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(cce.DeleteAutopilotJobRequest(job_id=record_id))
